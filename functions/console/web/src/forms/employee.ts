/** The fields of an employee, as the form has them. */
import type { Schemas } from "../api/client";
import { word } from "../history/words";

type Row = Schemas["EmployeeRow"];

/** A number is a text as long as it is typed: the API says what is none. */
const typed = (number: number | null) => String(number ?? "");

export const fromRow = (row: Row) => ({
  realName: row.realName,
  nickName: row.nickName,
  phoneNumber: row.phoneNumber,
  number: row.number,
  role: row.role,
  sex: row.sex,
  birthday: row.birthday,
  headImageUrl: row.headImageUrl,
  title: typed(row.title),
  rankId: typed(row.rankId),
  rankType: typed(row.rankType),
  school: row.school,
  education: row.education,
  address: row.address,
  entryTime: row.entryTime,
  officialTime: row.officialTime,
  resignTime: row.resignTime,
});

export type EmployeeValue = ReturnType<typeof fromRow>;

export const EMPTY: EmployeeValue = {
  realName: "",
  nickName: "",
  phoneNumber: "",
  number: "",
  role: "staff",
  sex: 0,
  birthday: null,
  headImageUrl: "",
  title: "",
  rankId: "",
  rankType: "",
  school: "",
  education: "",
  address: "",
  entryTime: null,
  officialTime: null,
  resignTime: null,
};

/** Those that are in the form at first; the others are in its second part. */
const FIRST = ["realName", "nickName", "phoneNumber", "number", "role"];
const FIELDS = Object.keys(EMPTY) as (keyof EmployeeValue)[];
export const MORE = FIELDS.filter((field) => !FIRST.includes(field));
export const WORDS = Object.fromEntries(FIELDS.map((field) => [field, word("user", field)])) as Record<keyof EmployeeValue, string>;
