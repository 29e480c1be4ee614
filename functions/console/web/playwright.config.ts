/** The stories of the console, at the width of a desk and at that of a phone: `scripts/check-console`. */
import { defineConfig } from "@playwright/test";

const { URL: baseURL, CHROMIUM: executablePath } = process.env;
// What Chromium calls by itself is not the page's.
const args = ["--lang=zh-CN", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export default defineConfig({
  testDir: "stories",
  outputDir: "../../../target/console-stories",
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  reporter: [["list"]],
  // A story waits for things and not for time: these are far more than a busy machine needs.
  timeout: 180_000,
  expect: { timeout: 60_000 },
  use: {
    baseURL,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    launchOptions: { executablePath, args },
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "desk", use: { viewport: { width: 1440, height: 900 } } },
    { name: "phone", use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
  ],
});
