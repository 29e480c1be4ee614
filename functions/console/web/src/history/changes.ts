/** Changes of a record, in words. */
import type { Schemas } from "../api/client";
import { customerName, moment, money, personName, phone, signed } from "../format";
import { AREAS, EVENTS, ROLES, SEXES, type RecordKind } from "../labels";
import { word } from "./words";

/** Something with a name inside a row. */
interface Named {
  user_id?: number;
  nickName?: string;
  realName?: string;
  groupName?: string;
  name?: string;
}

function called(value: Named): string {
  if (value.groupName !== undefined) return value.groupName;
  if (value.name !== undefined) return value.name;
  const { nickName = "", realName = "" } = value;
  return value.user_id === undefined ? customerName({ nickName, realName }) : personName({ nickName, realName });
}

const STATUS: Partial<Record<RecordKind, [string, string]>> = {
  user: ["停用", "启用"],
  customers: ["隐藏", "正常"],
  organization: ["隐藏", "正常"],
};

/** A value as people read it. */
export function shown(kind: RecordKind, field: string, value: unknown): string {
  if (field === "owner" && value === null) return "公海";
  if (value === null || value === "" || value === undefined) return "空";
  if (Array.isArray(value)) return value.map((item) => shown(kind, field, item)).join("、") || "空";
  if (typeof value === "object") return called(value as Named);
  if (typeof value === "boolean") return value ? "是" : "否";
  const text = String(value);
  if (field === "sex") return SEXES[value as 0] ?? text;
  if (field === "status") return STATUS[kind]?.[value as 0] ?? text;
  if (field === "event") return EVENTS[value as 1] ?? text;
  if (field === "role") return ROLES[value as "admin"] ?? text;
  if (field === "area") return AREAS[value as "stats"] ?? text;
  if (field === "value") return signed(Number(value));
  if (field === "phoneNumber") return phone(text);
  if (field.endsWith("amount")) return money(text);
  if (/^(\w+_)?time$|Time$|^birthday$/.test(field)) return moment(text);
  return text;
}

export interface Change {
  field: string;
  word: string;
  before: string;
  after: string;
}

export function changes(kind: RecordKind, all: Schemas["FieldChange"][]): Change[] {
  return all.flatMap(({ field, before, after }) => {
    const known = word(kind, field);
    return known ? [{ field, word: known, before: shown(kind, field, before), after: shown(kind, field, after) }] : [];
  });
}
