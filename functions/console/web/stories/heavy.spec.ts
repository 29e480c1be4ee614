/** An import as large as companies have. It takes some minutes, so it is told to whoever asks: HEAVY=1 scripts/check-console heavy */
import type { Locator, Page } from "@playwright/test";
import { ADMIN, button, expect, form, test, unique } from "./story";

const ROWS = 20_000;
/** Megabytes that the page's scripts may keep. */
const MEMORY = 300;
/** Milliseconds that a bar may stand still. */
const STILL = 2000;
const HOUR = 3_600_000;

test.skip(!process.env.HEAVY, "HEAVY=1 tells it");
test.use({ who: ADMIN, alone: true });

/** Looks at a bar until `isOver`: the longest that it stood still, and the most memory that the page's scripts kept meanwhile. */
async function watch(page: Page, bar: Locator, isOver: () => Promise<boolean>) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  let [value, moved, still, memory] = [NaN, Date.now(), 0, 0];
  const look = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    memory = Math.max(memory, ...metrics.filter(({ name }) => name === "JSHeapUsedSize").map((metric) => metric.value / 1e6));
    if (await isOver()) return true;
    const now = await bar.evaluate((element) => (element as HTMLProgressElement).value);
    if (now !== value) [value, moved] = [now, Date.now()];
    still = Math.max(still, Date.now() - moved);
    return false;
  };
  await expect.poll(look, { intervals: [200], timeout: HOUR }).toBe(true);
  return { still, memory };
}

test("20,000 rows: the page stays small, its bar moves, and a closed tab goes on where it was", async ({ page, context }, { project }) => {
  test.skip(project.name === "phone", "once is enough");
  test.setTimeout(HOUR);
  const name = unique("Zhang");
  const lines = Array.from({ length: ROWS }, (_, at) => `${name}${at},1${3_700_000_000 + at},采购`);
  const buffer = Buffer.from(`姓名,手机号,职务\n${lines.join("\n")}\n`);
  await page.goto("/#/transfers");
  await button(page, "导入文件").click();
  const dialog = form(page, "导入");
  await dialog.getByRole("radio", { name: "客户" }).check();
  await dialog.getByLabel("选择文件").setInputFiles({ name: "客户.csv", mimeType: "text/csv", buffer });
  await dialog.getByRole("button", { name: "下一步：预览" }).click({ timeout: HOUR });
  await dialog.getByRole("button", { name: "开始导入 20,000 行" }).click();
  const bar = dialog.getByRole("progressbar", { name: "进行中" });
  const share = () => bar.evaluate((element) => (element as HTMLProgressElement).position);
  const first = await watch(page, bar, async () => (await share()) > 0.3);
  await page.close();

  const again = await context.newPage();
  await again.goto("/#/transfers");
  const job = again.getByRole("row").filter({ hasText: "导入客户" }).first();
  await expect(job).toContainText("进行中");
  const ended = again.getByText("已完成");
  const second = await watch(again, job.getByRole("progressbar"), () => ended.first().isVisible());
  await expect(job).toContainText("新建 20,000");
  const found = await (await context.request.get(`/api/customers/customers?name=${name}`)).json();
  expect(found.page_info.total).toBe(ROWS);

  for (const [tab, { still, memory }] of Object.entries({ first, second })) {
    console.log(`${tab} tab: ${Math.round(memory)} MB, the bar stood still for ${still} ms at most`);
    expect(memory).toBeLessThan(MEMORY);
    expect(still).toBeLessThan(STILL);
  }
});
