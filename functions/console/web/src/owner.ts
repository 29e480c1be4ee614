/** Whose customers a list shows. One employee's may also be narrowed down to when they were entered: so the statistics link to them. */
import { computed } from "vue";
import { useQuery } from "@tanstack/vue-query";
import { client, ok } from "./api/client";
import { personName } from "./format";
import type { useFilters } from "./list";

export function useOwner(filters: ReturnType<typeof useFilters>) {
  const owner_id = computed((): "me" | "none" | number | undefined => {
    const owner = filters.text("owner");
    return owner === "me" || owner === "none" ? owner : filters.id("owner");
  });
  const employee = computed(() => (typeof owner_id.value === "number" ? owner_id.value : undefined));
  const chosen = useQuery({
    queryKey: ["employee", employee],
    queryFn: () => ok(client.GET("/api/user/user", { params: { query: { user_ids: [employee.value ?? 0] } } })),
    enabled: () => employee.value !== undefined,
  });
  /** The API takes a window only with an owner. */
  const entered = computed(() => {
    const [start, end] = [filters.text("start"), filters.text("end")];
    return owner_id.value && owner_id.value !== "none" ? { start_time: start || undefined, end_time: end || undefined } : {};
  });
  const noWindow = { start: undefined, end: undefined };
  const tags = computed(() => {
    const found = [];
    if (employee.value) {
      const name = personName(chosen.data.value?.data[0] ?? { realName: `员工${employee.value}`, nickName: "" });
      found.push({ key: "owner", label: `负责人：${name}`, remove: () => void filters.set({ owner: undefined, ...noWindow }) });
    }
    const { start_time, end_time } = entered.value;
    if (start_time || end_time) {
      found.push({
        key: "entered",
        label: `录入时间：${start_time ?? "最早"} 至 ${end_time ?? "现在"}`,
        remove: () => void filters.set(noWindow),
      });
    }
    return found;
  });
  return { owner_id, entered, tags };
}
