// The reference page in headless Chromium: node page.js URL CHROMIUM [FOLDER], the folder for pictures of it
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Page } from "playwright-core";

const [url, executablePath, pictures] = process.argv.slice(2);
assert(url && executablePath, "the URL of a running scripts/dev, and the path of Chromium");

// As behind a stage of API Gateway, where all paths begin with its name.
const stage = createServer((incoming, answer) => {
  const { method, headers } = incoming;
  const onward = request(url + incoming.url?.replace("/stage", ""), { method, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  incoming.pipe(onward);
});
await new Promise<void>((listening) => stage.listen(0, "127.0.0.1", listening));

// What Chromium calls by itself is not the page's.
const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath, args: ["--disable-gpu", "--disable-quic", ...quiet] });
try {
  await check(`http://localhost:${(stage.address() as AddressInfo).port}/stage`);
  await check(url, pictures);
} finally {
  await browser.close();
  stage.close();
}

async function check(base: string, pictures?: string) {
  const viewport = { width: 1280, height: 800 };
  const page = await browser.newPage({ locale: "zh-CN", viewport });
  const wrong: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${base}/`) && !request.url().startsWith("data:")) wrong.push(request.url());
  });
  const picture = async (name: string) => {
    if (pictures) await page.screenshot({ path: `${pictures}/${name}.png` });
  };

  await page.goto(`${base}/api/docs`);
  await page.locator(".opblock").first().waitFor();
  const { paths } = (await (await fetch(`${url}/api/openapi.json`)).json()) as { paths: object };
  const operations = Object.values(paths).flatMap((path) => Object.keys(path));
  assert.equal(await page.locator(".opblock").count(), operations.length);
  await picture("page");
  const search = page.getByLabel("搜索接口");
  await search.fill("合同 打款时间");
  await page.locator("#operations-user-getUser").waitFor({ state: "detached" });
  assert.equal(await page.locator(".opblock").count(), 1);
  await search.fill("");
  await page.locator("#operations-user-getUser").waitFor();

  await signIn(page, "local-admin");
  await page.locator("#logout").waitFor();
  await page.reload();
  await page.locator("#logout").waitFor();

  const got = await tryOut(page, "operations-customers-getCustomers");
  assert.match(got, /"page_info"/);
  await page.locator(".btn.execute").evaluate((button) => scrollBy(0, button.getBoundingClientRect().top - 80));
  await picture("call");
  const posted = await tryOut(page, "operations-user-postMenu", `{"name": "试用${Date.now()}"}`);
  assert.match(posted, /"msg": "操作成功"/);

  await page.locator("#logout button").click();
  await page.locator("#login").waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0);
  assert.deepEqual(wrong, []);

  await signIn(page, "a wrong password");
  await page.getByText("手机号或密码").waitFor();
  await page.close();
}

async function signIn(page: Page, password: string) {
  await page.getByLabel("手机号").fill("18888888888");
  await page.getByLabel("密码").fill(password);
  await page.locator("#login button").click();
}

/** Tries an operation out, and answers what it answered. */
async function tryOut(page: Page, id: string, body?: string): Promise<string> {
  const operation = page.locator(`#${id}`);
  await operation.locator(".opblock-summary-control").click();
  await operation.getByRole("button", { name: "Try it out" }).click();
  if (body) await operation.locator("textarea").fill(body);
  await operation.getByRole("button", { name: "Execute" }).click();
  const response = operation.locator(".live-responses-table tbody .response").first();
  await response.waitFor();
  assert.equal(await response.locator(".response-col_status").innerText(), "200");
  return response.locator(".response-col_description").innerText();
}
