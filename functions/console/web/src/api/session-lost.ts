/** A session that has ended while somebody works: what they do waits until they have signed in again. */
import { ref } from "vue";

/** Whether the page asks to sign in again. */
export const isLost = ref(false);

/** Whether anybody has been signed in on this page: before, a 401 only says that nobody is. */
let wasSignedIn = false;
let waiting: (() => void)[] = [];

export function beginSession() {
  wasSignedIn = true;
}

/** Shows that the session has ended. */
export function lose() {
  if (wasSignedIn) isLost.value = true;
}

/** Waits until somebody has signed in again. False if nobody was signed in. */
export function signInAgain(): Promise<boolean> {
  if (!wasSignedIn) return Promise.resolve(false);
  isLost.value = true;
  return new Promise((resolve) => waiting.push(() => resolve(true)));
}

/** Goes on with what has waited. */
export function goOn() {
  isLost.value = false;
  const all = waiting;
  waiting = [];
  for (const resume of all) resume();
}
