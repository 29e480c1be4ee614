import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { ADMIN, STAFF, button, expect, form, link, test, unique, uniquePhone } from "./story";

test.use({ who: ADMIN, alone: true });

/** Chinese words as GBK, which Node.js can read and not write. */
const GBK: Record<string, string> = {
  姓名: "d0d5c3fb",
  手机号: "cad6bbfabac5",
  单位: "b5a5cebb",
  性别: "d0d4b1f0",
  女: "c5ae",
  不对: "b2bbb6d4",
};

/** A file as Excel saves it in China: rows of words above, or of what every encoding has. */
function gbk(rows: string[][]): Buffer {
  const cell = (text: string) => (GBK[text] ? Buffer.from(GBK[text], "hex") : Buffer.from(text, "latin1"));
  const line = (cells: string[]) =>
    Buffer.concat(cells.flatMap((text, at) => (at ? [Buffer.from(","), cell(text)] : [cell(text)])).concat(Buffer.from("\r\n")));
  return Buffer.concat(rows.map(line));
}

const total = async (page: Page, q: string) => (await (await page.request.get(`/api/customers/customers?q=${q}`)).json()).page_info.total;

test("a file in GBK: chosen, mapped, looked at, imported, and taken back", async ({ page }) => {
  const [name, phone, group] = [unique("Wang"), uniquePhone(), unique("Kunming")];
  const rows = [
    ["姓名", "手机号", "单位", "性别"],
    [`${name}A`, phone, group, "女"],
    [`${name}B`, uniquePhone().replace("199", "198"), group, ""],
    [`${name}C`, "", "", "不对"],
    [`${name}D`, phone, "", ""],
  ];
  await page.goto("/#/transfers");
  await button(page, "导入文件").click();
  const dialog = form(page, "导入");
  await dialog.getByRole("radio", { name: "客户" }).check();
  await dialog.getByLabel("选择文件").setInputFiles({ name: "客户.csv", mimeType: "text/csv", buffer: gbk(rows) });
  await expect(dialog.getByText("GB18030/GBK")).toBeVisible();
  await expect(dialog.getByRole("combobox", { name: "手机号" })).toHaveValue("phoneNumber");

  // Another field for a column is checked at once; and back.
  await dialog.getByRole("combobox", { name: /^性别/ }).selectOption("职务");
  await expect(dialog.getByLabel("检查的结果")).toContainText("有问题0");
  await dialog.getByRole("combobox", { name: /^性别/ }).selectOption("性别");
  await expect(dialog.getByLabel("检查的结果")).toContainText("可以导入2重复1有问题1新单位1");

  // Left and found again at its step.
  await dialog.getByRole("button", { name: "先放着" }).click();
  await page.getByRole("main").getByRole("button", { name: "继续" }).first().click();
  await dialog.getByRole("button", { name: "下一步：预览" }).click();
  const row = dialog
    .getByRole("table", { name: "预览" })
    .getByRole("row")
    .filter({ hasText: `${name}C` });
  await expect(row.getByRole("cell", { name: /性别只能是/ })).toBeVisible();
  await expect(dialog.getByRole("list", { name: "重复和问题" })).toContainText("第 4 行 D 列（性别）");
  await dialog.getByRole("button", { name: "开始导入 2 行" }).click();
  await expect(dialog.getByRole("status")).toHaveText("已完成");
  await expect(dialog.getByLabel("导入的结果")).toContainText("新建2修改0跳过1没有导入1");
  expect(await total(page, name)).toBe(2);

  const [report] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("link", { name: "报告" }).click()]);
  expect(await readFile(await report.path(), "utf8")).toContain(`${name}C`);
  await dialog.getByRole("button", { name: "收回" }).click();
  await dialog.getByRole("button", { name: "确定收回" }).click();
  await expect(dialog.getByRole("status")).toHaveText("已收回");
  expect(await total(page, name)).toBe(0);
  await dialog.getByRole("button", { name: "关闭", exact: true }).click();
  await expect(page.getByRole("main").getByText("已收回").first()).toBeVisible();
});

test("headings that nobody knows: people say which column is what", async ({ page }) => {
  await page.goto("/#/transfers");
  await button(page, "导入文件").click();
  const dialog = form(page, "导入");
  await dialog.getByRole("radio", { name: "客户" }).check();
  const buffer = Buffer.from(`first,second\r\n${unique("Zhao")},${uniquePhone()}\r\n`);
  await dialog.getByLabel("选择文件").setInputFiles({ name: "customers.csv", mimeType: "text/csv", buffer });
  await expect(dialog.getByRole("alert")).toContainText("没有认出任何一列");
  await dialog.getByRole("combobox", { name: /^first/ }).selectOption("姓名");
  await expect(dialog.getByLabel("检查的结果")).toContainText("可以导入1");
  await dialog.getByRole("combobox", { name: /^second/ }).selectOption("手机号");
  await expect(dialog.getByRole("button", { name: "下一步：预览" })).toBeEnabled();
});

test("the contracts that a filter shows, as a file", async ({ page, api }) => {
  const organization = await api.organization();
  const name = unique("导出合同");
  const body = { organization_id: organization.id, follower_id: [6], amount: "12.50", sign_time: "2021-08-01" };
  for (const end of ["甲", "乙"]) await api.post("/api/contract/contract", { ...body, name: `${name}${end}`, code: name });
  await page.goto(`/#/contracts?name=${encodeURIComponent(name)}`);
  await expect(page.getByText("共 2 条")).toBeVisible();
  await button(page, "导出").click();
  const dialog = form(page, "导出合同");
  await dialog.getByRole("radio", { name: "CSV" }).check();
  await dialog.getByRole("button", { name: "导出", exact: true }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("link", { name: "下载文件" }).click()]);
  const text = await readFile(await file.path(), "utf8");
  expect(text.trim().split("\r\n")).toHaveLength(3);
  expect(text).toContain(`${name}乙`);
  await dialog.getByRole("link", { name: "导入导出" }).click();
  await expect(page.getByText(/^导出合同（csv）/).first()).toBeVisible();
  await page.getByRole("main").getByRole("button", { name: "下载" }).first().click();
});

test("an import that is left while it runs is found again, and has gone on", async ({ page, context }) => {
  const name = unique("Li");
  const lines = Array.from({ length: 200 }, (_, at) => `${name}${at},采购`);
  await page.goto("/#/transfers");
  await button(page, "导入文件").click();
  const dialog = form(page, "导入");
  await dialog.getByRole("radio", { name: "客户" }).check();
  const buffer = Buffer.from(`姓名,职务\n${lines.join("\n")}\n`);
  await dialog.getByLabel("选择文件").setInputFiles({ name: `${name}.csv`, mimeType: "text/csv", buffer });
  await dialog.getByRole("button", { name: "下一步：预览" }).click();
  await dialog.getByRole("button", { name: "开始导入 200 行" }).click();
  await expect(dialog.getByText(/^[\d,]+ \/ 200 行/)).toBeVisible();
  await page.close();

  const again = await context.newPage();
  await again.goto("/#/transfers");
  const job = again.getByRole("row").or(again.getByRole("listitem")).filter({ hasText: "导入客户" }).first();
  await expect(job).toContainText("新建 200");
  await expect(job).toContainText("已完成");
  expect(await total(again, name)).toBe(200);
});

test("the follow-ups that filters show, as a file, and no others", async ({ page, api }) => {
  const organization = await api.organization();
  const { id } = await api.customer({ organization_id: organization.id });
  const [visit, call] = [unique("上门谈的"), unique("电话谈的")];
  const about = { customers_id: id, follower_id: [6], organization_id: organization.id, record_time: "2021-09-01 10:00:00" };
  await api.post("/api/record/upload", { ...about, event: 2, gain: visit });
  await api.post("/api/record/upload", { ...about, event: 3, gain: call });
  await page.goto(`/#/follows?span=all&event=2&organization=${organization.id}`);
  await expect(page.getByText("共 1 条")).toBeVisible();
  await button(page, "导出").click();
  const dialog = form(page, "导出跟进");
  await expect(dialog.getByText("共 1 行")).toBeVisible();
  await dialog.getByRole("radio", { name: "CSV" }).check();
  await dialog.getByRole("button", { name: "导出", exact: true }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("link", { name: "下载文件" }).click()]);
  const text = await readFile(await file.path(), "utf8");
  expect(text).toContain(visit);
  expect(text).not.toContain(call);
});

test.describe("without a network", () => {
  test.use({ refusals: true });

  test("what could not be checked is not imported, until it was", async ({ page }) => {
    await page.goto("/#/transfers");
    await button(page, "导入文件").click();
    const dialog = form(page, "导入");
    const buffer = Buffer.from(`姓名,备注\n${unique("断网")},采购\n`);
    await dialog.getByLabel("选择文件").setInputFiles({ name: "客户.csv", mimeType: "text/csv", buffer });
    const next = dialog.getByRole("button", { name: "下一步：预览" });
    await expect(next).toBeEnabled();
    await page.route("**/api/transfer/check", (route) => route.abort());
    await dialog.getByRole("combobox", { name: "备注" }).selectOption("职务");
    await expect(dialog.getByRole("alert").filter({ hasText: "连不上网络" })).toBeVisible();
    await expect(next).toBeDisabled();
    await page.unroute("**/api/transfer/check");
    await dialog.getByRole("button", { name: "再试一次" }).click();
    await next.click();
    await expect(dialog.getByRole("table", { name: "预览" }).getByRole("cell", { name: "采购" })).toBeVisible();
    await dialog.getByRole("button", { name: "先放着" }).click();
  });
});

test.describe("staff", () => {
  test.use({ who: STAFF });

  test("whoever may neither import nor export is offered neither", async ({ page }) => {
    await page.goto("/#/contracts");
    await expect(page.getByText(/^共 [\d,]+ 条$/)).toBeVisible();
    await expect(button(page, "导出")).toHaveCount(0);
    await expect(link(page, "导入导出")).toHaveCount(0);
  });
});
