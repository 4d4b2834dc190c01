// The dashboard: listens to /api/v1/live and shows what it hears.
import { Charts } from "./charts.js";
import { clock, count, millis, rate } from "./format.js";
import { Servers } from "./servers.js";
import { element, matches, Table } from "./tables.js";

const $ = (id) => document.getElementById(id);
const MOST_EVENTS = 200;

class App {
  #charts = new Charts();
  #servers = new Servers(this);
  #tables = [...document.querySelectorAll("[data-table]")].map((card) => new Table(card, this));
  #events = [];
  #data = null;
  #isHeld = false;
  #goneAt = null;
  #source = null;
  #retry = null;

  async start() {
    this.#listenToPage();
    await this.#enter();
  }

  /** Shows what is known again: another filter, another order. */
  refresh() {
    if (this.#data) this.#show(this.#data);
    this.#showEvents();
  }

  async kill(row) {
    const who = row.application ? `${row.application}, ` : "";
    if (await ask(`Kill client ${row.client}?`, `${who}${row.address ?? "unix socket"}: its ${row.command} is aborted, at the server too, and its connection is closed.`))
      await this.#post(`clients/${row.client}/kill`);
  }

  async act(action, upstream) {
    const words = {
      pause: ["Pause", "Requests are held back until you resume. Who waits too long is told so."],
      resume: ["Resume", "Whoever was held back goes on."],
      reconnect: ["Reconnect", "Every connection is replaced when it is idle. No request fails."],
    }[action];
    if (await ask(`${words[0]} ${upstream}?`, words[1])) await this.#post(`upstreams/${encodeURIComponent(upstream)}/${action}`);
  }

  async #enter() {
    let session;
    try {
      session = await (await fetch("/session")).json();
    } catch {
      this.#gone();
      this.#retry = setTimeout(() => this.#enter(), 1000);
      return;
    }
    $("login").hidden = session.isIn;
    $("view").hidden = !session.isIn;
    if (session.isIn) this.#listen();
    else {
      status("", "the token is needed");
      $("token").focus();
    }
  }

  #listen() {
    const source = new EventSource("/api/v1/live");
    this.#source = source;
    source.addEventListener("open", () => this.#back());
    source.addEventListener("error", () => {
      this.#gone();
      // The browser tries again by itself unless it was refused: then the token may have changed.
      if (source.readyState === EventSource.CLOSED) {
        clearTimeout(this.#retry);
        this.#retry = setTimeout(() => this.#enter(), 1000);
      }
    });
    source.addEventListener("history", (e) => {
      const { samples, events } = JSON.parse(e.data);
      this.#charts.set(samples);
      this.#events = events.reverse();
      this.#showEvents();
    });
    source.addEventListener("level", (e) => {
      const data = JSON.parse(e.data);
      this.#charts.add(data.level);
      if (this.#isHeld) return;
      this.#data = data;
      this.#show(data);
      this.#charts.draw();
    });
    source.addEventListener("happened", (e) => {
      this.#events.unshift(JSON.parse(e.data));
      this.#events.length = Math.min(this.#events.length, MOST_EVENTS);
      if (!this.#isHeld) this.#showEvents();
    });
  }

  #back() {
    this.#goneAt = null;
    $("banner").hidden = true;
    document.body.classList.remove("gone-away");
    this.#showStatus();
  }

  #gone() {
    this.#goneAt ??= new Date();
    document.body.classList.add("gone-away");
    const banner = $("banner");
    banner.replaceChildren(element("b", "", "Weir does not answer"), ` since ${clock(this.#goneAt)}. Trying again every second; what is below is what was last seen.`);
    banner.hidden = false;
    status("gone", "gone");
  }

  #showStatus() {
    if (this.#goneAt) return;
    status(this.#isHeld ? "" : "live", this.#isHeld ? "held still" : "live");
  }

  #show(data) {
    const { level } = data;
    const used = level.inUse;
    $("n-clients").textContent = count(level.clients);
    $("n-waiting").textContent = count(level.waiting);
    $("f-waiting").classList.toggle("some", level.waiting > 0);
    $("n-used").textContent = count(used);
    $("n-limit").textContent = level.limit ? count(level.limit) : "no limit";
    const most = level.limit || Math.max(1, used + level.idle + level.pending);
    $("g-used").style.width = `${(100 * used) / most}%`;
    $("g-idle").style.width = `${(100 * level.idle) / most}%`;
    $("g-pending").style.width = `${(100 * level.pending) / most}%`;
    $("n-rate").textContent = rate(level.exchangesPerSecond);
    $("n-p50").textContent = millis(level.p50Millis);
    $("n-p99").textContent = millis(level.p99Millis);
    $("n-errors").textContent = rate(level.errorsPerSecond);
    $("f-errors").classList.toggle("bad", level.errorsPerSecond > 0);
    $("n-churn").textContent = rate(level.openedPerSecond + level.closedPerSecond);
    $("c1").textContent = `${count(used)} in use, ${count(level.idle)} idle${level.pending ? `, ${level.pending} connecting` : ""}`;
    $("c2").textContent = `${count(level.clients)} clients, ${count(level.waiting)} waiting`;
    $("c3").textContent = level.waitP99Millis == null ? "" : `99 % wait ${millis(level.waitP99Millis)} at most`;
    const filter = this.#filter;
    this.#servers.update(data, filter);
    for (const table of this.#tables) table.update(data[table.card.dataset.table], filter);
    document.title = level.waiting > 0 ? `(${count(level.waiting)} wait) Weir` : "Weir";
  }

  #showEvents() {
    const shown = this.#events.filter((e) => matches(e, this.#filter));
    $("t-events").textContent = count(shown.length);
    $("events").replaceChildren(
      ...(shown.length > 0 ? shown.map(eventRow) : [element("li", "empty", "Nothing has happened yet.")]),
    );
  }

  get #filter() {
    return $("filter").value.trim();
  }

  async #post(path) {
    try {
      const answer = await fetch(`/api/v1/${path}`, { method: "POST" });
      if (!answer.ok) await ask("It could not be done", (await answer.json()).error, true);
    } catch {
      await ask("It could not be done", "Weir does not answer.", true);
    }
  }

  #hold() {
    this.#isHeld = !this.#isHeld;
    $("freeze").setAttribute("aria-pressed", this.#isHeld);
    this.#showStatus();
    if (!this.#isHeld) {
      this.refresh();
      this.#charts.draw();
    }
  }

  #span(seconds) {
    for (const button of document.querySelectorAll("[data-span]"))
      button.setAttribute("aria-pressed", Number(button.dataset.span) === seconds);
    this.#charts.show(seconds);
  }

  #theme() {
    const root = document.documentElement;
    const next = { undefined: "light", light: "dark", dark: undefined }[root.dataset.theme];
    if (next) root.dataset.theme = next;
    else delete root.dataset.theme;
    try {
      if (next) localStorage.setItem("weir.theme", next);
      else localStorage.removeItem("weir.theme");
    } catch {
      // No storage: it holds for this visit.
    }
    this.#charts.rebuild();
  }

  #listenToPage() {
    $("filter").addEventListener("input", () => this.refresh());
    $("freeze").addEventListener("click", () => this.#hold());
    $("theme").addEventListener("click", () => this.#theme());
    $("help").addEventListener("click", () => $("keys").showModal());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#charts.rebuild());
    for (const button of document.querySelectorAll("[data-span]"))
      button.addEventListener("click", () => this.#span(Number(button.dataset.span)));
    $("login").addEventListener("submit", async (e) => {
      e.preventDefault();
      const answer = await fetch("/session", { method: "POST", body: $("token").value });
      $("login-error").textContent = answer.ok ? "" : (await answer.json()).error;
      $("token").value = "";
      if (answer.ok) await this.#enter();
    });
    document.addEventListener("keydown", (e) => this.#onKey(e));
  }

  #onKey(e) {
    if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
    const isTyping = e.target instanceof HTMLInputElement;
    if (e.key === "Escape" && isTyping) {
      $("filter").value = "";
      e.target.blur();
      this.refresh();
    }
    if (isTyping) return;
    const acts = {
      "/": () => $("filter").focus(),
      "?": () => $("keys").showModal(),
      p: () => this.#hold(),
      t: () => this.#theme(),
      1: () => this.#span(60),
      2: () => this.#span(300),
      3: () => this.#span(900),
    };
    if (acts[e.key]) {
      e.preventDefault();
      acts[e.key]();
    }
  }
}

const BAD = new Set(["PoolCleared", "DnsProblem", "ServerRemoved"]);
const GOOD = new Set(["PoolReady", "Resumed"]);

function eventRow(happened) {
  const row = element("li", BAD.has(happened.kind) ? "bad" : GOOD.has(happened.kind) ? "good" : "");
  const time = element("time", "", clock(happened.at));
  time.dateTime = happened.at;
  const words = element("span", "text", happened.text);
  const where = [happened.upstream, happened.server].filter(Boolean).join(" ");
  if (where) words.append(" ", element("span", "where", where));
  row.append(time, element("span", "kind", happened.kind), words);
  return row;
}

function status(className, words) {
  const e = $("status");
  e.className = `status ${className}`;
  e.querySelector(".text").textContent = words;
}

function ask(title, words, isNews = false) {
  const dialog = $("ask");
  $("ask-title").textContent = title;
  $("ask-text").textContent = words;
  dialog.querySelector("[value=no]").hidden = isNews;
  $("ask-yes").textContent = isNews ? "Close" : "Yes";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}

new App().start();
