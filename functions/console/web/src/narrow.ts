/** Whether the window is that of a phone: lists are cards, and forms fill the screen. */
import { ref } from "vue";

const query = matchMedia("(max-width: 599px)");
export const isNarrow = ref(query.matches);
query.addEventListener("change", ({ matches }) => (isNarrow.value = matches));
