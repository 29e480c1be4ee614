import { ADMIN, Api, STAFF, button, expect, field, form, link, saved, test, unique, uniquePhone } from "./story";

test.describe("without a session", () => {
  test.use({ who: null, refusals: true });

  test("a wrong password is told, the right one opens the customers", async ({ page }) => {
    await page.goto("/");
    await field(page, "手机号").fill(ADMIN.phoneNumber);
    await field(page, "密码").fill("wrong");
    await button(page, "登录").click();
    await expect(page.getByRole("alert")).toContainText("手机号或密码");
    await field(page, "密码").fill(ADMIN.password);
    await field(page, "密码").press("Enter");
    await expect(page.getByRole("heading", { name: "今天", level: 1 })).toBeVisible();
    await expect(page).toHaveTitle("今天 · CRM");
  });

  test("on this machine a demo account is one click", async ({ page }) => {
    await page.goto("/#/contracts");
    await button(page, "李俊辉").click();
    await expect(page.getByRole("heading", { name: "合同", level: 1 })).toBeVisible();
  });
});

test.describe("an employee of one's own", () => {
  test.use({ who: ADMIN, refusals: true });

  async function employee(api: Api) {
    const who = { phoneNumber: uniquePhone(), password: "first password" };
    await api.post("/api/user/user", { ...who, realName: unique("同事") });
    await api.signIn(who);
    return who;
  }

  test("changes the password, and signs in with it", async ({ page, api }) => {
    const { phoneNumber, password } = await employee(api);
    await page.goto("/#/me");
    await button(page, "修改密码").click();
    const dialog = form(page, "修改密码");
    await dialog.getByRole("textbox", { name: "原密码" }).fill(password);
    await dialog.getByRole("textbox", { name: "新密码" }).fill("short");
    await dialog.getByRole("button", { name: "修改密码" }).click();
    await expect(dialog.getByRole("alert")).toContainText("密码");
    await dialog.getByRole("textbox", { name: "新密码" }).fill("second password");
    await dialog.getByRole("button", { name: "修改密码" }).click();
    await saved(page, "密码已修改");
    await button(page, "退出登录").click();
    await field(page, "手机号").fill(phoneNumber);
    await field(page, "密码").fill("second password");
    await button(page, "登录").click();
    await expect(page.getByRole("heading", { name: "今天", level: 1 })).toBeVisible();
  });

  test("signs out everywhere, and is signed out on the other device", async ({ page, api, browser }) => {
    const who = await employee(api);
    const other = await browser.newContext();
    const elsewhere = new Api(other.request);
    await elsewhere.signIn(who);
    await page.goto("/#/me");
    await button(page, "退出所有设备").click();
    await expect(page.getByRole("heading", { name: "登录 CRM" })).toBeVisible();
    expect(await elsewhere.get("/api/user/me")).toMatchObject({ code: "session_required" });
    await other.close();
  });
});

test.describe("areas", () => {
  test.use({ who: ADMIN, refusals: true });

  test("who may not enter an area does not see it", async ({ page, api }, { project }) => {
    // Areas are of the whole company: the two widths would be in each other's way.
    test.skip(project.name === "phone");
    const { data } = await api.post("/api/user/menu", { name: unique("合同"), area: "contract" });
    try {
      await api.signIn(STAFF);
      await page.goto("/");
      await expect(link(page, "满意度")).toBeVisible();
      await expect(link(page, "合同")).toHaveCount(0);
    } finally {
      await api.signIn(ADMIN);
      await api.post("/api/user/menu", { menu_id: data.id, open_area: true });
    }
  });
});
