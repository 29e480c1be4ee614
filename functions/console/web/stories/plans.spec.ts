import { button, expect, field, form, link, saved, test, unique } from "./story";

/** Tomorrow at nine, as a field takes it. */
function tomorrow(): string {
  // In China, where the page is, whatever the clock of this machine shows.
  const date = new Date(Date.now() + (24 + 8) * 60 * 60 * 1000);
  return `${date.toISOString().slice(0, 10)}T09:00`;
}

test("the next call is planned with a follow-up, and stands under 今天 and on the time line", async ({ page, api }) => {
  const { id, name } = await api.customer();
  const note = unique("问预算");
  await page.goto(`/#/customers/${id}`);
  await page.getByRole("main").getByRole("button", { name: "写跟进" }).click();
  await field(page, "收获").fill("要再打一次");
  await field(page, "下次联系").fill(tomorrow());
  await field(page, "联系什么").fill(note);
  await button(page, "提交").click();
  await saved(page, "已记下");
  await expect(page.getByRole("list", { name: "时间线" })).toContainText(note);
  await page.goto("/#/today");
  await expect(page.getByRole("list", { name: "接下来7天" })).toContainText(note);
  await expect(link(page, name)).toBeVisible();
});

test("what is overdue is put off, undone, and done, each with one tap", async ({ page, api }) => {
  const { id, name } = await api.customer();
  await api.post("/api/record/plan", { customers_id: id, time: "2021-03-01 10:00:00", note: "很久以前" });
  await page.goto("/#/today");
  await expect(page.getByRole("list", { name: "已经过期" })).toContainText(name);
  await button(page, `推到明天：${name}`).click();
  await expect(page.getByRole("status").filter({ hasText: "已推到明天" })).toBeVisible();
  await button(page, `撤销：${name}`).click();
  await button(page, `完成：${name}`).click();
  await expect(button(page, `撤销：${name}`)).toBeVisible();
  const plans = await api.get(`/api/record/plan?customers_id=${id}&due=done`);
  expect(plans.page_info.total).toBe(1);
});

test("a plan is written up from 今天, and is finished by that", async ({ page, api }) => {
  const { id, name } = await api.customer();
  await api.post("/api/record/plan", { customers_id: id, time: "2021-03-01 10:00:00" });
  await page.goto("/#/today");
  await button(page, `写跟进：${name}`).click();
  await form(page, "写跟进").getByRole("textbox", { name: "收获" }).fill("打过了");
  await button(page, "提交").click();
  await saved(page, "已记下");
  await expect(link(page, name)).toHaveCount(0);
});
