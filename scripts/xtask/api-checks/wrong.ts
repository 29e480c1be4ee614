// Requests that must not compile. Each has one mistake, and compiles without it, as the first ones do; nothing of this runs.
import type { Client } from "openapi-fetch";
import type { components, paths } from "./strict.js";

type Schemas = components["schemas"];

export async function wrong(client: Client<paths>) {
  const create = (body: Schemas["ContractCreate"]) => client.POST("/api/contract/contract", { body });
  const edit = (body: Schemas["ContractEdit"]) => client.POST("/api/contract/contract", { body });
  await create({ organization_id: 1, name: "合同", amount: 12.5, sign_time: null });
  await edit({ contract_id: 1, amount: null, version: 3 });

  // @ts-expect-error An amount is a number.
  await create({ organization_id: 1, name: "合同", amount: "banana" });
  // @ts-expect-error A key is misspelt.
  await create({ organization_id: 1, name: "合同", amuont: 12.5 });
  // @ts-expect-error A new contract has an organization.
  await create({ name: "合同" });
  // @ts-expect-error What is new has no version.
  await create({ organization_id: 1, name: "合同", version: 3 });
  // @ts-expect-error Nothing is written as an empty text.
  await create({ organization_id: 1, name: "合同", follower_id: "" });

  // @ts-expect-error An amount is a number.
  await edit({ contract_id: 1, amount: "banana" });
  // @ts-expect-error A key is misspelt.
  await edit({ contract_id: 1, amuont: 12.5 });
  // @ts-expect-error It has to be said which contract.
  await edit({ amount: 12.5 });
  // @ts-expect-error A name is never cleared.
  await edit({ contract_id: 1, name: null });
  // @ts-expect-error Who created it stays.
  await edit({ contract_id: 1, creator_id: 2 });

  // Without a name for the body, too, but for keys that are too many: those openapi-fetch lets pass.
  // @ts-expect-error An amount is a number.
  await client.POST("/api/contract/contract", { body: { organization_id: 1, name: "合同", amount: "banana" } });
  // @ts-expect-error A new contract has an organization.
  await client.POST("/api/contract/contract", { body: { name: "合同" } });

  const known = (body: Schemas["CustomersCreate"]) => client.POST("/api/customers/customers", { body });
  await known({ realName: "张三", sex: 1 });
  // @ts-expect-error A customer has a name or a phone number.
  await known({ sex: 1 });
  // @ts-expect-error There is no sex 3.
  await known({ realName: "张三", sex: 3 });
  // @ts-expect-error A key is misspelt.
  await known({ realName: "张三", orgnization_id: 1 });

  const upload = (body: Schemas["UploadFollow"] | Schemas["UploadDemand"]) => client.POST("/api/record/upload", { body });
  const visit = { customers_id: 1, follower_id: [1], record_time: "2021-08-01" };
  await upload({ ...visit, event: 3 });
  await upload({ ...visit, content: "需要报价" });
  // @ts-expect-error There is no event 9.
  await upload({ ...visit, event: 9 });
  // @ts-expect-error It is a follow-up or a change of demand.
  await upload(visit);
  // @ts-expect-error Followers are an array.
  await upload({ ...visit, event: 3, follower_id: 1 });

  await client.GET("/api/user/user", { params: { query: { status: 1, count: 5 } } });
  // @ts-expect-error There is no status 2 of employees.
  await client.GET("/api/user/user", { params: { query: { status: 2 } } });
  await client.GET("/api/customers/overview", { params: { query: { customers_id: 1 } } });
  // @ts-expect-error It has to be said whose page.
  await client.GET("/api/customers/overview", {});
  // @ts-expect-error A row is sent back under the names of parameters.
  await edit({ id: 1, amount: 12.5 });

  const logout = (body: Schemas["LogoutEverywhere"] | Schemas["LogoutHere"]) => client.POST("/api/user/logout", { body });
  await logout({ phoneNumber: "18888888888" });
  await logout({ only_this: true });
  // @ts-expect-error Somebody is signed out, or this session ends.
  await logout({});
  // @ts-expect-error Only true ends this session.
  await logout({ only_this: false });
}
