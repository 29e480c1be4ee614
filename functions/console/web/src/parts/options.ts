/** What can be chosen from the whole of customers, organizations and employees, by a part of a name. */
import { client, ok } from "../api/client";
import { customerName, personName, phone } from "../format";

export interface Option {
  value: number;
  label: string;
  detail?: string;
}

const COUNT = 20;

export async function customers(q: string): Promise<Option[]> {
  const query = { q: q || undefined, count: COUNT };
  const { data } = await ok(client.GET("/api/customers/customers", { params: { query } }));
  return data.map((row) => ({
    value: row.id,
    label: customerName(row),
    detail: [row.organization, phone(row.phoneNumber)].filter(Boolean).join(" · "),
  }));
}

export async function organizations(name: string): Promise<Option[]> {
  const query = { name: name || undefined, status: 1 as const, count: COUNT };
  const { data } = await ok(client.GET("/api/customers/organization", { params: { query } }));
  return data.map((row) => ({ value: row.id, label: row.groupName }));
}

export async function employees(name: string): Promise<Option[]> {
  const query = { name: name || undefined, status: 1 as const, count: COUNT };
  const { data } = await ok(client.GET("/api/user/user", { params: { query } }));
  return data.map((row) => ({ value: row.user_id, label: personName(row), detail: row.phoneNumber }));
}
