// The servers with their pools, and what can be done to their upstreams.
import { count, millis } from "./format.js";
import { element, matches } from "./tables.js";

export class Servers {
  #rows = new Map();

  constructor(app) {
    this.app = app;
    this.root = document.getElementById("servers");
    this.count = document.getElementById("t-servers");
  }

  update(data, filter) {
    const pools = new Map(data.pools.items.map((p) => [`${p.upstream}\n${p.user}\n${p.server}`, p]));
    const paused = new Set(data.upstreams.items.filter((u) => u.isPaused).map((u) => u.name));
    const left = new Map(this.#rows);
    const servers = data.servers.items.filter((s) => matches(s, filter));
    this.count.textContent = count(servers.length);
    for (const server of servers) {
      const key = `${server.upstream}\n${server.user}\n${server.address}`;
      let row = this.#rows.get(key);
      if (!row) {
        row = this.#create(server.upstream);
        this.#rows.set(key, row);
        this.root.append(row.root);
      }
      left.delete(key);
      fill(row, server, pools.get(key), paused.has(server.upstream));
    }
    for (const [key, row] of left) {
      row.root.remove();
      this.#rows.delete(key);
    }
  }

  #create(upstream) {
    const row = {
      root: element("div", "server"),
      name: element("div", "name"),
      type: element("span", "pill"),
      gauge: element("div", "gauge"),
      words: element("div", "words"),
      acts: element("div", "acts"),
      why: element("div", "why"),
      bars: [element("i"), element("i"), element("i")],
      isPaused: false,
    };
    const type = element("div");
    type.append(row.type);
    row.gauge.append(...row.bars);
    row.gauge.setAttribute("role", "img");
    row.pause = element("button", "small", "Pause");
    row.pause.addEventListener("click", () => this.app.act(row.isPaused ? "resume" : "pause", upstream));
    row.reconnect = element("button", "small", "Reconnect");
    row.reconnect.addEventListener("click", () => this.app.act("reconnect", upstream));
    for (const button of [row.pause, row.reconnect]) button.type = "button";
    row.acts.append(row.pause, row.reconnect);
    row.root.append(row.name, type, row.gauge, row.words, row.acts, row.why);
    return row;
  }
}

const GOOD = new Set(["RSPrimary", "RSSecondary", "Standalone", "Mongos", "LoadBalancer"]);
const NAMES = { RSPrimary: "primary", RSSecondary: "secondary", RSArbiter: "arbiter", PossiblePrimary: "unknown", LoadBalancer: "load balancer" };

function fill(row, server, pool, isPaused) {
  row.isPaused = isPaused;
  row.pause.textContent = isPaused ? "Resume" : "Pause";
  for (const button of [row.pause, row.reconnect]) button.setAttribute("aria-label", `${button.textContent} ${server.upstream}`);
  row.name.textContent = server.address;
  row.name.append(element("small", "", server.user ? `${server.upstream} as ${server.user}` : server.upstream));
  row.type.textContent = isPaused ? "paused" : (NAMES[server.type] ?? server.type.toLowerCase());
  row.type.className = `pill ${isPaused ? "warn" : GOOD.has(server.type) ? "good" : "bad"}`;
  row.why.textContent = server.error ?? "";
  row.why.hidden = !server.error;
  if (!pool) return;
  row.root.classList.toggle("full", pool.waiting > 0);
  const most = pool.max || Math.max(pool.total, 1);
  [pool.inUse, pool.available, pool.pending].forEach((n, i) => {
    row.bars[i].style.width = `${(100 * n) / most}%`;
  });
  row.gauge.setAttribute("aria-label", `${pool.inUse} in use, ${pool.available} idle, ${pool.pending} connecting, of ${pool.max || "no limit"}`);
  row.words.replaceChildren(
    element("b", "", count(pool.inUse)), " in use, ",
    element("b", "", count(pool.available)), " idle",
    pool.pending ? `, ${pool.pending} connecting` : "",
    pool.waiting ? `, ${count(pool.waiting)} waiting` : "",
    server.roundTrip == null ? "" : `; ${millis(server.roundTrip)} away`,
  );
}
