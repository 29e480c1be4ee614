/** What the statistics are about, which stands in the URL: whole days, so that the lists behind a figure have the same; and whom. */
import { computed } from "vue";
import { useFilters } from "../list";
import { dayOf, daysFromNow } from "../format";

export const WINDOWS = { week: "本周", month: "本月", year: "今年", own: "自选日期" } as const;
export const STEPS = { day: "按天", week: "按周", month: "按月" } as const;
export type Step = keyof typeof STEPS;

/** The most points of a trend. */
const MOST = 60;

/** The first and the last day. */
function days(which: string): [string, string] {
  const now = new Date();
  const [year, month] = [now.getFullYear(), now.getMonth()];
  if (which === "week") {
    const since = (now.getDay() + 6) % 7;
    return [daysFromNow(-since), daysFromNow(6 - since)];
  }
  if (which === "year") return [`${year}-01-01`, `${year}-12-31`];
  return [dayOf(new Date(year, month, 1)), dayOf(new Date(year, month + 1, 0))];
}

/** By what a window of so many days is cut, unless somebody chooses. */
function usual(length: number): Step {
  if (length <= 31) return "day";
  return length <= 120 ? "week" : "month";
}

export function useWindow() {
  const filters = useFilters();
  const which = computed(() => (filters.text("window") in WINDOWS ? filters.text("window") : "month") as keyof typeof WINDOWS);
  const window = computed(() => {
    const [first, last] = days("month");
    if (which.value !== "own") {
      const [start_time, end_time] = days(which.value);
      return { start_time, end_time };
    }
    return { start_time: filters.text("start") || first, end_time: filters.text("end") || last };
  });
  const length = computed(() => Math.round((Date.parse(window.value.end_time) - Date.parse(window.value.start_time)) / 86_400_000) + 1);
  /** What of the steps the API answers for this window. */
  const steps = computed(() => {
    const fits = { day: length.value <= MOST, week: length.value <= (MOST - 1) * 7, month: true };
    return (Object.keys(STEPS) as Step[]).filter((step) => fits[step]);
  });
  const by = computed(() => steps.value.find((step) => step === filters.text("by")) ?? usual(length.value));
  const organization = computed(() => filters.id("organization"));
  return { filters, which, window, by, steps, organization };
}
