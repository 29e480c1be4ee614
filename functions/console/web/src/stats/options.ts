/** How figures are drawn. The tables beside the drawings have the exact ones. */
import type { EChartsCoreOption } from "echarts/core";

export type Option = EChartsCoreOption;

const style = getComputedStyle(document.documentElement);
const color = (name: string) => style.getPropertyValue(name).trim();
const [accent, text, line] = [color("--accent"), color("--text-2"), color("--line")];
// By name: what is only inherited cannot be measured.
const fontFamily = style.fontFamily;
const SECOND = "#b06a00";

/** 12,345,678.00 as 1234.6万: what fits beside an axis. */
export function short(value: number): string {
  if (value >= 1e8) return `${+(value / 1e8).toFixed(2)}亿`;
  return value >= 1e4 ? `${+(value / 1e4).toFixed(1)}万` : String(+value.toFixed(2));
}

// Tooltips as HTML would need styles that our policy refuses.
const tooltip = { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, confine: true };
const label = { color: text, fontSize: 12, fontFamily };
const grid = { left: 4, right: 4, top: 32, bottom: 4, outerBoundsMode: "same" };
const base = { animation: false, textStyle: { fontFamily }, tooltip, grid };
const split = { lineStyle: { color: line } };

/** Amounts as bars, and counts as a line over them. */
export function overTime(names: string[], amounts: number[], counts: (number | null)[]): Option {
  return {
    ...base,
    legend: { top: 0, right: 0, itemWidth: 14, itemHeight: 8, textStyle: label },
    xAxis: { type: "category", data: names, axisLabel: label, axisTick: { show: false }, axisLine: { lineStyle: { color: line } } },
    yAxis: [
      { type: "value", axisLabel: { ...label, formatter: short }, splitLine: split },
      { type: "value", axisLabel: label, splitLine: { show: false }, minInterval: 1 },
    ],
    series: [
      {
        name: "签约金额",
        type: "bar",
        data: amounts,
        color: accent,
        barMaxWidth: 28,
        itemStyle: { borderRadius: [3, 3, 0, 0] },
        tooltip: { valueFormatter: short },
      },
      { name: "跟进次数", type: "line", yAxisIndex: 1, data: counts, color: SECOND, symbolSize: 5 },
    ],
  };
}

/** One bar for each name, the first at the top. */
export function bars(name: string, names: string[], values: number[]): Option {
  return {
    ...base,
    grid: { ...grid, top: 0, right: 56 },
    xAxis: { type: "value", axisLabel: { show: false }, splitLine: { show: false } },
    yAxis: {
      type: "category",
      data: names,
      inverse: true,
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...label, width: 120, overflow: "truncate" },
    },
    series: [
      {
        name,
        type: "bar",
        data: values,
        color: accent,
        barMaxWidth: 18,
        itemStyle: { borderRadius: [0, 3, 3, 0] },
        label: { show: true, position: "right", color: text, formatter: ({ value }: { value: number }) => short(value) },
      },
    ],
  };
}
