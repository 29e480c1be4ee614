import { ADMIN, Api, STAFF, button, expect, field, form, link, saved, test, unique } from "./story";

test.use({ refusals: true });

const UPLOAD = "**/api/record/upload";

test("a session that ends in mid-form: sign in again, and go on", async ({ page, api }) => {
  const { id } = await api.customer();
  await page.goto(`/#/customers/${id}`);
  await page.getByRole("main").getByRole("button", { name: "写跟进" }).click();
  await field(page, "收获").fill("谈了一个小时");
  await page.context().clearCookies();
  await button(page, "提交").click();
  const again = form(page, "请重新登录");
  await expect(again.getByRole("textbox", { name: "手机号" })).toHaveValue(STAFF.phoneNumber);
  await again.getByRole("textbox", { name: "密码" }).fill(STAFF.password);
  await again.getByRole("button", { name: "登录" }).click();
  // What was sent before is sent by itself.
  await saved(page, "已记下");
  await expect(page.getByRole("list", { name: "时间线" })).toContainText("谈了一个小时");
  expect((await api.get(`/api/record/follow?customers_id=${id}&all=true`)).page_info.total).toBe(1);
});

test("somebody else was faster: see what they changed, and choose", async ({ page, api }) => {
  const { id, name } = await api.customer({ job: "采购" });
  await page.goto(`/#/customers/${id}`);
  await button(page, "编辑").click();
  await field(page, "职务").fill("采购经理");
  await api.post("/api/customers/customers", { customers_id: id, job: "采购总监", realName: "张三丰" });
  await button(page, "保存").click();
  const conflict = page.getByRole("alert", { name: "别人也修改了" });
  await expect(conflict).toContainText("李俊辉");
  // What only they have changed is taken over, what both have is chosen.
  await expect(field(page, "姓名")).toHaveValue("张三丰");
  await conflict.getByRole("radio", { name: "对方的：采购总监" }).check();
  await expect(field(page, "职务")).toHaveValue("采购总监");
  await conflict.getByRole("radio", { name: "我的：采购经理" }).check();
  await button(page, "保存").click();
  await saved(page);
  const row = (await api.get(`/api/customers/customers?customers_id=${id}`)).data[0];
  expect(row).toMatchObject({ nickName: name, job: "采购经理", realName: "张三丰" });
});

test("without a network the draft is kept, also when the page is closed", async ({ page, api, context }) => {
  const { id } = await api.customer();
  await page.goto(`/#/customers/${id}`);
  const write = page.getByRole("main").getByRole("button", { name: "写跟进" });
  await write.click();
  await field(page, "收获").fill("在楼梯间写的");
  await context.setOffline(true);
  await button(page, "提交").click();
  await expect(page.getByRole("alert").filter({ hasText: "连不上网络" })).toBeVisible();
  await expect(field(page, "收获")).toHaveValue("在楼梯间写的");
  await context.setOffline(false);
  await page.reload();
  await write.click();
  await expect(page.getByRole("status").filter({ hasText: "没有提交的内容" })).toBeVisible();
  await expect(field(page, "收获")).toHaveValue("在楼梯间写的");
  await button(page, "提交").click();
  await saved(page, "已记下");
  expect((await api.get(`/api/record/follow?customers_id=${id}&all=true`)).page_info.total).toBe(1);
});

test("a double click writes once", async ({ page, api }) => {
  const { id } = await api.customer();
  await page.goto(`/#/customers/${id}`);
  await page.getByRole("main").getByRole("button", { name: "写跟进" }).click();
  await field(page, "收获").fill("点了两下");
  await button(page, "提交").dblclick();
  await saved(page, "已记下");
  expect((await api.get(`/api/record/follow?customers_id=${id}&all=true`)).page_info.total).toBe(1);
});

test("an answer that is lost: it is sent again under the same key, and written once", async ({ page, api }) => {
  const { id } = await api.customer();
  await page.goto(`/#/customers/${id}`);
  const keys: (string | undefined)[] = [];
  await page.route(UPLOAD, async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    // The server has it, and nobody hears of it.
    if (keys.length < 3) {
      await route.fetch();
      await route.abort("connectionreset");
    } else await route.continue();
  });
  await page.getByRole("main").getByRole("button", { name: "写跟进" }).click();
  await field(page, "收获").fill("信号不好");
  await button(page, "提交").click();
  await saved(page, "已记下");
  expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
  expect((await api.get(`/api/record/follow?customers_id=${id}&all=true`)).page_info.total).toBe(1);
});

test("an answer that stays lost, and a page that is opened anew: still written once", async ({ page, api }) => {
  const { id } = await api.customer();
  await page.goto(`/#/customers/${id}`);
  await page.route(UPLOAD, async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  });
  const write = page.getByRole("main").getByRole("button", { name: "写跟进" });
  await write.click();
  await field(page, "收获").fill("一直没有信号");
  await button(page, "提交").click();
  await expect(page.getByRole("alert").filter({ hasText: "连不上网络" })).toBeVisible();
  await page.unroute(UPLOAD);
  await page.reload();
  await write.click();
  await button(page, "提交").click();
  await saved(page, "已记下");
  expect((await api.get(`/api/record/follow?customers_id=${id}&all=true`)).page_info.total).toBe(1);
});

test.describe("two tabs", () => {
  test.use({ who: ADMIN });

  test("a second tab that signs out takes nothing from the first", async ({ page, api, context }) => {
    const who = { phoneNumber: `198${String(Date.now()).slice(-8)}`, password: "a good password" };
    await api.post("/api/user/user", { ...who, realName: unique("同事") });
    await api.signIn(who);
    const { id } = await api.customer();
    await page.goto(`/#/customers/${id}`);
    await page.getByRole("main").getByRole("button", { name: "写跟进" }).click();
    await field(page, "收获").fill("写到一半");
    const second = await context.newPage();
    await second.goto("/#/me");
    await button(second, "退出登录").click();
    await expect(second.getByRole("heading", { name: "登录 CRM" })).toBeVisible();
    const again = form(page, "请重新登录");
    await again.getByRole("textbox", { name: "密码" }).fill(who.password);
    await again.getByRole("button", { name: "登录" }).click();
    await expect(again).toHaveCount(0);
    await expect(field(page, "收获")).toHaveValue("写到一半");
    await button(page, "提交").click();
    await saved(page, "已记下");
  });
});

test("what people write is text, whatever it is", async ({ page, api }) => {
  const name = `<img src=x onerror=alert(1)>${unique("")}`;
  const emoji = "😀".repeat(4000);
  page.on("dialog", (dialog) => {
    throw new Error(`a script ran: ${dialog.message()}`);
  });
  const organization = await api.organization(`<b>${unique("单位")}</b>`);
  const { id } = await new Api(page.request).customer({ nickName: name, organization_id: organization.id });
  const follower_id = [6];
  const record_time = new Date().toISOString();
  await api.post("/api/record/upload", { customers_id: id, follower_id, record_time, event: 2, gain: emoji, content: emoji });
  await api.post("/api/feedback/satisfy", { customers_id: id, follower_id, record_time, value: 3, note: emoji });
  await api.post("/api/contract/contract", { organization_id: organization.id, name, note: emoji });
  for (const path of [`/customers?q=${encodeURIComponent(name)}`, "/follows", "/demands", "/satisfaction"]) {
    await page.goto(`/#${path}`);
    await expect(link(page, name)).toBeVisible();
  }
  await page.goto(`/#/customers/${id}`);
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.getByRole("list", { name: "时间线" })).toContainText(emoji);
  await page.goto(`/#/organizations/${organization.id}`);
  await expect(page.getByRole("heading", { level: 1, name: organization.name })).toBeVisible();
  await button(page, name).click();
  await expect(field(page, "备注")).toHaveValue(emoji);
  // Nothing is wider than the window.
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
});

test("everything with the keyboard alone", async ({ page, api }, { project }) => {
  test.skip(project.name === "phone");
  const { name } = await api.customer();
  await page.goto("/#/customers");
  const search = page.getByRole("searchbox", { name: "按姓名、单位或手机号找客户" });
  await expect(search).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(link(page, "跳到内容")).toBeFocused();
  await search.focus();
  await page.keyboard.type(name);
  await expect(page.getByText("共 1 条")).toBeVisible();
  await link(page, name).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  const write = page.getByRole("main").getByRole("button", { name: "写跟进" });
  await write.focus();
  await page.keyboard.press("Enter");
  await expect(form(page, "写跟进")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(form(page, "写跟进")).toHaveCount(0);
  await expect(write).toBeFocused();
  await page.keyboard.press("Enter");
  await field(page, "收获").focus();
  await page.keyboard.type("只用键盘");
  await page.keyboard.press("Control+Enter");
  await saved(page, "已记下");
  await expect(page.getByRole("list", { name: "时间线" })).toContainText("只用键盘");
});
