/** A list whose page and filters stand in the URL: it can be reloaded, sent to a colleague, and come back to. */
import { computed, type Ref } from "vue";
import { keepPreviousData, useQuery } from "@tanstack/vue-query";
import { useRoute, useRouter } from "vue-router";
import type { Rows } from "./api/client";
import { daysFromNow } from "./format";

/** The rows of a page. */
export const COUNT = 20;

export function useFilters() {
  const route = useRoute();
  const router = useRouter();
  const text = (name: string) => {
    const value = route.query[name];
    return typeof value === "string" ? value : "";
  };
  const page = computed(() => Math.max(1, Number(text("page")) || 1));
  /** Changes filters; what is empty leaves the URL. Another filter begins at the first page. */
  function set(changes: Record<string, string | number | undefined>) {
    const query = { ...route.query, page: undefined, ...changes };
    const full = Object.entries(query).filter(([, value]) => value !== undefined && value !== "" && value !== null);
    return router.replace({ query: Object.fromEntries(full.map(([name, value]) => [name, String(value)])) });
  }
  const id = (name: string) => Number(text(name)) || undefined;
  return { text, id, page, set };
}

/** Spans of time to choose from, and how many days they reach back. */
export const SPANS = { "7": "近7天", "30": "近30天", "365": "近一年", all: "全部" } as const;
export type Span = keyof typeof SPANS;

/** The window that the URL asks for, as parameters of the API. */
export function windowOf(filters: ReturnType<typeof useFilters>, usual: Span) {
  const [start, end] = [filters.text("start"), filters.text("end")];
  if (start || end) return { start_time: start || undefined, end_time: end || undefined };
  const span = filters.text("span") || usual;
  return span in SPANS && span !== "all" ? { start_time: daysFromNow(-Number(span)) } : { all: true };
}

/** A page of a list. While another is on its way, the one before stays. */
export function useRows<Row, Query extends object>(
  name: string,
  query: Ref<Query>,
  get: (query: Query, signal: AbortSignal) => Promise<Rows<Row>>,
) {
  return useQuery({
    queryKey: [name, query],
    queryFn: ({ signal }) => get(query.value, signal),
    placeholderData: keepPreviousData,
  });
}
