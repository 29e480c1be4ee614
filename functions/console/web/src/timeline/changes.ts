/** Changes of a customer, in words. */
import type { Schemas } from "../api/client";
import { personName, phone } from "../format";
import { SEXES } from "../labels";

type Field = keyof Schemas["CustomerRow"];

/** The words for the fields that people know. What has none is not shown: it says nothing to them. */
const WORDS: Partial<Record<Field, string>> = {
  nickName: "昵称",
  realName: "姓名",
  phoneNumber: "手机号",
  organization: "单位",
  job: "职务",
  sex: "性别",
  avatar: "头像",
  owner: "负责人",
  status: "状态",
};

function shown(field: Field, value: unknown): string {
  if (field === "owner" && value === null) return "公海";
  if (value === null || value === "" || value === undefined) return "空";
  if (field === "sex") return SEXES[value as 0] ?? String(value);
  if (field === "status") return value === 0 ? "隐藏" : "正常";
  if (field === "phoneNumber") return phone(String(value));
  if (typeof value === "object") return "nickName" in value ? personName(value as Schemas["Person"]) : "";
  return String(value);
}

export interface Change {
  field: string;
  word: string;
  before: string;
  after: string;
}

export function changes(all: Schemas["FieldChange"][]): Change[] {
  return all.flatMap(({ field, before, after }) => {
    const word = WORDS[field as Field];
    if (!word) return [];
    return [{ field, word, before: shown(field as Field, before), after: shown(field as Field, after) }];
  });
}
