import { button, choose, expect, field, form, link, saved, test, unique } from "./story";

test("a visit and what the customer wants, in one form, from the customer's page", async ({ page, api }) => {
  const { id, name } = await api.customer();
  await page.goto(`/#/customers/${id}`);
  await page.getByRole("main").getByRole("button", { name: "写跟进" }).click();
  const dialog = form(page, "写跟进");
  await dialog.getByRole("radio", { name: "走访拜访" }).check();
  await field(page, "收获").fill("答应下周签约");
  await field(page, "需求").fill("需要三台打印机");
  await dialog.getByRole("button", { name: "提交" }).click();
  await saved(page, "已记下");
  const line = page.getByRole("list", { name: "时间线" });
  await expect(line).toContainText("答应下周签约");
  await expect(line).toContainText("需要三台打印机");
  await page.getByRole("radio", { name: "需求 1" }).check();
  await expect(line).not.toContainText("答应下周签约");
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
});

test("a follow-up from anywhere, for a customer who is looked for", async ({ page, api }) => {
  const { name } = await api.customer();
  await page.goto("/#/follows");
  await button(page, "写跟进").click();
  await choose(page, "客户", name, form(page, "写跟进"));
  await form(page, "写跟进").getByRole("radio", { name: "电话拜访" }).check();
  const gain = unique("电话里说");
  await field(page, "收获").fill(gain);
  await button(page, "提交").click();
  await saved(page, "已记下");
  await expect(page.getByText(gain)).toBeVisible();
  await link(page, name).click();
  await expect(page.getByRole("list", { name: "时间线" })).toContainText(gain);
});

test("the list of follow-ups by window, event and employee, all in the URL", async ({ page, api }) => {
  const { id } = await api.customer();
  const gain = unique("很久以前");
  const body = { customers_id: id, follower_id: [8], record_time: "2021-03-01 10:00:00", event: 5, gain };
  await api.post("/api/record/upload", body);
  await page.goto("/#/follows");
  const filters = page.getByRole("group", { name: "筛选" });
  await filters.getByRole("combobox", { name: "时间" }).selectOption("全部");
  await filters.getByRole("combobox", { name: "做了什么" }).selectOption("售后");
  await choose(page, "员工", "黄浩原");
  await expect(page).toHaveURL(/span=all.*event=5.*user=8/);
  await page.reload();
  await expect(filters.getByRole("combobox", { name: "做了什么" })).toHaveValue("5");
  await filters.getByRole("combobox", { name: "时间" }).selectOption("自选日期");
  await page.getByRole("textbox", { name: "从哪天" }).fill("2021-03-01");
  await page.getByRole("textbox", { name: "到哪天" }).fill("2021-03-01");
  await expect(page.getByText(gain)).toBeVisible();
});

test("a follow-up is edited, and deleted after a second look", async ({ page, api }) => {
  const { id } = await api.customer();
  const record_time = "2021-03-02 10:00:00";
  await api.post("/api/record/upload", { customers_id: id, follower_id: [6], record_time, event: 1, gain: "第一次" });
  await page.goto(`/#/customers/${id}`);
  const line = page.getByRole("list", { name: "时间线" });
  await line.getByRole("button", { name: "编辑" }).first().click();
  await field(page, "收获").fill("改过的收获");
  await button(page, "保存").click();
  await saved(page);
  await expect(line).toContainText("改过的收获");
  await line.getByRole("button", { name: "编辑" }).first().click();
  await button(page, "删除").click();
  await button(page, "确定删除").click();
  await saved(page, "已删除");
  await expect(line).not.toContainText("改过的收获");
});

test("how satisfied a customer is", async ({ page, api }) => {
  const { id, name } = await api.customer();
  await page.goto(`/#/customers/${id}`);
  await button(page, "记满意度").click();
  const scale = page.getByRole("slider", { name: "满意度" });
  await scale.focus();
  for (let step = 0; step < 3; step++) await scale.press("ArrowRight");
  await field(page, "客户怎么说").fill("送货很快");
  await button(page, "保存").click();
  await saved(page);
  await expect(page.getByRole("list", { name: "时间线" })).toContainText("很满意 +8");
  await page.goto("/#/satisfaction");
  await expect(link(page, name)).toBeVisible();
});

test("a demand is found in its list, and edited there", async ({ page, api }) => {
  const { id } = await api.customer();
  const content = unique("要一台投影仪");
  const record_time = new Date().toISOString();
  await api.post("/api/record/upload", { customers_id: id, follower_id: [6], record_time, content });
  await page.goto("/#/demands");
  const row = page.getByRole("row", { name: content }).or(page.getByRole("listitem").filter({ hasText: content }));
  await row.getByRole("button").first().click();
  await field(page, "需求").fill(`${content}，两台`);
  await button(page, "保存").click();
  await saved(page);
  await expect(page.getByText(`${content}，两台`)).toBeVisible();
});

test("a contract with its amount, in the list and at its organization", async ({ page, api }) => {
  const organization = await api.organization();
  const name = unique("打印机采购合同");
  await page.goto("/#/contracts");
  await button(page, "录合同").click();
  await field(page, "合同名称").fill(name);
  await choose(page, "单位", organization.name, form(page, "录合同"));
  await field(page, "合同金额").fill("1,234,567.5");
  await page.getByRole("textbox", { name: "签约日期" }).fill("2021-08-01");
  await button(page, "保存").click();
  await saved(page);
  await page.getByRole("searchbox", { name: "合同名称或编号" }).fill(name);
  await expect(page.getByText("共 1 条")).toBeVisible();
  await expect(page.getByText("¥1,234,567.50")).toBeVisible();
  await page.goto("/#/organizations");
  await page.getByRole("searchbox", { name: "单位名称或详情" }).fill(organization.name);
  await link(page, organization.name).click();
  await expect(page.getByText("¥1,234,567.50")).toBeVisible();
});

test("a new organization, and its first customer", async ({ page }) => {
  const name = unique("新单位");
  await page.goto("/#/organizations");
  await button(page, "新建单位").click();
  await field(page, "单位名称").fill(name);
  await field(page, "单位详情").fill("昆明市");
  await button(page, "保存").click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.getByText("这个单位还没有客户")).toBeVisible();
  await button(page, "新建客户").click();
  const customer = unique("第一位");
  await field(page, "姓名").fill(customer);
  await button(page, "保存").click();
  await expect(page.getByRole("heading", { level: 1, name: customer })).toBeVisible();
  await expect(link(page, name)).toBeVisible();
});
