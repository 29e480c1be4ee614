/** Jobs: what is imported or exported, step by step, by whoever asks how far it is. */
import { computed, type Ref } from "vue";
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/vue-query";
import { client, ok, type Rows, type Schemas } from "../api/client";
import { mayEnter, type Area } from "../api/session";
import { ElMessage } from "../element";
import { form } from "../forms/open";

export type Job = Schemas["TransferRow"];
export type ImportKind = Schemas["ImportRequest"]["kind"];

/** Milliseconds between two questions how far a job is. */
const PAUSE = 1500;

export const STATES: Record<Job["state"], string> = {
  waiting: "等待中",
  checking: "检查中",
  ready: "等待确认",
  running: "进行中",
  done: "已完成",
  stopped: "已停止",
  failed: "失败",
  undoing: "收回中",
  undone: "已收回",
};

const IMPORTS: { kind: ImportKind; label: string; area: Area }[] = [
  { kind: "customers", label: "客户", area: "customers" },
  { kind: "organization", label: "单位", area: "customers" },
  { kind: "contract", label: "合同", area: "contract" },
];
/** What whoever is signed in may import. */
export const importKinds = () => IMPORTS.filter(({ area }) => mayEnter(area));
export const importLabel = (kind: string) => IMPORTS.find((it) => it.kind === kind)?.label ?? "";

/** Whether it moves by itself, as long as somebody asks. An import that waits, waits for a person. */
export function isGoing({ act, state }: Pick<Job, "act" | "state">): boolean {
  return ["checking", "running", "undoing"].includes(state) || (state === "waiting" && act === "export");
}

/** Whether an import is to be gone on with in its dialogue. */
export const isAsking = ({ act, state }: Job) => act === "import" && ["waiting", "checking", "ready"].includes(state);
export const mayStop = (job: Job) => isGoing(job) || isAsking(job);
/** Whether what an import has made can be taken back. */
export const mayUndo = ({ act, state, created }: Job) => act === "import" && created > 0 && ["done", "stopped", "failed"].includes(state);

/** Whether rows did not go in; of what was taken back, whether something is left, which only the message tells. */
export function hasReport({ act, state, failed_rows, message }: Job): boolean {
  if (act !== "import" || ["waiting", "checking", "ready", "running", "undoing"].includes(state)) return false;
  return state === "undone" ? (message ?? "").includes("报告") : failed_rows > 0;
}

export async function getJob(job_id: number, signal?: AbortSignal): Promise<Job> {
  const { data } = await ok(client.GET("/api/transfer/job", { params: { query: { job_id } }, signal }));
  return data[0]!;
}

/** Shows in the lists that are open how far jobs are. */
function show(queries: QueryClient, jobs: Job[]) {
  const fresh = new Map(jobs.map((job) => [job.id, job]));
  queries.setQueriesData<Rows<Job>>(
    { queryKey: ["jobs"] },
    (rows) => rows && { ...rows, data: rows.data.map((job) => fresh.get(job.id) ?? job) },
  );
}

/** Shows at once that a job has begun with something: the next answer comes after a step of some seconds. */
export function showBegun(queries: QueryClient, job: Job, state: Job["state"]) {
  const begun = { ...job, state, done_rows: 0 };
  queries.setQueryData(["job", job.id], begun);
  show(queries, [begun]);
}

/** One job, asked for again and again while it moves and the page is looked at. */
export function useJob(id: Ref<number | undefined>) {
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["job", id],
    queryFn: async ({ signal }) => {
      const job = await getJob(id.value!, signal);
      show(queries, [job]);
      return job;
    },
    enabled: () => id.value !== undefined,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && isGoing(state.data) ? PAUSE : false),
  });
}

/** Lets the jobs of a list go on, and shows in it how far they are. While a dialogue is open, that asks. */
export function useSteps(list: Ref<Rows<Job> | undefined>) {
  const queries = useQueryClient();
  const going = computed(() => (list.value?.data ?? []).filter(isGoing).map(({ id }) => id));
  useQuery({
    queryKey: ["job-steps", going],
    enabled: () => going.value.length > 0 && !form.value,
    staleTime: 0,
    refetchInterval: PAUSE,
    queryFn: async ({ signal }) => {
      // One that does not answer stops no other.
      const answers = await Promise.allSettled(going.value.map((id) => getJob(id, signal)));
      const jobs = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
      show(queries, jobs);
      return jobs.length;
    },
  });
}

/** Saves the file of an export. The address works for a quarter of an hour only, so it is asked for anew. */
export async function download(id: number): Promise<void> {
  const { url } = await getJob(id);
  if (url) location.assign(url);
  else ElMessage.warning("文件已经删除，请重新导出");
}

/** The rows that did not go in, or what was not taken back. */
export const reportOf = (id: number) => `/api/transfer/report?job_id=${id}`;
export const templateOf = (kind: ImportKind) => `/api/transfer/template?kind=${kind}`;

/** What has become of the rows of an import. */
export const tallyOf = ({ created, updated, skipped, failed_rows }: Job) => [
  { word: "新建", count: created },
  { word: "修改", count: updated },
  { word: "跳过", count: skipped },
  { word: "没有导入", count: failed_rows },
];
