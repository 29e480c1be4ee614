/** The names of the employees whom the rows of an import name: the server tells their ids. */
import { computed } from "vue";
import { useQuery } from "@tanstack/vue-query";
import { client, ok, type Schemas } from "../api/client";
import { personName } from "../format";
import { PERSON } from "./words";

export function useNames(findings: () => Schemas["Findings"] | undefined) {
  const ids = computed(() => {
    const rows = findings()?.rows ?? [];
    const found = rows.flatMap(({ values }) => Object.entries(values).flatMap(([field, value]) => (PERSON.has(field) ? value : [])));
    return [...new Set(found.filter((id) => typeof id === "number"))].slice(0, 100);
  });
  const people = useQuery({
    queryKey: ["employees", ids],
    queryFn: () => ok(client.GET("/api/user/user", { params: { query: { user_ids: ids.value, count: 100 } } })),
    enabled: () => ids.value.length > 0,
  });
  return computed(() => new Map((people.data.value?.data ?? []).map((row) => [row.user_id, personName(row)])));
}
