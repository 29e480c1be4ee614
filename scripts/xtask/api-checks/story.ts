// A working day, over a client made from the API reference: node story.js URL
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const [url] = process.argv.slice(2);
assert(url, "the URL of a running scripts/dev");

/** An answer that went well, or the failure as an error. */
function ok<T>({ data, error }: { data?: T; error?: { msg: string } }): T {
  assert(data, error?.msg);
  return data;
}

const anybody = createClient<paths>({ baseUrl: url });
const login = { phoneNumber: "18888888888", password: "local-admin" };
const signedIn = ok(await anybody.POST("/api/user/login", { body: login }));
assert.equal(signedIn.msg, "登陆成功");
const { session, phoneNumber, user_id: me } = signedIn.data;
const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${session}` } });

const groupName = `云南测试${Date.now()}`;
const organization = ok(await client.POST("/api/customers/organization", { body: { groupName } }));
const organization_id = organization.data?.id;
assert(organization_id);

const customer = ok(
  await client.POST("/api/customers/customers", {
    body: { nickName: "张三", realName: "张三丰", phoneNumber: `1${Date.now()}`.slice(0, 11), organization_id },
  }),
);
const customers_id = customer.data?.id;
assert(customers_id);
const found = ok(await client.GET("/api/customers/customers", { params: { query: { name: groupName } } }));
assert.deepEqual([found.page_info.total, found.data[0]?.id], [1, customers_id]);

const record_time = "2021-08-01 12:00:00";
const upload = {
  params: { header: { "Idempotency-Key": crypto.randomUUID() } },
  body: { customers_id, follower_id: [me], record_time, event: 3 as const, content: "需要报价" },
};
// @ts-expect-error There is no event 9.
void (() => client.POST("/api/record/upload", { body: { ...upload.body, event: 9 } }));
const uploaded = ok(await client.POST("/api/record/upload", upload));
assert.deepEqual(ok(await client.POST("/api/record/upload", upload)), uploaded);
const { follow_id, demand_id } = uploaded.data;
assert(follow_id && demand_id);

const contract = ok(
  await client.POST("/api/contract/contract", {
    body: { code: "C-1", name: "合同", organization_id, sign_time: record_time, amount: "1234.50" },
  }),
);
assert(contract.data?.id);

const window = { start_time: "2021-08-01", end_time: "2021-08-01" };
const statistics = { params: { query: { ...window, organization_ids: [organization_id] } } };
const signed = ok(await client.GET("/api/stats/sign", statistics));
assert.equal(signed.data.length, 1);
const [demands, page] = ok(await client.GET("/api/stats/demand", statistics)).data;
assert.deepEqual([demands[0]?.demand_count, page.total], [1, 1]);

const deleted = await client.DELETE("/api/record/delfollow", { params: { query: { follow_id } } });
assert.equal(ok(deleted).msg, "删除成功");
const gone = await client.DELETE("/api/record/delfollow", { params: { query: { follow_id } } });
assert.deepEqual([gone.response.status, gone.error?.code], [404, "not_found"]);

assert.equal(ok(await client.POST("/api/user/logout", { body: { phoneNumber } })).msg, "登出成功");
const late = await client.GET("/api/user/menu");
assert.deepEqual([late.response.status, late.error?.code], [401, "session_required"]);
