/** Words of imports. */
import type { Schemas } from "../api/client";
import { SEXES } from "../labels";

export const ENCODINGS: Record<Schemas["Findings"]["encoding"], string> = {
  "utf-8": "CSV（UTF-8）",
  "utf-16": "CSV（UTF-16）",
  gb18030: "CSV（GB18030/GBK）",
  xlsx: "XLSX 工作簿",
};

export const ON_DUPLICATE = {
  skip: "跳过重复的行",
  update: "修改已有的记录，空着的不改",
  refuse: "不导入，写进报告",
  create: "也新建（手机号相同的客户）",
} as const;

/** A value as it would be stored, for people. */
export function stored(field: string, value: unknown, names: Map<number, string>): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map((item) => stored(field, item, names)).join("、");
  if (field === "sex") return SEXES[Number(value) as 0] ?? String(value);
  if (PERSON.has(field) && typeof value === "number") return names.get(value) ?? `员工 ${value}`;
  return String(value);
}

/** Fields that name employees. */
export const PERSON = new Set(["owner_id", "follower_id", "creator_id", "editor_id"]);
