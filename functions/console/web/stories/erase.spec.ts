import { ADMIN, STAFF, button, expect, form, test, unique, uniquePhone, type Api } from "./story";

test.use({ who: ADMIN, alone: true });

/** A customer, and what somebody wrote about them. */
async function person(api: Api) {
  const [phoneNumber, gain] = [uniquePhone(), unique("他说的话")];
  const { id, name } = await api.customer({ realName: unique("真名"), phoneNumber, job: "采购" });
  const record_time = new Date().toISOString();
  await api.post("/api/record/upload", { customers_id: id, follower_id: [6], record_time, event: 2, gain });
  return { id, name, phoneNumber, gain };
}

test("a person is forgotten: what that means is told, the name is typed, and what stays is still there", async ({ page, api }) => {
  const { id, name, phoneNumber, gain } = await person(api);
  await page.goto(`/#/customers/${id}`);
  const timeLine = page.getByRole("list", { name: "时间线" });
  await expect(timeLine).toContainText(gain);
  await button(page, "清除个人信息").click();
  const dialog = form(page, "清除个人信息");
  await expect(dialog.getByRole("note")).toHaveText("清除以后不能撤销：谁也恢复不了，我们也不能。");
  await expect(dialog.getByRole("region", { name: "永远消失" })).toContainText("手机号");
  await expect(dialog.getByRole("region", { name: "会留下" })).toContainText("合同");
  const erase = dialog.getByRole("button", { name: "永远清除" });
  const typed = dialog.getByRole("textbox", { name: `输入“${name}”来确认` });
  await expect(erase).toBeDisabled();
  await typed.fill(name.slice(0, -1));
  await expect(erase).toBeDisabled();
  await typed.fill(` ${name} `);
  await erase.click();
  await expect(dialog.getByRole("status")).toContainText("已经清除");
  await dialog.getByRole("button", { name: "关闭", exact: true }).click();

  await expect(page.getByRole("heading", { level: 1, name: "已清除的客户" })).toBeVisible();
  await expect(page.getByText("个人信息已经清除，不能恢复")).toBeVisible();
  await expect(timeLine).toContainText("走访拜访");
  await expect(timeLine).not.toContainText(gain);
  await expect(page.getByRole("main").getByRole("button", { name: "写跟进" })).toHaveCount(0);
  expect((await api.get(`/api/record/follow?customers_id=${id}&all=true`)).page_info.total).toBe(1);
  await page.goto(`/#/customers?q=${phoneNumber}`);
  await expect(page.getByText("没有找到这样的客户")).toBeVisible();
});

test.describe("what is cut off", () => {
  test.use({ refusals: true });

  test("an erasure that did not end says so on the page, and goes on from there", async ({ page, api }) => {
    const { id, name } = await person(api);
    await page.goto(`/#/customers/${id}`);
    const ERASE = "**/api/history/erase";
    let calls = 0;
    await page.route(ERASE, async (route) => {
      if (calls++) return route.abort();
      // As of a customer with more records than one call looks at.
      const response = await route.fetch();
      const { data, ...answer } = await response.json();
      return route.fulfill({ response, json: { ...answer, data: { ...data, left: 2 } } });
    });
    await button(page, "清除个人信息").click();
    const dialog = form(page, "清除个人信息");
    await dialog.getByRole("textbox").fill(name);
    await dialog.getByRole("button", { name: "永远清除" }).click();
    await expect(dialog.getByRole("alert")).toContainText("连不上网络");
    await page.unroute(ERASE);
    await page.reload();
    await expect(page.getByText("清除还没有做完")).toBeVisible();
    await button(page, "继续清除").click();
    await dialog.getByRole("button", { name: "继续清除" }).click();
    await expect(dialog.getByRole("status")).toContainText("已经清除");
    await dialog.getByRole("button", { name: "关闭", exact: true }).click();
    await expect(page.getByText("清除还没有做完")).toHaveCount(0);
  });
});

test.describe("staff", () => {
  test.use({ who: STAFF, alone: false });

  test("staff are not offered to forget anybody", async ({ page, api }) => {
    const { id, name } = await api.customer();
    await page.goto(`/#/customers/${id}`);
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await expect(button(page, "清除个人信息")).toHaveCount(0);
  });
});
