/** The lists whose totals and sums the figures are. */
import type { Area } from "../api/session";

interface List {
  area: Area;
  path: string;
  word: string;
  query?: { time: "sign" };
}

const sign: List = { area: "contract", path: "/contracts", word: "签约合同", query: { time: "sign" } };

/** By the figures' names in answers. */
export const LISTS = {
  sign_amount: sign,
  sign_count: sign,
  follow_count: { area: "record", path: "/follows", word: "跟进" } as List,
  demand_count: { area: "record", path: "/demands", word: "需求" } as List,
  customers_count: { area: "customers", path: "/customers", word: "新客户" } as List,
};

export type Figure = keyof typeof LISTS;
