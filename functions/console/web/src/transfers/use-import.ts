/** An import from its file to the end. What is on the screen is what the server has checked. */
import { computed, ref, shallowRef, watch } from "vue";
import { useQueryClient } from "@tanstack/vue-query";
import { client, newKey, ok, once, type Schemas } from "../api/client";
import { NotKept, send } from "../files/upload";
import { reason } from "../parts/failure";
import { showBegun, useJob, type ImportKind } from "./jobs";

export type OnDuplicate = NonNullable<Schemas["CheckRequest"]["on_duplicate"]>;

/** The most that may be imported. */
const MOST_BYTES = 50 * 1024 * 1024;
/** What was chosen for a job, for when it is opened again: the job itself does not tell. */
const memory = (id: number) => `import:${id}`;

export function useImport(open?: number) {
  const queries = useQueryClient();
  const id = ref(open);
  const query = useJob(id);
  const job = computed(() => query.data.value);
  /** What the last check has found; it stays while another is under way. */
  const findings = shallowRef<Schemas["Findings"]>();
  const sheet = ref<string>();
  const mapping = ref<string[]>();
  const onDuplicate = ref<OnDuplicate>("skip");
  /** Which share of the file has been sent, while it is. */
  const share = ref<number>();
  const error = ref("");
  const isBusy = ref(false);
  /** What was chosen is not what was checked. */
  const isChanged = ref(false);
  let sending: AbortController | undefined;

  const isChecking = computed(() => isBusy.value || (isChanged.value && !error.value) || job.value?.state === "checking");
  const step = ref<1 | 2 | 3 | 4>(1);

  if (open !== undefined) {
    const kept = sessionStorage.getItem(memory(open)) as OnDuplicate | null;
    if (kept) onDuplicate.value = kept;
    // Nobody knows with what it was checked.
    else isChanged.value = true;
  }

  watch(
    job,
    (job) => {
      if (!job) return;
      if (job.check) {
        findings.value = job.check;
        if (!isChanged.value || mapping.value === undefined) mapping.value = job.check.columns.map(({ field }) => field ?? "");
        sheet.value ??= job.check.sheet ?? undefined;
      }
      if (!["waiting", "checking", "ready"].includes(job.state)) step.value = 4;
      // Where no heading was known, people say which column is what.
      else if ((job.state !== "waiting" || job.check) && step.value !== 3) step.value = 2;
      if (job.state === "waiting" && job.message) error.value = job.message;
      if (job.state === "waiting" && !share.value && open === job.id && !job.message) void check();
      else if (job.state === "ready" && isChanged.value) void check();
    },
    { immediate: true },
  );

  async function act(run: () => Promise<unknown>) {
    isBusy.value = true;
    error.value = "";
    try {
      await run();
      await query.refetch();
    } catch (failure) {
      error.value = failure instanceof NotKept ? failure.message : reason(failure).title;
    } finally {
      isBusy.value = false;
    }
  }

  /** Announces a file, sends it, and has it looked at. The one that was chosen before is given up. */
  async function start(kind: ImportKind, file: File) {
    sending?.abort();
    const mine = (sending = new AbortController());
    const before = id.value;
    error.value = "";
    if (file.size > MOST_BYTES) return void (error.value = "文件不能大于50MB");
    share.value = 0;
    await act(async () => {
      try {
        const { data } = await ok(
          client.POST("/api/transfer/import", {
            params: once(newKey()),
            body: { kind, name: file.name, size: file.size },
            signal: mine.signal,
          }),
        );
        if (before !== undefined) void client.POST("/api/transfer/stop", { params: once(newKey()), body: { job_id: before } });
        await send(data.upload, file, (sent) => (share.value = sent), mine.signal);
        [id.value, findings.value, mapping.value, sheet.value, isChanged.value] = [data.job_id, undefined, undefined, undefined, false];
        await post();
      } finally {
        share.value = undefined;
        void queries.invalidateQueries({ queryKey: ["jobs"] });
      }
    });
  }

  async function post() {
    const body = { job_id: id.value!, sheet: sheet.value, mapping: mapping.value?.join(","), on_duplicate: onDuplicate.value };
    sessionStorage.setItem(memory(id.value!), onDuplicate.value);
    isChanged.value = false;
    try {
      await ok(client.POST("/api/transfer/check", { params: once(newKey()), body }));
    } catch (failed) {
      // What is on the screen was not checked: it does not go on like that.
      isChanged.value = true;
      throw failed;
    }
  }

  /** Has it looked at again, as soon as it is not being looked at. */
  async function check() {
    if (isBusy.value) return;
    await act(post);
    if (isChanged.value && !error.value && job.value?.state === "ready") await check();
  }

  function change(changes: { sheet?: string; field?: { at: number; field: string }; onDuplicate?: OnDuplicate }) {
    isChanged.value = true;
    if (changes.sheet !== undefined) [sheet.value, mapping.value] = [changes.sheet, undefined];
    if (changes.onDuplicate) onDuplicate.value = changes.onDuplicate;
    const { field } = changes;
    // A field is of one column: the last that was chosen for it.
    if (field) mapping.value = mapping.value?.map((old, at) => (at === field.at ? field.field : old === field.field ? "" : old));
    if (job.value?.state === "ready" || job.value?.state === "waiting") void check();
  }

  const run = () =>
    act(async () => {
      await ok(client.POST("/api/transfer/run", { params: once(newKey()), body: { job_id: id.value! } }));
      showBegun(queries, job.value!, "running");
      step.value = 4;
    });

  /** Leaves it: what is being sent is not sent any more. */
  function leave() {
    sending?.abort();
    void queries.invalidateQueries({ queryKey: ["jobs"] });
    if (job.value && !["waiting", "checking", "ready"].includes(job.value.state)) void queries.invalidateQueries();
  }

  const failure = computed(() => (query.error.value && !job.value ? reason(query.error.value) : undefined));
  return {
    id,
    job,
    findings,
    sheet,
    mapping,
    onDuplicate,
    share,
    error,
    isBusy,
    isChanged,
    isChecking,
    step,
    start,
    change,
    check,
    run,
    leave,
    failure,
    again: query.refetch,
  };
}

export type Import = ReturnType<typeof useImport>;
