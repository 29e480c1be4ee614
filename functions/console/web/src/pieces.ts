/** Work that the server does in pieces: it is asked again until nothing is left, or until nobody looks any more. */
import { computed, onBeforeUnmount, ref } from "vue";
import { useQueryClient } from "@tanstack/vue-query";
import { reason } from "./parts/failure";

/** So many pieces in a row may bring nothing about before a person is asked. */
const PATIENCE = 5;

export function usePieces() {
  const queries = useQueryClient();
  const done = ref(0);
  const left = ref<number>();
  const error = ref("");
  const isBusy = ref(false);
  const isDone = computed(() => left.value === 0);
  let isGone = false;
  onBeforeUnmount(() => (isGone = true));

  async function run(piece: () => Promise<{ done: number; left: number }>) {
    if (isBusy.value) return;
    isBusy.value = true;
    error.value = "";
    try {
      let idle = 0;
      do {
        const before = left.value;
        const answer = await piece();
        done.value += answer.done;
        left.value = answer.left;
        idle = answer.done || answer.left !== before ? 0 : idle + 1;
      } while (left.value && !isGone && idle < PATIENCE);
      if (left.value) error.value = `还有 ${left.value.toLocaleString("zh-CN")} 条没有做完，请再试一次`;
    } catch (failed) {
      error.value = reason(failed).title;
    } finally {
      isBusy.value = false;
      // Also where it has ended early, something was changed.
      void queries.invalidateQueries();
    }
  }

  return { done, left, error, isBusy, isDone, run };
}

export type Pieces = ReturnType<typeof usePieces>;
