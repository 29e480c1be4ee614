import { ADMIN, Api, STAFF, button, expect, field, form, link, saved, test, unique, uniquePhone } from "./story";

test.use({ who: ADMIN });

test("a new employee signs in, and no more after they were disabled", async ({ page, browser }) => {
  const [name, phoneNumber, password] = [unique("新同事"), uniquePhone(), "a good password"];
  await page.goto("/#/manage");
  await button(page, "新建员工").click();
  await field(page, "姓名").fill(name);
  await field(page, "手机号").fill(phoneNumber);
  await form(page, "新建员工").getByLabel("密码").fill(password);
  await button(page, "保存").click();
  await saved(page);
  const other = await browser.newContext();
  await new Api(other.request).signIn({ phoneNumber, password });
  await page.getByRole("searchbox", { name: "姓名或手机号" }).fill(name);
  await expect(page.getByText("共 1 条")).toBeVisible();
  await button(page, `停用：${name}`).click();
  await button(page, "确定停用").click();
  await saved(page, "已停用");
  await expect(page.getByText("没有这样的员工")).toBeVisible();
  await page.getByRole("combobox", { name: "状态" }).selectOption("停用的");
  await expect(button(page, `启用：${name}`)).toBeVisible();
  expect((await other.request.get("/api/user/me")).status()).toBe(401);
  await other.close();
});

test("a leaver's customers go to a colleague", async ({ page, api }) => {
  const [name, phoneNumber] = [unique("离职"), uniquePhone()];
  const leaver = (await api.post("/api/user/user", { realName: name, phoneNumber })).data.id;
  const { id } = await api.customer({ owner_id: leaver });
  await page.goto(`/#/manage/employees?name=${encodeURIComponent(name)}`);
  await button(page, `移交客户：${name}`).click();
  const dialog = form(page, "移交客户");
  await expect(dialog.getByText("1 个")).toBeVisible();
  await dialog.getByRole("combobox", { name: "同事" }).fill("黄浩原");
  await page.getByRole("option", { name: "黄浩原" }).first().click();
  await dialog.getByRole("button", { name: "移交", exact: true }).click();
  await expect(dialog.getByRole("status")).toContainText("已移交 1 条");
  expect((await api.get(`/api/customers/customers?customers_id=${id}`)).data[0]).toMatchObject({ owner_id: 8 });
});

test("a menu is made and granted", async ({ page, api }) => {
  const [menu, name] = [unique("报表"), unique("得到菜单")];
  const user = (await api.post("/api/user/user", { realName: name, phoneNumber: uniquePhone() })).data.id;
  await page.goto("/#/manage/menus");
  await button(page, "新建菜单").click();
  await field(page, "菜单名称").fill(menu);
  await button(page, "保存").click();
  await saved(page);
  await page.goto(`/#/manage/grants?user=${user}`);
  await button(page, `修改菜单：${name}`).click();
  await form(page, `${name}的菜单`).getByRole("checkbox", { name: menu }).check();
  await button(page, "保存").click();
  await expect(page.getByRole("main").getByText(menu)).toBeVisible();
  await page.goto("/#/manage/menus");
  await button(page, menu).click();
  await button(page, "删除").click();
  await button(page, "确定删除").click();
  await saved(page, "已删除");
  await expect(button(page, menu)).toHaveCount(0);
});

test("a contract that was deleted comes back from the trash", async ({ page, api }) => {
  const organization = await api.organization();
  const name = unique("误删的合同");
  const { data } = await api.post("/api/contract/contract", { organization_id: organization.id, follower_id: [6], name, code: "1" });
  await api.post("/api/contract/delcontract", { contract_id: data.id });
  await page.goto("/#/manage/trash");
  await button(page, `恢复：${name}`).click();
  await saved(page, "已恢复");
  await expect(button(page, `恢复：${name}`)).toHaveCount(0);
  expect((await api.get(`/api/contract/contract?contract_id=${data.id}`)).page_info.total).toBe(1);
});

test.describe("what was taken meanwhile", () => {
  test.use({ refusals: true });

  test("a menu does not come back whose name another has, and it is told why", async ({ page, api }) => {
    const name = unique("重名");
    const { data } = await api.post("/api/user/menu", { name });
    await api.post("/api/user/menu", { menu_id: data.id });
    await api.post("/api/user/menu", { name });
    await page.goto("/#/manage/trash?kind=menu");
    await button(page, `恢复：${name}`).click();
    await saved(page, "菜单名称已存在");
    await expect(button(page, `恢复：${name}`)).toBeEnabled();
  });
});

test("the log leads to what was changed, and back to what it was", async ({ page, api }) => {
  const { id, name } = await api.customer({ job: "采购" });
  await api.post("/api/customers/customers", { customers_id: id, job: "采购总监" });
  await page.goto("/#/manage/log?kind=customers&user=1");
  await button(page, `查看修改记录：${name}`).first().click();
  const dialog = form(page, "客户的修改记录");
  const edit = dialog.getByRole("listitem").first();
  await expect(edit.getByRole("row", { name: "职务 采购 采购总监" })).toBeVisible();
  await dialog
    .getByRole("listitem")
    .nth(1)
    .getByRole("button", { name: /^恢复到/ })
    .click();
  await dialog.getByRole("button", { name: "确定恢复" }).click();
  await saved(page, "已恢复到这一版");
  expect((await api.get(`/api/customers/customers?customers_id=${id}`)).data[0]).toMatchObject({ job: "采购" });
});

test.describe("staff", () => {
  test.use({ who: STAFF });

  test("staff do not see what only admins do", async ({ page }, { project }) => {
    await page.goto(project.name === "phone" ? "/#/me" : "/#/customers");
    // Until the first screen is there, another address is not looked at.
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(link(page, "满意度")).toBeVisible();
    await expect(link(page, "管理")).toHaveCount(0);
    await page.goto("/#/manage/employees");
    await expect(page.getByText("只有管理员可以管理")).toBeVisible();
  });
});
