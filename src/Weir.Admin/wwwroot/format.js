// How values are said.
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export const count = (n) => (n == null ? "–" : whole.format(n));

export function rate(n) {
  if (n == null) return "–";
  return n >= 10 || n === 0 ? whole.format(n) : n.toFixed(1);
}

export function millis(ms) {
  if (ms == null) return "–";
  if (ms < 1) return `${Math.max(0.01, ms).toFixed(2)} ms`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const clock = (time) => new Date(time).toLocaleTimeString("en-GB");
