/** How far a job is between two answers. A step of the server takes some seconds, and a bar that stands still looks like one that hangs. */
import { onBeforeUnmount, ref, watch } from "vue";
import type { Job } from "./jobs";

/** Milliseconds between two looks. */
const TICK = 500;
/** What a step is thought to bring before one was seen: a share of the rows, in so many milliseconds. */
const SHARE = 0.01;
const LENGTH = 6000;

export function useSteady(job: () => Job | undefined) {
  const shown = ref(0);
  let state: Job["state"] | undefined;
  /** What the last answer said, and when it came. */
  let [done, at] = [0, 0];
  /** What the last step has brought, and how long it took. */
  let step: number | undefined;
  let length = LENGTH;

  function look() {
    const now = job();
    if (!now) return;
    if (now.state !== state || now.done_rows < done) {
      [state, step, length] = [now.state, undefined, LENGTH];
      shown.value = done = now.done_rows;
      at = Date.now();
    } else if (now.done_rows > done) {
      [step, length] = [now.done_rows - done, Math.max(TICK, Date.now() - at)];
      done = now.done_rows;
      at = Date.now();
    }
    // Ever slower towards the end of the step that is under way, and never past it. The numbers beside the bar are exact.
    const ahead = (step ?? now.rows * SHARE) * (1 - Math.exp((at - Date.now()) / length));
    shown.value = Math.min(now.rows, Math.max(shown.value, done + ahead));
  }

  watch(job, look, { immediate: true });
  const timer = setInterval(look, TICK);
  onBeforeUnmount(() => clearInterval(timer));
  return shown;
}
