/** What every form does: keep what is typed, send it once, put errors at their fields, and settle who changes what. */
import { computed, reactive, ref, shallowRef, watch } from "vue";
import { useQueryClient } from "@tanstack/vue-query";
import { Refused, Unreachable, newKey, type Schemas } from "../api/client";
import { me } from "../api/session";
import { forget, keep, read } from "../draft";

/** Somebody has changed the record since the form has read it. */
export interface Conflict<Value> {
  by: Schemas["Person"] | null;
  time: string | null;
  /** The version that the other has made. */
  version: number;
  /** The fields that both have changed, and what the other has made of them. */
  theirs: Partial<Value>;
}

export interface FormOptions<Value extends object> {
  /** Under which its draft is kept: one for every record. */
  name: string;
  initial: Value;
  /** The version that an edit has read. */
  version?: number;
  /** Sends it under an idempotency key. */
  send: (value: Value, key: string, version?: number) => Promise<unknown>;
  /** What the form shows of a row, where rows can be edited. */
  fromRow?: (row: never) => Value;
  /** After it was done. */
  done: (answer: unknown) => void;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export function useForm<Value extends object>(options: FormOptions<Value>) {
  const queries = useQueryClient();
  const name = `${me.value?.user_id}:${options.name}`;
  const kept = read<Value>(name);
  const isOurs = kept !== null && !same(kept.value, options.initial);
  const value = reactive(copy(isOurs ? { ...options.initial, ...kept.value } : options.initial)) as Value;
  let base = isOurs ? kept.base : copy(options.initial);
  let version = isOurs ? kept.version : options.version;
  let sent = kept?.sent;

  /** When what was restored was typed, in milliseconds. */
  const restored = ref(isOurs ? kept.at : null);
  const errors = ref<Record<string, string>>({});
  /** What is wrong with the whole. */
  const message = ref("");
  /** What stands in the way, where there is a choice. */
  const refusal = shallowRef<Refused>();
  const isBusy = ref(false);
  const isOffline = ref(false);
  const conflict = shallowRef<Conflict<Value>>();
  const isDirty = computed(() => !same(value, base));

  function store() {
    keep(name, { value, base, version, sent, at: Date.now() });
  }
  // At once: a page may be closed at any time.
  const stop = watch(value, store, { deep: true, flush: "sync" });

  /** Throws what was typed away. */
  function discard() {
    forget(name);
    base = copy(options.initial);
    version = options.version;
    Object.assign(value, copy(options.initial));
    forget(name);
    restored.value = null;
    errors.value = {};
    conflict.value = undefined;
    message.value = "";
  }

  /** Sends it. A second click while it is under way does nothing. */
  async function submit() {
    if (isBusy.value) return;
    isBusy.value = true;
    isOffline.value = false;
    errors.value = {};
    message.value = "";
    refusal.value = undefined;
    const body = JSON.stringify([value, version]);
    if (sent?.body !== body) sent = { body, key: newKey() };
    store();
    try {
      const answer = await options.send(copy(value), sent.key, version);
      stop();
      forget(name);
      void queries.invalidateQueries();
      options.done(answer);
    } catch (error) {
      await fail(error);
    } finally {
      isBusy.value = false;
    }
  }

  async function fail(error: unknown) {
    if (error instanceof Unreachable) {
      isOffline.value = true;
    } else if (!(error instanceof Refused)) {
      throw error;
    } else if (error.code === "version_out_of_date" && options.fromRow) {
      settle(error.failure);
    } else {
      refusal.value = error;
      const { errors: all = [], field, msg } = error.failure;
      const faults = all.length ? all : field ? [{ field, msg }] : [];
      const atFields = faults.filter((fault) => fault.field in value);
      errors.value = Object.fromEntries(atFields.map((fault) => [fault.field, fault.msg]));
      if (!atFields.length) message.value = msg;
    }
    // What was refused is another request the next time, even if it says the same: something else may have changed.
    if (error instanceof Refused) sent = undefined;
    store();
  }

  /** Takes over what the other has changed, but for what was changed here too: that is to be chosen. */
  function settle(failure: Schemas["Failure"]) {
    const row = failure.data as never as { version: number };
    const theirs = options.fromRow!(row as never);
    const both: Partial<Value> = {};
    for (const field of Object.keys(theirs) as (keyof Value)[]) {
      if (same(theirs[field], base[field])) continue;
      if (same(value[field], base[field])) value[field] = theirs[field];
      else if (!same(value[field], theirs[field])) both[field] = theirs[field];
    }
    base = copy(theirs);
    version = row.version;
    conflict.value = { by: failure.by ?? null, time: failure.time ?? null, version: row.version, theirs: both };
    store();
  }

  return { value, errors, message, refusal, isBusy, isOffline, isDirty, restored, conflict, submit, discard };
}

export type Form<Value extends object> = ReturnType<typeof useForm<Value>>;
