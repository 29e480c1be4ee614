import { ADMIN, Api, PICTURE, button, expect, field, form, link, saved, test, unique, uniquePhone } from "./story";

test.use({ who: ADMIN, refusals: true });

/** An employee of the story's own. */
async function employee(api: Api, more: object = {}) {
  const who = { phoneNumber: uniquePhone(), password: "a good password" };
  const name = unique("同事");
  await api.post("/api/user/user", { ...who, realName: name, ...more });
  return { ...who, name };
}

const list = (name: string) => `/#/manage/employees?name=${encodeURIComponent(name)}`;

test("all there is to know of an employee: entered, refused at its field, and edited", async ({ page, api }) => {
  const [name, phoneNumber] = [unique("新同事"), uniquePhone()];
  await page.goto("/#/manage/employees");
  await button(page, "新建员工").click();
  const dialog = form(page, "新建员工");
  const more = dialog.getByRole("button", { name: "更多资料" });
  await expect(field(page, "生日")).toHaveCount(0);
  await more.click();
  await dialog.getByRole("radio", { name: "女" }).check();
  for (const [label, text] of [
    ["姓名", name],
    ["工号", "A-17"],
    ["生日", "1990-05-01"],
    ["学校", "云南大学"],
    ["学历", "本科"],
    ["地址", "昆明市"],
    ["职位代码", "经理"],
    ["职级代码", "3"],
    ["职级类型代码", "1"],
    ["入职日期", "2020-03-01"],
    ["转正日期", "2020-06-01"],
  ] as const)
    await dialog.getByRole("textbox", { name: label, exact: label === "姓名" }).fill(text);
  await dialog.getByLabel("头像").setInputFiles({ name: "头像.png", mimeType: "image/png", buffer: PICTURE });
  await expect(dialog.getByRole("img", { name: "附件：头像.png" })).toBeVisible();

  // What is wrong is shown also where its part of the form was closed.
  await more.click();
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(field(page, "手机号")).toHaveAttribute("aria-invalid", "true");
  await expect(field(page, "职位代码")).toHaveAttribute("aria-invalid", "true");
  await expect(field(page, "手机号")).toBeFocused();
  await expect(dialog.getByRole("alert").filter({ hasText: "整数" })).toBeVisible();
  await field(page, "手机号").fill(phoneNumber);
  await field(page, "职位代码").fill("2");
  await dialog.getByRole("button", { name: "保存" }).click();
  await saved(page);
  const read = async () => (await api.get(`/api/user/user?name=${phoneNumber}`)).data[0];
  const known = { realName: name, number: "A-17", sex: 2, birthday: "1990-05-01 00:00:00", school: "云南大学", address: "昆明市" };
  const work = { education: "本科", title: 2, rankId: 3, rankType: 1, entryTime: "2020-03-01 00:00:00", role: "staff" };
  expect(await read()).toMatchObject({ ...known, ...work, officialTime: "2020-06-01 00:00:00", resignTime: null });
  expect((await read())?.headImageUrl).toContain("/api/file/");

  await page.goto(list(name));
  await button(page, name).click();
  await form(page, "编辑员工").getByRole("button", { name: "更多资料" }).click();
  await expect(field(page, "生日")).toHaveValue("1990-05-01");
  await field(page, "学历").fill("硕士");
  await field(page, "职位代码").fill("");
  await field(page, "离职日期").fill("2024-01-31");
  await button(page, "保存").click();
  // The notice of the first time may still be there: the form closes when it is saved.
  await expect(form(page, "编辑员工")).toHaveCount(0);
  const changed = { education: "硕士", title: null, resignTime: "2024-01-31 00:00:00" };
  expect(await read()).toMatchObject({ ...known, ...work, ...changed });
});

test("an admin who becomes staff in the middle of it: what is refused is said, and the page follows", async ({ page, api, browser }, { project }) => {
  const { name, ...who } = await employee(api, { role: "admin" });
  await api.signIn(who);
  await page.goto("/#/manage/employees");
  await button(page, "新建员工").click();
  await field(page, "姓名").fill(unique("没有建成"));
  await field(page, "手机号").fill(uniquePhone());

  const other = await browser.newContext();
  const boss = await other.newPage();
  await new Api(other.request).signIn(ADMIN);
  await boss.addInitScript(() => localStorage.setItem("signed-in", "yes"));
  await boss.goto(list(name));
  await button(boss, name).click();
  await form(boss, "编辑员工").getByRole("radio", { name: "员工" }).check();
  await button(boss, "保存").click();
  await saved(boss);
  await other.close();

  const dialog = form(page, "新建员工");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByRole("alert").filter({ hasText: "没有权限" })).toBeVisible();
  await dialog.getByRole("button", { name: "取消" }).click();
  await expect(page.getByText("只有管理员可以管理")).toBeVisible();
  await link(page, project.name === "phone" ? "我" : "客户").click();
  await expect(link(page, "满意度")).toBeVisible();
  await expect(link(page, "管理")).toHaveCount(0);
  await page.goto("/#/customers");
  await expect(page.getByText(/^共 [\d,]+ 条$/)).toBeVisible();
});

test("whoever is locked out is let in again, and whoever is disabled is not", async ({ page, api, browser }) => {
  const { name, phoneNumber, password } = await employee(api);
  const other = await browser.newContext();
  const theirs = await other.newPage();
  for (let time = 0; time < 10; time++) await other.request.post("/api/user/login", { data: { phoneNumber, password: "wrong" } });
  await theirs.goto("/");
  await field(theirs, "手机号").fill(phoneNumber);
  await field(theirs, "密码").fill(password);
  await button(theirs, "登录").click();
  await expect(theirs.getByRole("alert")).toContainText("登录失败次数过多");

  await page.goto(list(name));
  await button(page, `新密码：${name}`).click();
  await button(page, "解除锁定").click();
  await saved(page, "已解除锁定");
  await button(theirs, "登录").click();
  await expect(theirs.getByRole("heading", { name: "今天", level: 1 })).toBeVisible();

  await button(page, `停用：${name}`).click();
  await button(page, "确定停用").click();
  await saved(page, "已停用");
  await theirs.reload();
  await field(theirs, "手机号").fill(phoneNumber);
  await field(theirs, "密码").fill(password);
  await button(theirs, "登录").click();
  await expect(theirs.getByRole("alert")).toContainText("手机号或密码错误");
  await other.close();
});
