// The level over time: three charts with one cursor.
import { count, millis, rate } from "./format.js";

const FIELDS = ["at", "inUse", "total", "limit", "clients", "waiting", "exchangesPerSecond", "p99Millis", "p50Millis"];
const MOST = 900;

export class Charts {
  #samples = [];
  #charts = [];
  #span = 300;
  #window = [0, 1];

  constructor() {
    new ResizeObserver(() => this.#resize()).observe(document.querySelector(".charts"));
  }

  set(samples) {
    this.#samples = samples.map(read);
    this.draw();
  }

  add(sample) {
    this.#samples.push(read(sample));
    if (this.#samples.length > MOST) this.#samples.shift();
  }

  show(seconds) {
    this.#span = seconds;
    this.draw();
  }

  /** Colours are read when a chart is made: another theme, other charts. */
  rebuild() {
    for (const { plot } of this.#charts) plot.destroy();
    this.#charts = [];
    this.draw();
  }

  draw() {
    if (this.#samples.length === 0) return;
    if (this.#charts.length === 0) this.#charts = build(() => this.#window);
    const last = this.#samples.at(-1).at;
    const from = last - this.#span;
    this.#window = [from, last];
    const shown = this.#samples.filter((s) => s.at >= from);
    for (const { plot, fields } of this.#charts) {
      plot.setData([shown.map((s) => s.at), ...fields.map((f) => shown.map((s) => s[f]))]);
      // Nobody points at a moment: the legend tells the last one.
      if (!(plot.cursor.left >= 0)) plot.setLegend({ idx: shown.length - 1 });
    }
  }

  #resize() {
    for (const { plot, element } of this.#charts) plot.setSize(sizeOf(element));
  }
}

function read(sample) {
  const s = { ...sample, at: sample.at / 1000, total: sample.inUse + sample.idle };
  s.limit = sample.limit || null;
  return Object.fromEntries(FIELDS.map((f) => [f, s[f]]));
}

const sizeOf = (element) => ({ width: element.clientWidth, height: element.clientHeight - 28 });

function build(window) {
  const css = getComputedStyle(document.documentElement);
  const color = (name) => css.getPropertyValue(`--${name}`).trim();
  const fade = (name, share) => `color-mix(in srgb, ${color(name)} ${share}%, transparent)`;
  const fromZero = (least) => (_, __, max) => [0, Math.max(least, (max || 0) * 1.12)];
  const axis = (values, more = {}) => ({
    stroke: color("soft"),
    font: "11px system-ui, sans-serif",
    grid: { stroke: fade("line", 80), width: 1 },
    ticks: { show: false },
    size: 46,
    values: (_, ticks) => ticks.map(values),
    ...more,
  });
  const times = {
    stroke: color("soft"),
    font: "11px system-ui, sans-serif",
    grid: { show: false },
    ticks: { show: false },
    size: 24,
    space: 48,
    values: (_, ticks) =>
      ticks.map((t) => {
        const d = new Date(t * 1000);
        const clock = d.toLocaleTimeString("en-GB");
        return d.getSeconds() === 0 ? clock.slice(0, 5) : clock.slice(0, 8);
      }),
  };
  const line = (label, name, value, more = {}) => ({
    label,
    stroke: color(name),
    width: 1.75,
    points: { show: false },
    value: (_, v) => value(v),
    ...more,
  });
  const chart = (id, fields, series, scales, axes) => {
    const element = document.getElementById(id);
    element.replaceChildren();
    const plot = new uPlot(
      {
        ...sizeOf(element),
        padding: [8, 8, 0, 0],
        cursor: { sync: { key: "weir" }, points: { size: 7 }, drag: { x: false, y: false } },
        legend: { live: true, markers: { width: 0, fill: (u, i) => u.series[i].stroke() } },
        scales: { x: { time: true, range: window }, ...scales },
        axes: [times, ...axes],
        series: [{}, ...series],
      },
      [[], ...fields.map(() => [])],
      element,
    );
    return { plot, element, fields };
  };
  const wholeOnly = (v) => (Number.isInteger(v) ? count(v) : "");

  return [
    chart(
      "chart-connections",
      ["total", "inUse", "limit"],
      [
        line("open", "idle", count, { fill: fade("idle", 55) }),
        line("in use", "used", count, { fill: fade("used", 55) }),
        line("limit", "bad", count, { dash: [5, 5], width: 1.25 }),
      ],
      { y: { range: fromZero(2) } },
      [axis(wholeOnly)],
    ),
    chart(
      "chart-clients",
      ["clients", "waiting"],
      [line("clients", "client", count), line("waiting", "wait", count, { fill: fade("wait", 30) })],
      { y: { range: fromZero(4) } },
      [axis(wholeOnly)],
    ),
    chart(
      "chart-rate",
      ["exchangesPerSecond", "p50Millis", "p99Millis"],
      [
        line("a second", "used", rate, { fill: fade("used", 18) }),
        line("half", "slow", millis, { scale: "ms", width: 1.1, dash: [3, 3] }),
        line("99 %", "slow", millis, { scale: "ms" }),
      ],
      { y: { range: fromZero(10) }, ms: { range: fromZero(1) } },
      [axis(rate), axis((v) => (v === 0 ? "0" : millis(v)), { scale: "ms", side: 1, grid: { show: false }, size: 58 })],
    ),
  ];
}
