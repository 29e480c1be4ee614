import { type Page } from "@playwright/test";
import { PICTURE, button, expect, field, form, saved, test, type Api } from "./story";

const card = { name: "名片 1.png", mimeType: "image/png", buffer: PICTURE };

/** The form of a follow-up for a new customer, on their page. */
async function begin(page: Page, api: Api) {
  const { id } = await api.customer();
  await page.goto(`/#/customers/${id}`);
  await page.getByRole("main").getByRole("button", { name: "写跟进" }).click();
  return form(page, "写跟进");
}

test("a picture goes with a follow-up, and is seen on the customer's page", async ({ page, api }) => {
  const dialog = await begin(page, api);
  await dialog.getByLabel("附件").setInputFiles(card);
  await expect(dialog.getByRole("img", { name: "附件：名片 1.png" })).toBeVisible();
  await button(page, "移除附件").click();
  await dialog.getByLabel("附件").setInputFiles({ ...card, name: "合影.png" });
  await expect(dialog.getByRole("img", { name: "附件：合影.png" })).toBeVisible();
  await dialog.getByRole("button", { name: "提交" }).click();
  await saved(page, "已记下");
  const picture = page.getByRole("list", { name: "时间线" }).getByRole("img", { name: "附件：合影.png" });
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(2);
});

test("what is no picture is a link, also where it is called one", async ({ page, api }) => {
  const dialog = await begin(page, api);
  await dialog.getByLabel("附件").setInputFiles({ name: "报价.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n") });
  await expect(dialog.getByRole("link", { name: "附件：报价.pdf" })).toBeVisible();
  await button(page, "移除附件").click();
  const script = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>");
  await dialog.getByLabel("附件").setInputFiles({ name: "图.png", mimeType: "image/png", buffer: script });
  await expect(dialog.getByRole("link", { name: "附件：图.png" })).toBeVisible();
});

test.describe("what goes wrong", () => {
  test.use({ refusals: true });

  test("a file that may not be sent says so at its field", async ({ page, api }) => {
    const dialog = await begin(page, api);
    await dialog.getByLabel("附件").setInputFiles({ name: "a.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") });
    await expect(dialog.getByRole("alert").filter({ hasText: "不能上传这种文件" })).toBeVisible();
    await button(page, "取消上传").click();
    await expect(dialog.getByLabel("附件")).toBeAttached();
  });

  test("a file that was lost on its way is sent again, and the form waits for it", async ({ page, api }) => {
    const dialog = await begin(page, api);
    let lost = true;
    let go = () => {};
    const held = new Promise<void>((resolve) => (go = resolve));
    const isForm = (url: URL) => !url.pathname.startsWith("/api") && url.origin !== new URL(page.url()).origin;
    await page.route(isForm, async (route) => {
      if (route.request().method() !== "POST") return route.fallback();
      if (lost) return route.abort();
      await held;
      return route.fallback();
    });
    await dialog.getByLabel("附件").setInputFiles(card);
    await expect(dialog.getByRole("alert").filter({ hasText: "连不上网络" })).toBeVisible();
    lost = false;
    await button(page, "重试").click();
    await expect(dialog.getByRole("button", { name: "附件正在上传…" })).toBeDisabled();
    await field(page, "收获").fill("收到名片");
    go();
    await expect(dialog.getByRole("img", { name: "附件：名片 1.png" })).toBeVisible();
    await dialog.getByRole("button", { name: "提交" }).click();
    await saved(page, "已记下");
    await expect(page.getByRole("list", { name: "时间线" })).toContainText("收到名片");
  });
});
