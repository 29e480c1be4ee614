/** How many files of a form are under way: it waits for them. */
import type { InjectionKey, Ref } from "vue";

export const UPLOADS: InjectionKey<Ref<number>> = Symbol("uploads");
