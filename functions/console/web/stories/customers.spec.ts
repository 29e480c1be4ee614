import { button, choose, expect, field, form, link, saved, test, unique, uniquePhone } from "./story";

const SEARCH = "按姓名、单位或手机号找客户";

test("customers are found by any part of a name, an organization or a phone number, and counted", async ({ page, api }) => {
  const organization = await api.organization();
  const phoneNumber = uniquePhone();
  const { name } = await api.customer({ phoneNumber, organization_id: organization.id });
  await page.goto("/#/customers");
  const search = page.getByRole("searchbox", { name: SEARCH });
  for (const text of [name.slice(2), organization.name.slice(1), phoneNumber.slice(3)]) {
    await search.fill(text);
    await expect(page).toHaveURL(({ hash }) => decodeURIComponent(hash).endsWith(`q=${text}`));
    await expect(link(page, name)).toBeVisible();
    await expect(page.getByText("共 1 条")).toBeVisible();
  }
  await page.reload();
  await expect(search).toHaveValue(phoneNumber.slice(3));
  await expect(link(page, name)).toBeVisible();
  await search.fill(unique("没有"));
  await expect(page.getByText("没有找到这样的客户")).toBeVisible();
});

test("a page of the list stands in the URL, and is there again on the way back", async ({ page }) => {
  // Of customers whom no other story moves.
  await page.goto(`/#/customers?q=${encodeURIComponent("公司")}`);
  await button(page, "下一页").click();
  await expect(page).toHaveURL(/page=2/);
  await page.getByRole("spinbutton", { name: "页码" }).fill("3");
  await page.getByRole("spinbutton", { name: "页码" }).press("Enter");
  await expect(page).toHaveURL(/page=3/);
  // Until the rows of another page are there, those of the one before stay.
  await page.reload();
  await expect(page.getByRole("spinbutton", { name: "页码" })).toHaveValue("3");
  const first = page.getByRole("table", { name: "客户" }).or(page.getByRole("list", { name: "客户" })).getByRole("link").first();
  await expect(first).toBeVisible();
  const name = await first.innerText();
  await first.click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/page=3/);
  await expect(link(page, name).first()).toBeVisible();
});

test("only the customers of an organization", async ({ page, api }) => {
  const organization = await api.organization();
  const { name } = await api.customer({ organization_id: organization.id });
  await page.goto("/#/customers");
  await choose(page, "单位", organization.name);
  await expect(page.getByText("共 1 条")).toBeVisible();
  await expect(link(page, name)).toBeVisible();
});

test("a new customer, and then an edit that shows on the time line", async ({ page, api }) => {
  const organization = await api.organization();
  const name = unique("新客户");
  await page.goto("/#/customers");
  await button(page, "新建客户").click();
  const dialog = form(page, "新建客户");
  await field(page, "昵称").fill(name);
  await field(page, "手机号").fill(uniquePhone());
  await choose(page, "单位", organization.name, dialog);
  await dialog.getByRole("radio", { name: "女" }).check();
  await dialog.getByRole("button", { name: "保存" }).click();
  await saved(page);
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(link(page, organization.name)).toBeVisible();

  await button(page, "编辑").click();
  await field(page, "职务").fill("采购经理");
  await button(page, "保存").click();
  await saved(page);
  await page.getByRole("radio", { name: "资料" }).check();
  await expect(page.getByRole("list", { name: "时间线" })).toContainText("采购经理");
});

test.describe("refusals", () => {
  test.use({ refusals: true });

  test("what is wrong stands at its field, which has the focus", async ({ page }) => {
    await page.goto("/#/customers");
    await button(page, "新建客户").click();
    await field(page, "手机号").fill("12");
    await field(page, "昵称").fill("长".repeat(65));
    await button(page, "保存").click();
    await expect(field(page, "昵称")).toHaveAttribute("aria-invalid", "true");
    await expect(field(page, "昵称")).toBeFocused();
    await expect(field(page, "昵称")).toHaveValue("长".repeat(65));
  });

  test("a phone number that another customer has: look at them, or insist", async ({ page, api }) => {
    const phoneNumber = uniquePhone();
    const { name } = await api.customer({ phoneNumber });
    await page.goto("/#/customers");
    await button(page, "新建客户").click();
    const other = unique("同号");
    await field(page, "昵称").fill(other);
    await field(page, "手机号").fill(phoneNumber);
    await button(page, "保存").click();
    await button(page, "看看那位客户").click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await page.goBack();
    await button(page, "新建客户").click();
    await expect(field(page, "昵称")).toHaveValue(other);
    await button(page, "保存").click();
    await button(page, "是另一个人，仍然保存").click();
    await expect(page.getByRole("heading", { level: 1, name: other })).toBeVisible();
  });
});
