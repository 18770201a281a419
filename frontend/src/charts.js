// Draws figure[data-chart] from the JSON block it names; numbers come as texts and are only drawn here.
import { BarChart, FunnelChart, LineChart, PieChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { text } from "./texts.js";

use([
  BarChart, FunnelChart, LineChart, PieChart,
  GridComponent, LegendComponent, MarkLineComponent, TooltipComponent,
  CanvasRenderer,
]);

const drawn = new Map();
let screenTheme = ""; // while printing: the theme to go back to

export function draw(root) {
  for (const [figure, chart] of drawn) {
    if (figure.isConnected) continue;
    chart.dispose();
    drawn.delete(figure);
  }
  for (const figure of root.querySelectorAll("[data-chart]")) if (!drawn.has(figure)) start(figure);
}

function start(figure) {
  const place = figure.querySelector("[data-chart-place]");
  const given = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  const chart = init(place, null, { renderer: "canvas" });
  chart.setOption(option(given, place));
  chart.on("click", (event) => follow(given, event));
  drawn.set(figure, chart);
  if (window.ResizeObserver) new ResizeObserver(() => screenTheme || chart.resize()).observe(place);
  figure.redraw = () => chart.setOption(option(given, place), true);
}

document.addEventListener("cheji:theme", () => {
  for (const figure of drawn.keys()) figure.redraw();
});

// Paper is light and narrow, whatever the screen is.
addEventListener("beforeprint", () => {
  screenTheme = document.documentElement.dataset.bsTheme;
  document.documentElement.dataset.bsTheme = "light";
  for (const [figure, chart] of drawn) {
    figure.redraw();
    if (chart.getWidth() > 640) chart.resize({ width: 640 });
    chart.getZr().flush();
  }
});
addEventListener("afterprint", () => {
  document.documentElement.dataset.bsTheme = screenTheme;
  screenTheme = "";
  for (const [figure, chart] of drawn) {
    figure.redraw();
    chart.resize({ width: "auto" });
  }
});

// A point with an address is a door: reasons open in the drawer, others go there.
function follow(given, event) {
  const series = given.series[event.seriesIndex] || given.series[0];
  const address = series.links?.[event.dataIndex] || given.links?.[event.dataIndex];
  if (address) document.dispatchEvent(new CustomEvent("cheji:open", { detail: { address } }));
}

function look() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    colours: [1, 2, 3, 4, 5, 6, 7].map((n) => read(`--chart-${n}`)),
    steps: [1, 2, 3, 4, 5].map((n) => read(`--step-${n}`)),
    good: read("--good"),
    bad: read("--bad"),
    text: read("--bs-body-color"),
    quiet: read("--quiet"),
    line: read("--bs-border-color"),
    surface: read("--surface"),
    font: getComputedStyle(document.body).fontFamily,
  };
}

const number = (words) => (words === null ? null : Number(words));

function option(given, place) {
  const with_ = look();
  const base = {
    color: with_.colours,
    animation: !matchMedia("(prefers-reduced-motion: reduce), print").matches,
    animationDuration: 250,
    textStyle: { fontFamily: with_.font, color: with_.text, fontSize: 12 },
    tooltip: tooltip(given, with_),
  };
  if (given.kind === "funnel") return { ...base, ...funnel(given, with_, place) };
  if (given.kind === "pie") return { ...base, ...pie(given, with_) };
  if (given.kind === "waterfall") return { ...base, ...waterfall(given, with_, place) };
  return { ...base, ...axes(given, with_, place) };
}

// Drawn on the canvas: a tooltip of HTML would carry style attributes, which the policy refuses.
function tooltip(given, with_) {
  const cartesian = given.kind !== "funnel" && given.kind !== "pie";
  return {
    renderMode: "richText",
    trigger: cartesian ? "axis" : "item",
    confine: true,
    backgroundColor: with_.surface,
    borderColor: with_.line,
    textStyle: { color: with_.text, fontFamily: with_.font, fontSize: 12 },
    formatter: (points) => (cartesian ? several(given, points) : single(given, points)),
  };
}

function several(given, points) {
  if (given.kind === "waterfall") return `${points[0].axisValueLabel}  ${given.series[0].texts[points[0].dataIndex]}`;
  const lines = points.map((p) => `${p.marker}${given.series[p.seriesIndex].name}  ${given.series[p.seriesIndex].texts[p.dataIndex]}`);
  return [points[0].axisValueLabel, ...lines].join("\n");
}

function single(given, point) {
  const note = given.notes?.[point.dataIndex];
  return `${point.marker}${point.name}  ${given.series[0].texts[point.dataIndex]}${note ? `\n${note}` : ""}`;
}

function items(given) {
  return given.categories.map((name, at) => ({ name, value: number(given.series[0].values[at]) }));
}

function funnel(given, with_, place) {
  const narrow = place.clientWidth < 420;
  return {
    series: [{
      type: "funnel",
      color: with_.steps,
      sort: "none",
      gap: 3,
      minSize: "14%",
      left: narrow ? 4 : 24,
      width: narrow ? "50%" : "54%",
      top: 8,
      bottom: 8,
      itemStyle: { borderWidth: 0 },
      label: {
        position: "right",
        color: with_.text,
        lineHeight: 17,
        fontSize: 12,
        formatter: (point) => [
          `${point.name}  ${given.series[0].texts[point.dataIndex]}`,
          given.notes?.[point.dataIndex],
        ].filter(Boolean).join("\n"),
      },
      labelLine: { length: 14, lineStyle: { color: with_.line } },
      data: items(given),
    }],
  };
}

function pie(given, with_) {
  return {
    legend: { type: "scroll", top: 0, textStyle: { color: with_.text } },
    series: [{
      type: "pie",
      radius: ["46%", "72%"],
      center: ["50%", "56%"],
      itemStyle: { borderColor: with_.surface, borderWidth: 2 },
      label: { color: with_.text, formatter: (p) => `${p.name} ${given.series[0].texts[p.dataIndex]}` },
      data: items(given),
    }],
  };
}

// The first and last bar stand on the ground; each one between starts where the one before ended.
function waterfall(given, with_, place) {
  const values = given.series[0].values.map(number);
  const last = values.length - 1;
  const bars = [];
  let level = 0;
  values.forEach((value, at) => {
    const whole = at === 0 || at === last;
    const [from, to] = whole ? [0, value ?? 0] : [level, level + (value ?? 0)];
    bars.push({ from: Math.min(from, to), length: Math.abs(to - from), rises: to >= from, whole });
    level = to;
  });
  const colour = (bar) => (bar.whole ? with_.colours[0] : bar.rises ? with_.good : with_.bad);
  const { legend, ...frame } = axes({ ...given, kind: "bar" }, with_, place);
  frame.xAxis.axisLabel = { ...frame.xAxis.axisLabel, interval: 0, width: place.clientWidth / (last + 1) - 6, overflow: "break" };
  const common = { type: "bar", stack: "all", barMaxWidth: 44 };
  return {
    ...frame,
    series: [
      { ...common, silent: true, itemStyle: { color: "transparent" }, data: bars.map((bar) => bar.from) },
      {
        ...common,
        name: given.series[0].name,
        label: { show: true, position: "top", color: with_.text, formatter: (p) => given.series[0].texts[p.dataIndex] },
        data: bars.map((bar) => ({ value: bar.length, itemStyle: { color: colour(bar), borderRadius: 2 } })),
      },
    ],
  };
}

function axes(given, with_, place) {
  const flat = given.kind === "rows";
  const many = given.series.length > 1;
  const names = {
    type: "category",
    data: given.categories,
    inverse: flat,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: with_.line } },
    axisLabel: { color: with_.quiet, width: flat ? Math.min(120, place.clientWidth * 0.3) : undefined, overflow: "truncate" },
  };
  const scale = (at) => ({
    type: "value",
    position: at === 1 ? "right" : undefined,
    splitNumber: 4,
    axisLabel: { color: with_.quiet, formatter: axisLabel(given, at) },
    splitLine: { show: at === 0, lineStyle: { color: with_.line } },
  });
  const two = given.series.some((one) => one.axis === 1);
  const scales = two ? [scale(0), scale(1)] : scale(0);
  return {
    legend: many ? { top: 0, left: 0, itemGap: 14, itemWidth: 14, itemHeight: 8, textStyle: { color: with_.text } } : undefined,
    grid: { left: 4, right: two ? 4 : 14, top: many ? 16 + 20 * legendLines(given, place) : 12, bottom: 4, containLabel: true },
    xAxis: flat ? scales : names,
    yAxis: flat ? names : scales,
    series: given.series.map((one, at) => series(given, one, at, with_)),
  };
}

function legendName(one) {
  return one.axis === 1 ? text("right_axis", { name: one.name }) : one.name;
}

// How many lines the legend takes: a Chinese letter is about twice as wide as a Latin one.
function legendLines(given, place) {
  let [lines, used] = [1, 0];
  for (const name of given.series.map(legendName)) {
    const width = 33 + [...name].reduce((sum, letter) => sum + (letter > "\u2e80" ? 12 : 7), 0);
    if (used && used + width > place.clientWidth) [lines, used] = [lines + 1, 0];
    used += width;
  }
  return lines;
}

function axisLabel(given, at) {
  const unit = given.series.find((one) => (one.axis || 0) === at)?.unit || "";
  return (value) => `${value.toLocaleString("en")}${unit}`;
}

function series(given, one, at, with_) {
  const line = (one.kind || given.kind) === "line";
  return {
    name: legendName(one),
    type: line ? "line" : "bar",
    yAxisIndex: given.kind === "rows" ? undefined : one.axis || 0,
    xAxisIndex: given.kind === "rows" ? one.axis || 0 : undefined,
    stack: given.stacked && !line ? "all" : undefined,
    data: one.values.map(number),
    connectNulls: false,
    symbol: "circle",
    symbolSize: one.dashed ? 0 : 5,
    lineStyle: line ? { width: 2, type: one.dashed ? "dashed" : "solid" } : undefined,
    barMaxWidth: 28,
    itemStyle: { color: with_.colours[(one.colour || at + 1) - 1], borderRadius: line || given.stacked ? 0 : 2 },
  };
}
