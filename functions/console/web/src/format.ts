/** How people read money, times, phone numbers and names. What comes from the API is text, and stays exact. */
import type { Schemas } from "./api/client";

/** `1234567.50` as `¥1,234,567.50`: digits only move apart, nothing is calculated. */
export function money(amount: string | null): string {
  if (amount === null) return "—";
  const [whole = "", cents = "00"] = amount.split(".");
  return `¥${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents}`;
}

/** A mobile number in groups as it is read out; any other number as it was typed. */
export function phone(number: string): string {
  return /^1\d{10}$/.test(number) ? `${number.slice(0, 3)} ${number.slice(3, 7)} ${number.slice(7)}` : number;
}

/** What a phone can dial, or nothing. */
export function dial(number: string): string | undefined {
  const digits = number.replace(/[^\d+]/g, "");
  return digits.length >= 4 ? `tel:${digits}` : undefined;
}

const pad = (value: number) => String(value).padStart(2, "0");

/** A day as the API takes it. */
export function dayOf(date: Date): string {
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** This minute, as the API takes it. */
export function now(): string {
  const date = new Date();
  return `${dayOf(date)} ${pad(date.getHours())}:${pad(date.getMinutes())}:00`;
}

/** The day before another. */
export function dayBefore(day: string): string {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() - 1);
  return dayOf(date);
}

/** So many days from today. */
export function daysFromNow(days: number): string {
  const date = new Date();
  date.setDate(date.getDate() + days);
  return dayOf(date);
}

/** A day: 今天, 昨天, 11月25日 周三, or with its year if it is another. */
export function day(time: string): string {
  const date = time.slice(0, 10);
  const near = { [daysFromNow(0)]: "今天", [daysFromNow(-1)]: "昨天", [daysFromNow(1)]: "明天" }[date];
  if (near) return near;
  const [year = 0, month = 0, dayOfMonth = 0] = date.split("-").map(Number);
  const weekday = "日一二三四五六"[new Date(year, month - 1, dayOfMonth).getDay()];
  const short = `${month}月${dayOfMonth}日`;
  return year === new Date().getFullYear() ? `${short} 周${weekday}` : `${year}年${short}`;
}

/** A moment: its day, and its minute unless it is midnight, which is how days alone are stored. */
export function moment(time: string | null): string {
  if (!time) return "—";
  const minute = time.slice(11, 16);
  return minute && minute !== "00:00" ? `${day(time)} ${minute}` : day(time);
}

/** When something was done: always with its minute. */
export function done(time: string | null): string {
  return time ? `${day(time)} ${time.slice(11, 16)}` : "—";
}

/** Whether a customer was forgotten as a person: everybody else has a name or a number. */
export function isErased(customer: { nickName: string; realName: string; phoneNumber?: string }): boolean {
  return !customer.nickName && !customer.realName && customer.phoneNumber === "";
}

/** What a customer is called: the nick name, else the name, else the number. */
export function customerName(customer: { nickName: string; realName: string; phoneNumber?: string }): string {
  if (isErased(customer)) return "已清除的客户";
  return customer.nickName || customer.realName || (customer.phoneNumber ? phone(customer.phoneNumber) : "未命名客户");
}

/** The other name of a customer, where there is another. */
export function otherName(customer: { nickName: string; realName: string }): string {
  return customer.nickName && customer.realName !== customer.nickName ? customer.realName : "";
}

/** What an employee is called. */
export function personName(person: Pick<Schemas["Person"], "nickName" | "realName"> | null): string {
  return person ? person.realName || person.nickName || "未命名员工" : "系统";
}

export function people(persons: Schemas["Person"][]): string {
  return persons.map(personName).join("、");
}

/** `6` as `+6`. */
export function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value).replace("-", "−");
}
