/** Every screen and every form: nothing in the way of people who see, hear or move differently; and its picture. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import { ADMIN, button, expect, field, form, test, uniquePhone } from "./story";

test.use({ who: ADMIN });

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const { PICTURES } = process.env;
/** The pictures that README shows. */
const SHOWN = /^((customers|customer|upload)-(desk|phone)|(stats|import-preview)-desk)$/;

interface Finding {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

/** No critical and no serious finding; and the picture, where pictures are wanted. */
async function look(page: Page, name: string, width: string) {
  await page.evaluate(AXE);
  const findings: Finding[] = await page.evaluate(
    "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations.filter(({ impact }) => ['critical', 'serious'].includes(impact)).map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))",
  );
  expect(findings, name).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${name} is too wide`).toBe(0);
  if (PICTURES) {
    const picture = `${name}-${width}`;
    const folder = SHOWN.test(picture) ? PICTURES : `${PICTURES}/../../../target/console-pictures`;
    await page.screenshot({ path: `${folder}/${picture}.png`, animations: "disabled", caret: "hide" });
  }
}

test("what is to be done today", async ({ page, api }, { project }) => {
  const { id } = await api.customer();
  await api.post("/api/record/plan", { customers_id: id, time: "2021-03-01 10:00:00", note: "打电话" });
  await page.goto("/#/today");
  await expect(page.getByRole("list", { name: "已经过期" })).toBeVisible();
  await look(page, "today", project.name);
});

const LISTS = [
  ["organizations", "单位"],
  ["follows", "跟进"],
  ["demands", "需求"],
  ["satisfaction", "满意度"],
  ["contracts", "合同"],
] as const;

test("the customers", async ({ page }, { project }) => {
  // Not the first page, where other stories have put theirs.
  await page.goto("/#/customers?page=6");
  await expect(page.getByText(/^共 [\d,]+ 条$/)).toBeVisible();
  await look(page, "customers", project.name);
});

for (const [path, name] of LISTS) {
  test(`the list ${path}`, async ({ page }, { project }) => {
    await page.goto(`/#/${path}?span=all`);
    await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
    await expect(page.getByText(/^共 [\d,]+ 条$/)).toBeVisible();
    await look(page, path, project.name);
    await page.goto(`/#/${path}?span=own&start=1999-01-01&end=1999-01-02&name=nobody-has-this`);
    await expect(page.getByText(/^(共 [\d,]+ 条|正在查询…)$/)).toBeHidden();
    await expect(page.getByText(/没有/).first()).toBeVisible();
    await look(page, `${path}-empty`, project.name);
  });
}

/** A customer of the demo, with an organization, contracts and some history. */
async function busyCustomer(page: Page) {
  const follows = await (await page.request.get("/api/record/follow?organization_id=1&all=true&count=1")).json();
  return Number(follows.data[0].customers_id);
}

test("a customer, and the forms that are about them", async ({ page }, { project }) => {
  const id = await busyCustomer(page);
  await page.goto(`/#/customers/${id}`);
  await expect(page.getByRole("list", { name: "时间线" })).toBeVisible();
  await look(page, "customer", project.name);
  const main = page.getByRole("main");
  for (const [open, title, name] of [
    ["写跟进", "写跟进", "upload"],
    ["编辑", "编辑客户", "customer-form"],
    ["记满意度", "记满意度", "satisfy-form"],
  ] as const) {
    await main.getByRole("button", { name: open, exact: true }).first().click();
    await expect(form(page, title)).toBeVisible();
    await look(page, name, project.name);
    await button(page, "取消").click();
    await expect(form(page, title)).toHaveCount(0);
  }
});

test("the other forms, and the page of an organization", async ({ page }, { project }) => {
  await page.goto("/#/organizations/1");
  await expect(page.getByRole("heading", { name: "客户" })).toBeVisible();
  await expect(page.getByText(/^共 [\d,]+ 条$/).first()).toBeVisible();
  await look(page, "organization", project.name);
  for (const [open, title, name] of [
    ["编辑", "编辑单位", "organization-form"],
    ["录合同", "录合同", "contract-form"],
  ] as const) {
    await button(page, open).click();
    await expect(form(page, title)).toBeVisible();
    await look(page, name, project.name);
    await button(page, "取消").click();
    await expect(form(page, title)).toHaveCount(0);
  }
  await page.goto("/#/me");
  await expect(page.getByRole("heading", { name: "我", level: 1 })).toBeVisible();
  await look(page, "me", project.name);
  await button(page, "修改密码").click();
  await expect(form(page, "修改密码")).toBeVisible();
  await look(page, "password", project.name);
  await page.keyboard.press("Escape");
  await page.goto("/#/nowhere");
  await expect(page.getByText("没有这个页面")).toBeVisible();
  await look(page, "missing", project.name);
});

test("imports, statistics and what admins do", async ({ page }, { project }) => {
  const screens = [
    ["transfers", "导入导出"],
    ["stats?window=year", "统计"],
    ["manage/employees", "员工"],
    ["manage/menus", "菜单"],
    ["manage/grants", "授权"],
    ["manage/log", "日志"],
    ["manage/trash", "回收站"],
  ] as const;
  for (const [path, name] of screens) {
    await page.goto(`/#/${path}`);
    await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
    await expect(page.getByRole("status", { name: "正在读取" })).toHaveCount(0);
    await look(page, path.replace(/\?.*/, "").replace("/", "-"), project.name);
  }
});

test("the statistics of an organization", async ({ page }, { project }) => {
  await page.goto("/#/stats?window=year&organization=1");
  await expect(page.getByRole("heading", { name: "单位签约" })).toBeVisible();
  await expect(page.getByRole("status", { name: "正在读取" })).toHaveCount(0);
  await look(page, "stats-organization", project.name);
});

test("the forms of employees, and what a person is forgotten with", async ({ page, api }, { project }) => {
  await page.goto("/#/manage/employees");
  await button(page, "新建员工").click();
  const dialog = form(page, "新建员工");
  await expect(dialog).toBeVisible();
  await look(page, "employee-form", project.name);
  await dialog.getByRole("button", { name: "更多资料" }).click();
  await look(page, "employee-form-more", project.name);
  await button(page, "取消").click();
  await page.getByRole("button", { name: /^新密码/ }).first().click();
  await expect(form(page, "新密码")).toBeVisible();
  await look(page, "new-password", project.name);
  await button(page, "取消").click();
  const { id, name } = await api.customer({ phoneNumber: uniquePhone() });
  await page.goto(`/#/customers/${id}`);
  await button(page, "清除个人信息").click();
  await field(page, "来确认").fill(name);
  await look(page, "erase", project.name);
});

/** What a company may have in a table. */
const ROWS = `姓名,手机号,单位,职务,性别
王建国,13988880001,昆明云岭小学,校长,男
李秀兰,13988880002,昆明云岭小学,教务主任,女
赵志强,13988880003,大理古城中学,后勤主任,男
陈晓梅,13988880004,大理古城中学,采购,女
刘洋,13988880005,玉溪红塔实验学校,采购,先生
杨丽,13988880006,玉溪红塔实验学校,副校长,女
周敏,13988880006,玉溪红塔实验学校,会计,女
`;

test.describe("files", () => {
  test.use({ alone: true });

  test("the dialogues of an import and of the history", async ({ page }, { project }) => {
    await page.goto("/#/transfers");
    await button(page, "导入文件").click();
    const dialog = form(page, "导入");
    await expect(dialog.getByRole("link", { name: "下载模板" })).toBeVisible();
    await look(page, "import-file", project.name);
    await dialog.getByLabel("选择文件").setInputFiles({ name: "客户.csv", mimeType: "text/csv", buffer: Buffer.from(ROWS) });
    await expect(dialog.getByLabel("检查的结果")).toBeVisible();
    await look(page, "import-columns", project.name);
    await button(page, "下一步：预览").click();
    await expect(dialog.getByRole("table", { name: "预览" })).toBeVisible();
    await look(page, "import-preview", project.name);
    await button(page, "先放着").click();
    await page.goto("/#/manage/employees");
    await page.getByRole("button", { name: /^修改记录/ }).first().click();
    await expect(form(page, "员工的修改记录").getByRole("listitem").first()).toBeVisible();
    await look(page, "history", project.name);
  });
});

test.describe("without a session", () => {
  test.use({ who: null });

  test("signing in", async ({ page }, { project }) => {
    await page.goto("/#/customers");
    await expect(field(page, "手机号")).toBeVisible();
    await look(page, "sign-in", project.name);
  });
});

test.describe("what does not come", () => {
  test.use({ refusals: true });

  test("a list that fails says so, and comes when it is asked for again", async ({ page }, { project }) => {
    await page.route("**/api/customers/customers*", (route) => route.abort());
    await page.goto("/#/customers");
    await expect(page.getByText("连不上网络")).toBeVisible();
    await look(page, "failed", project.name);
    await page.unroute("**/api/customers/customers*");
    await button(page, "再试一次").click();
    await expect(page.getByText(/^共 [\d,]+ 条$/)).toBeVisible();
  });
});
