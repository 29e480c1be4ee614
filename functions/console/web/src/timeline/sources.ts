/** What stands on the time line of a customer, read page by page. */
import { computed } from "vue";
import { useInfiniteQuery } from "@tanstack/vue-query";
import { client, ok, type Rows, type Schemas } from "../api/client";
import { mayEnter } from "../api/session";
import type { Source, Timed } from "./merge";

interface Of<Kind extends string, Row> extends Timed {
  kind: Kind;
  row: Row;
}

export type Entry =
  | Of<"follow", Schemas["FollowRow"]>
  | Of<"demand", Schemas["DemandRow"]>
  | Of<"satisfy", Schemas["SatisfactionRow"]>
  | Of<"contract", Schemas["ContractRow"]>
  | Of<"plan", Schemas["PlanRow"]>
  | Of<"change", Schemas["RecordChange"]>;
export type Kind = Entry["kind"];

const COUNT = 20;

export interface TimeLineSource extends Source<Entry> {
  kind: Kind;
  total: number | undefined;
  error: Error | null;
  isLoading: boolean;
  more: () => Promise<unknown>;
}

function useSource<Row>(
  kind: Kind,
  isOpen: boolean,
  key: unknown[],
  get: (page: number) => Promise<Rows<Row>>,
  entry: (row: Row) => Omit<Entry, "kind"> | undefined,
) {
  const query = useInfiniteQuery({
    queryKey: ["timeline", kind, ...key],
    queryFn: ({ pageParam }) => get(pageParam),
    initialPageParam: 1,
    getNextPageParam: ({ page_info: { page, total } }: Rows<Row>) => (page * COUNT < total ? page + 1 : undefined),
    enabled: isOpen,
  });
  return computed<TimeLineSource>(() => {
    const pages = query.data.value?.pages ?? [];
    const entries = pages.flatMap((page) => page.data).flatMap((row) => entry(row) ?? []);
    // A row that was added while pages were read stands in two of them.
    const byKey = new Map(entries.map((each) => [each.key, { ...each, kind } as Entry]));
    return {
      kind,
      entries: [...byKey.values()],
      hasMore: query.hasNextPage.value,
      total: pages[0]?.page_info.total,
      error: query.error.value,
      isLoading: query.isLoading.value,
      more: () => (query.error.value ? query.refetch() : query.fetchNextPage()),
    };
  });
}

/** All kinds that the employee may see. */
export function useSources(customers_id: number, organization_id: number | null) {
  const query = (page: number) => ({ customers_id, all: true, page, count: COUNT });
  const contracts = (page: number) => ({ organization_ids: [organization_id ?? 0], all: true, page, count: COUNT });
  return [
    useSource(
      "follow",
      mayEnter("record"),
      [customers_id],
      (page) => ok(client.GET("/api/record/follow", { params: { query: query(page) } })),
      (row) => ({ key: `follow-${row.id}`, time: row.recordTime, row }),
    ),
    useSource(
      "demand",
      mayEnter("record"),
      [customers_id],
      (page) => ok(client.GET("/api/record/demand", { params: { query: query(page) } })),
      (row) => ({ key: `demand-${row.id}`, time: row.recordTime, row }),
    ),
    useSource(
      "satisfy",
      mayEnter("feedback"),
      [customers_id],
      (page) => ok(client.GET("/api/feedback/satisfy", { params: { query: query(page) } })),
      (row) => ({ key: `satisfy-${row.id}`, time: row.recordTime, row }),
    ),
    useSource(
      "contract",
      mayEnter("contract") && organization_id !== null,
      [organization_id],
      (page) => ok(client.GET("/api/contract/contract", { params: { query: contracts(page) } })),
      (row) => ({ key: `contract-${row.id}`, time: row.createTime, row }),
    ),
    useSource(
      "plan",
      mayEnter("record"),
      [customers_id],
      (page) => ok(client.GET("/api/record/plan", { params: { query: { customers_id, due: "all", page, count: COUNT } } })),
      (row) => ({ key: `plan-${row.id}`, time: row.time, row }),
    ),
    useSource(
      "change",
      true,
      [customers_id],
      (page) =>
        ok(
          client.GET("/api/history/record", { params: { query: { kind: "customers", id: customers_id, page, count: COUNT } } }),
        ),
      // When older versions changed something was not written down.
      (row) => (row.time ? { key: `change-${row.revision}`, time: row.time, row } : undefined),
    ),
  ];
}
