/** Erasures that were begun in this browser and have not ended: the name is gone first, so the page alone would look as if all were. */
import { reactive, watch } from "vue";

const KEY = "erasures";

export const unfinished = reactive(new Set<number>(JSON.parse(localStorage.getItem(KEY) ?? "[]")));
// At once: the page may be closed at any time.
watch(unfinished, () => localStorage.setItem(KEY, JSON.stringify([...unfinished])), { flush: "sync" });
