import { Api, STAFF, button, expect, link, saved, test } from "./story";

test("a customer of the pool is claimed from the list, and given back", async ({ page, api }) => {
  const { id, name } = await api.customer({ owner_id: "none" });
  await page.goto(`/#/customers?owner=none&q=${encodeURIComponent(name)}`);
  await button(page, `领取：${name}`).click();
  await saved(page, "已领取");
  await expect(link(page, name)).toHaveCount(0);
  await page.goto(`/#/customers?owner=me&q=${encodeURIComponent(name)}`);
  await link(page, name).click();
  await button(page, `退回公海：${name}`).click();
  await saved(page, "已退回公海");
  await expect(button(page, `领取：${name}`)).toBeVisible();
  expect((await api.get(`/api/customers/customers?customers_id=${id}`)).data[0]).toMatchObject({ owner_id: null });
});

test("somebody else was faster with a claim: who it was is told", async ({ page, api, browser }) => {
  const { id, name } = await api.customer({ owner_id: "none" });
  await page.goto(`/#/customers/${id}`);
  const claim = button(page, `领取：${name}`);
  await expect(claim).toBeVisible();
  const other = await browser.newContext();
  const elsewhere = new Api(other.request);
  await elsewhere.signIn({ ...STAFF, phoneNumber: "15331761337" });
  await elsewhere.post("/api/customers/owner", { customers_ids: [id], owner_id: "me" });
  await claim.click();
  await saved(page, "小耳尖已经领取了这个客户");
  await other.close();
});
