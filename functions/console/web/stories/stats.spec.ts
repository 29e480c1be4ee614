import type { Locator } from "@playwright/test";
import { ADMIN, choose, expect, link, test } from "./story";

test.use({ who: ADMIN });

interface Leader {
  user: { realName: string; nickName: string };
  sign_amount: string;
  sign_count: number;
  follow_count: number;
  customers_count: number;
}

test("the leaderboard has the API's figures to the last digit, and each leads to the list behind it", async ({ page, api }) => {
  const organization = await api.organization();
  const [start, end] = ["2022-03-01", "2022-03-31"];
  // A sum that no float has.
  for (const amount of ["9007199254740.93", "0.07"]) {
    await api.post("/api/contract/contract", {
      organization_id: organization.id,
      follower_id: [8],
      name: "大单",
      code: "1",
      amount,
      sign_time: start,
    });
  }
  const { id } = await api.customer();
  await api.post("/api/record/upload", { customers_id: id, follower_id: [8], record_time: `${end} 23:59:59`, event: 1, gain: "月底" });
  await page.goto(`/#/stats?window=own&start=${start}&end=${end}`);
  const table = page.getByRole("table", { name: "业绩排行" });
  await expect(table).toBeVisible();
  await expect(page.getByRole("img", { name: "业绩排行的图" })).toBeVisible();
  // Stories beside this one write, too: the figures are compared until both are of the same moment.
  await expect(async () => {
    await page.reload();
    await expect(table).toBeVisible();
    const answer = (await api.get(`/api/stats/employee?start_time=${start}&end_time=${end}&count=100`)) as unknown as { data: Leader[] };
    const shown: string[][] = [];
    for (const row of (await table.getByRole("row").all()).slice(1)) {
      const cells = await row.getByRole("cell").allInnerTexts();
      shown.push(cells.map((cell) => cell.trim().replace(/[¥,]/g, "")));
    }
    const told = answer.data.map(({ user, sign_amount, sign_count, follow_count, customers_count }) => [
      user.realName || user.nickName || "未命名员工",
      sign_amount,
      ...[sign_count, follow_count, customers_count].map(String),
    ]);
    expect(told.length).toBeGreaterThan(0);
    expect(shown).toEqual(told);
  }).toPass();

  const figure = table.getByRole("link", { name: /^黄浩原的签约合同：\d+$/ });
  const count = Number(await figure.innerText());
  await figure.click();
  await expect(page).toHaveURL(/contracts\?user=8&time=sign&start=2022-03-01&end=2022-03-31/);
  await expect(page.getByText(`共 ${count} 条`)).toBeVisible();
  await expect(page.getByRole("button", { name: "去掉筛选：时间是签约时间" })).toBeVisible();
  await page.goBack();
  const follows = table.getByRole("link", { name: /^黄浩原的跟进：\d+$/ });
  const calls = Number(await follows.innerText());
  await follows.click();
  await expect(page.getByText(`共 ${calls} 条`)).toBeVisible();
});

test("new customers of an employee: the list has the figure's total, and its filters can be taken away", async ({ page, api }) => {
  await api.customer({ owner_id: 8 });
  await page.goto("/#/stats?window=week");
  const figure = page.getByRole("table", { name: "业绩排行" }).getByRole("link", { name: /^黄浩原的新客户：\d+$/ });
  const count = Number(await figure.innerText());
  await figure.click();
  await expect(page.getByText(new RegExp(`^共 ${count} 条$`))).toBeVisible();
  await page.getByRole("button", { name: /^去掉筛选：录入时间/ }).click();
  await expect(page).toHaveURL(/customers\?owner=8$/);
  await page.getByRole("button", { name: "去掉筛选：负责人：黄浩原" }).click();
  await expect(page).toHaveURL(/customers$/);
});

interface Point {
  time: string;
  sign_amount: string;
  sign_count: number;
  follow_count: number;
  demand_count: number;
}

/** The rows of a table without its heads, as they are read. */
async function cells(table: Locator): Promise<string[][]> {
  const rows = (await table.getByRole("row").all()).slice(1);
  return Promise.all(rows.map(async (row) => (await row.getByRole("cell").allInnerTexts()).map((cell) => cell.trim())));
}

test("the figures of one organization are the API's, and lead to its lists", async ({ page, api }) => {
  const { id, name } = await api.organization();
  const customer = await api.customer({ organization_id: id });
  const contract = { organization_id: id, follower_id: [8], name: "年度合同", code: "1", sign_time: "2022-05-12" };
  for (const amount of ["1200.50", "0.07"]) await api.post("/api/contract/contract", { ...contract, amount });
  const about = { customers_id: customer.id, organization_id: id, follower_id: [8] };
  for (const [day, event] of [["09", 2], ["15", 2], ["16", 3]] as const)
    await api.post("/api/record/upload", { ...about, record_time: `2022-05-${day} 10:00:00`, event, gain: "谈过", content: "要货" });

  await page.goto("/#/stats?window=own&start=2022-05-02&end=2022-05-29&by=week");
  await choose(page, "单位", name);
  await expect(page).toHaveURL(new RegExp(`organization=${id}`));
  await expect(page.getByRole("heading", { name: "业绩排行" })).toHaveCount(0);
  const trend = page.getByRole("table", { name: "签约和跟进" });
  const window = "start_time=2022-05-02&end_time=2022-05-29";
  const answer = (await api.get(`/api/stats/trend?by=week&${window}&organization_id=${id}`)) as unknown as { data: Point[] };
  const told = answer.data.map((row) => [
    row.time.slice(0, 10),
    row.sign_amount,
    ...[row.sign_count, row.follow_count, row.demand_count].map(String),
  ]);
  expect(told[1]).toEqual(["2022-05-09", "1200.57", "2", "2", "2"]);
  await expect
    .poll(async () => (await cells(trend)).map((row) => row.map((cell) => cell.replace(/[¥,]/g, ""))))
    .toEqual(told);
  await expect.poll(() => cells(page.getByRole("table", { name: "单位签约" }))).toEqual([[name, "¥1,200.57", "2"]]);
  const funnel = page.getByRole("table", { name: "跟进漏斗" });
  await expect.poll(async () => (await cells(funnel)).map(([, count]) => count)).toEqual(["0", "2", "1", "0", "0"]);

  await trend.getByRole("link", { name: "2022-05-09的跟进：2" }).click();
  await expect(page).toHaveURL(new RegExp(`follows\\?organization=${id}&start=2022-05-09&end=2022-05-15`));
  await expect(page.getByText("共 2 条")).toBeVisible();
  await page.goBack();
  await trend.getByRole("link", { name: "2022-05-09的签约合同：¥1,200.57" }).click();
  await expect(page.getByText("共 2 条")).toBeVisible();
  await page.goBack();
  await page.getByRole("link", { name: "电话拜访的跟进：1" }).click();
  await expect(page.getByText("共 1 条")).toBeVisible();
});

test("the window stands in the URL, and every drawing has its table", async ({ page }, { project }) => {
  await page.goto("/#/");
  await link(page, project.name === "phone" ? "我" : "统计").click();
  if (project.name === "phone") await link(page, "统计").click();
  await page.getByRole("radio", { name: "今年" }).check();
  await expect(page).toHaveURL(/window=year/);
  await page.getByRole("combobox", { name: "每一段" }).selectOption("按周");
  await page.reload();
  await expect(page.getByRole("radio", { name: "今年" })).toBeChecked();
  await expect(page.getByRole("combobox", { name: "每一段" })).toHaveValue("week");
  for (const name of ["签约和跟进", "业绩排行", "跟进漏斗", "单位签约"]) await expect(page.getByRole("table", { name })).toBeVisible();
});
