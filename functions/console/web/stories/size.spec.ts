/** How much is transferred: a phone in a stairwell waits for it. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "./story";

/** Kilobytes until the first list is there, and of all there is. */
const FIRST = 300;
const ALL = 650;

const { FILES = "" } = process.env;

test("the first list is there after 300 KB, compressed", async ({ page }) => {
  const sizes: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    sizes.push(request.sizes().then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize));
  });
  await page.goto("/#/customers");
  await expect(page.getByText(/^共 [\d,]+ 条$/)).toBeVisible();
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(bytes / 1000).toBeLessThan(FIRST);
  expect(bytes / 1000).toBeGreaterThan(20);
  console.log(`first list: ${Math.round(bytes / 1000)} KB`);
});

test("all there is has 650 KB, compressed", () => {
  const files = readdirSync(FILES);
  const bytes = files.filter((name) => name.endsWith(".br")).reduce((sum, name) => sum + statSync(join(FILES, name)).size, 0);
  expect(bytes / 1000).toBeLessThan(ALL);
  expect(bytes / 1000).toBeGreaterThan(20);
  console.log(`all: ${Math.round(bytes / 1000)} KB`);
});
