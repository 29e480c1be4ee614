// A working day, over a client made from the strict document: node story.js URL
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./strict.js";

type Schemas = components["schemas"];

const [url] = process.argv.slice(2);
assert(url, "the URL of a running scripts/dev");

/** An answer that went well, or the failure as an error. */
function ok<T>({ data, error }: { data?: T; error?: Schemas["Failure"] }): T {
  assert(data, error?.msg);
  return data;
}

const anybody = createClient<paths>({ baseUrl: url });
const login: Schemas["LoginRequest"] = { phoneNumber: "18888888888", password: "local-admin" };
const signedIn = ok(await anybody.POST("/api/user/login", { body: login }));
assert.equal(signedIn.msg, "登陆成功");
const { session, phoneNumber, user_id: me } = signedIn.data;
const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${session}` } });

// A function for each act, whose body has a name: whatever is misspelt, missing or of another type does not compile.
const once = () => ({ header: { "Idempotency-Key": crypto.randomUUID() } });
const createOrganization = (body: Schemas["OrganizationCreate"]) =>
  client.POST("/api/customers/organization", { params: once(), body });
const createCustomer = (body: Schemas["CustomersCreate"]) =>
  client.POST("/api/customers/customers", { params: once(), body });
const editCustomer = (body: Schemas["CustomersEdit"]) => client.POST("/api/customers/customers", { body });
const record = (body: Schemas["UploadFollow"], params = once()) => client.POST("/api/record/upload", { params, body });
const editFollow = (body: Schemas["FollowEdit"]) => client.POST("/api/record/follow", { body });
const createContract = (body: Schemas["ContractCreate"]) =>
  client.POST("/api/contract/contract", { params: once(), body });
const editContract = (body: Schemas["ContractEdit"]) => client.POST("/api/contract/contract", { body });

// Who that is, and what they may do.
const who = ok(await client.GET("/api/user/me")).data;
assert.deepEqual([who.user_id, who.areas.includes("contract")], [me, true]);

// Customers, and one of them with an organization.
const all = ok(await client.GET("/api/customers/customers", { params: { query: { count: 5, page: 1 } } }));
assert.equal(all.data.length, 5);
const groupName = `云南测试${Date.now()}`;
const organization = ok(await createOrganization({ groupName }));
const organization_id = organization.data.id;
const realName = `张三丰${Date.now()}`;
const number = `1${Date.now()}`.slice(0, 11);
const customer = ok(
  await createCustomer({ nickName: "张三", realName, phoneNumber: number, sex: 1, organization_id }),
);
const customers_id = customer.data.id;
const found = ok(await client.GET("/api/customers/customers", { params: { query: { name: realName } } }));
const [row] = found.data;
assert(row);
assert.deepEqual([found.page_info.total, row.id, row.organization], [1, customers_id, groupName]);

// An edit sends what was read, with its version; null clears.
const { avatar, job, sex, version } = row;
const edit = { customers_id, avatar, job, sex, version, nickName: null };
assert.deepEqual(ok(await editCustomer(edit)).data, { id: customers_id, version: version + 1 });
const conflict = await editCustomer(edit);
assert.deepEqual([conflict.response.status, conflict.error?.code], [409, "version_out_of_date"]);
assert.equal(conflict.error?.by?.user_id, me);
const edited = ok(await client.GET("/api/customers/customers", { params: { query: { customers_id } } }));
assert.deepEqual([edited.data[0]?.nickName, edited.data[0]?.realName], ["", realName]);

// A follow-up and a change of demand, sent twice and written once.
const record_time = "2021-08-01 12:00:00";
const visit: Schemas["UploadFollow"] = {
  customers_id,
  follower_id: [me],
  record_time,
  event: 3,
  content: "需要报价",
};
const key = once();
const uploaded = ok(await record(visit, key));
assert.deepEqual(ok(await record(visit, key)), uploaded);
const { follow_id, demand_id } = uploaded.data;
assert(follow_id && demand_id);
const followed = ok(await client.GET("/api/record/follow", { params: { query: { follow_id } } }));
const [follow] = followed.data;
assert(follow);
const gained = { follow_id, event: follow.event, gain: "达成意向", version: follow.version };
const now = ok(await editFollow(gained)).data;
// The version of the answer is that of the next edit.
const noted = { follow_id, event_note: "下周签约", version: now.version };
assert.equal(ok(await editFollow(noted)).data.version, now.version + 1);
const filter = { organization_id, user_id: me, event: 3, all: true } as const;
const visits = ok(await client.GET("/api/record/follow", { params: { query: filter } }));
assert.deepEqual([visits.page_info.total, visits.data[0]?.id], [1, follow_id]);

// A contract, whose amount is exact; the statistics know it at once.
const amount = 9999999999999.99;
const sign_time = record_time;
const contract = ok(
  await createContract({ code: "C-1", name: "合同", organization_id, sign_time, amount, follower_id: [me] }),
);
const contract_id = contract.data.id;
const contracts = ok(await client.GET("/api/contract/contract", { params: { query: { contract_id } } }));
const [signed] = contracts.data;
assert(signed);
assert.equal(signed.amount, "9999999999999.99");
const paid = { contract_id, remit_time: signed.sign_time, remit_amount: 1, version: signed.version };
assert.equal(ok(await editContract(paid)).msg, "操作成功");

const window = { start_time: "2021-08-01", end_time: "2021-08-01" };
const statistics = { params: { query: { ...window, organization_ids: [organization_id] } } };
const sums = ok(await client.GET("/api/stats/sign", statistics));
assert.deepEqual([sums.data.length, sums.data[0]?.sign_amount], [1, "9999999999999.99"]);
const [demands, page] = ok(await client.GET("/api/stats/demand", statistics)).data;
assert.deepEqual([demands[0]?.demand_count, page.total], [1, 1]);

// The customer's page.
const overview = ok(await client.GET("/api/customers/overview", { params: { query: { customers_id } } })).data;
assert.deepEqual([overview.customer.id, overview.organization?.groupName], [customers_id, groupName]);
assert.deepEqual([overview.follow?.total, overview.demand?.total, overview.contract?.data[0]?.id], [1, 1, contract_id]);

// Deleted is gone, at once.
const deleted = await client.DELETE("/api/record/delfollow", { params: { query: { follow_id } } });
assert.equal(ok(deleted).msg, "删除成功");
const gone = await client.POST("/api/record/delfollow", { body: { follow_id } });
assert.deepEqual([gone.response.status, gone.error?.code], [404, "not_found"]);
assert.equal(ok(await client.POST("/api/contract/delcontract", { body: { contract_id } })).msg, "删除成功");

const everywhere: Schemas["LogoutEverywhere"] = { phoneNumber };
assert.equal(ok(await client.POST("/api/user/logout", { body: everywhere })).msg, "登出成功");
const late = await client.GET("/api/user/menu");
assert.deepEqual([late.response.status, late.error?.code], [401, "session_required"]);
