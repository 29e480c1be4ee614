/** What one tap does: sent once however often it is tapped, and said aloud where it fails. */
import { ref } from "vue";
import { useQueryClient } from "@tanstack/vue-query";
import { Unreachable, newKey } from "./api/client";
import { ElMessage } from "./element";
import { reason } from "./parts/failure";

/** `stays`: what is on the screen stays until it is looked at anew, so that it can be undone where it was done. */
export function useAct(options: { stays?: boolean } = {}) {
  const queries = useQueryClient();
  const isBusy = ref(false);
  /** After a lost answer the same act goes under the same key again. */
  let lost: { name: string; key: string } | undefined;

  async function act(name: string, send: (key: string) => Promise<unknown>): Promise<boolean> {
    if (isBusy.value) return false;
    isBusy.value = true;
    const key = lost?.name === name ? lost.key : newKey();
    try {
      await send(key);
      lost = undefined;
      void queries.invalidateQueries(options.stays ? { refetchType: "none" } : {});
      return true;
    } catch (error) {
      lost = error instanceof Unreachable ? { name, key } : undefined;
      ElMessage.error(reason(error).title);
      return false;
    } finally {
      isBusy.value = false;
    }
  }

  return { act, isBusy };
}
