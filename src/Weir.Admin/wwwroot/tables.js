// Tables that are told their rows every second and change only what changed, so that focus and scroll stay.
import { clock, count, millis } from "./format.js";

const text = (name, title, more = {}) => ({ name, title, show: (v) => v ?? "–", dim: (v) => v == null, ...more });
const number = (name, title, more = {}) => ({ name, title, show: count, isNumber: true, dim: (v) => !v, ...more });
const time = (name, title, more = {}) => ({ name, title, show: millis, isNumber: true, ...more });
const stateTone = (v) => (v === "waiting" ? "warn" : "");

export const TABLES = {
  applications: {
    empty: "No client is connected.",
    key: (r) => [r.application, r.driver, r.host, r.user].join("\n"),
    sort: ["connections", -1],
    columns: [
      text("application", "application"),
      text("driver", "driver"),
      text("host", "host"),
      text("user", "user"),
      number("connections", "clients"),
      number("running", "running"),
      number("waiting", "waiting", { tone: (v) => (v > 0 ? "warn" : "") }),
      time("longest", "longest"),
      number("cursors", "cursors"),
      number("transactions", "transactions"),
      number("requests", "requests"),
    ],
  },
  exchanges: {
    empty: "Nothing is under way: every request is answered.",
    key: (r) => r.client,
    sort: ["since", -1],
    columns: [
      time("since", "for", { tone: (v) => (v > 10_000 ? "bad" : v > 1000 ? "warn" : "") }),
      text("state", "state", { tone: stateTone }),
      text("command", "command"),
      text("application", "application"),
      number("client", "client", { show: String }),
      text("address", "from"),
      text("server", "on"),
    ],
    action: { title: "Kill", name: (r) => `client ${r.client}`, run: (app, r) => app.kill(r) },
  },
  slow: {
    empty: "No exchange was slow.",
    key: (r) => `${r.at} ${r.client} ${r.duration}`,
    sort: ["at", -1],
    columns: [
      { name: "at", title: "at", show: clock, dim: () => true },
      time("duration", "took"),
      time("waited", "of it waiting", { tone: (v, r) => (v > r.duration / 2 ? "warn" : "") }),
      text("command", "command"),
      text("namespace", "on"),
      text("application", "application"),
      text("server", "server"),
      text("error", "error", { tone: () => "bad" }),
    ],
  },
  cursors: {
    empty: "No cursor is open.",
    key: (r) => r.id,
    sort: ["idle", -1],
    columns: [
      text("namespace", "on"),
      number("client", "client", { show: String }),
      text("server", "server"),
      { name: "isAwaitable", title: "kind", show: (v) => (v ? "waits for data" : "plain"), dim: (v) => !v },
      time("idle", "idle"),
    ],
  },
  transactions: {
    empty: "No transaction is open.",
    key: (r) => `${r.session} ${r.number}`,
    sort: ["age", -1],
    columns: [
      { name: "isOpen", title: "state", show: (v) => (v ? "open" : "committed"), dim: (v) => !v },
      number("client", "client", { show: String }),
      text("server", "server"),
      time("age", "age", { tone: (v, r) => (r.isOpen && v > 30_000 ? "warn" : "") }),
      time("idle", "idle"),
    ],
  },
  destinations: { empty: "No destination is known.", key: (r) => r.name },
  workers: { empty: "No worker is hosted.", key: (r) => r.name },
  jobs: { empty: "There is no sync job.", key: (r) => r.name },
};

export class Table {
  #definition;
  #rows = new Map();
  #sort;
  #last = { items: [], total: 0 };
  #columns;

  constructor(card, app) {
    this.card = card;
    this.app = app;
    this.#definition = TABLES[card.dataset.table];
    this.#sort = this.#definition.sort;
    this.count = card.querySelector(".count");
    this.empty = element("p", "empty");
    this.scroll = element("div", "scroll");
    this.scroll.tabIndex = 0;
    this.scroll.setAttribute("role", "region");
    this.scroll.setAttribute("aria-label", card.querySelector("h2").firstChild.textContent.trim());
    this.body = element("tbody");
    card.append(this.empty, this.scroll);
    if (this.#definition.columns) this.#build(this.#definition.columns);
  }

  update(data, filter) {
    // Parts that this Weir does not have are not shown.
    this.card.hidden = !data;
    this.#last = data ?? { items: [], total: 0 };
    // A part that brings its own table is shown with the columns that it has.
    if (!this.#columns && this.#last.items.length > 0) this.#build(columnsOf(this.#last.items[0]));
    const items = this.#last.items.filter((r) => matches(r, filter));
    const { total } = this.#last;
    this.count.textContent =
      items.length < total ? `${count(items.length)} of ${count(total)}` : total > 0 ? count(total) : "";
    this.empty.hidden = items.length > 0;
    this.scroll.hidden = items.length === 0;
    this.empty.textContent =
      filter && total > 0 ? `Nothing here matches “${filter}”.` : this.#definition.empty;
    if (items.length > 0) this.#place(sorted(items, this.#sort));
  }

  #place(items) {
    const left = new Map(this.#rows);
    let before = null;
    for (const item of items) {
      const key = this.#definition.key(item);
      let row = this.#rows.get(key);
      if (!row) {
        row = this.#create();
        this.#rows.set(key, row);
      }
      left.delete(key);
      row.item = item;
      this.#columns.forEach((column, i) => fill(row.tr.cells[i], column, item));
      if (row.button) row.button.setAttribute("aria-label", `${row.button.textContent} ${this.#definition.action.name(item)}`);
      const next = before ? before.nextSibling : this.body.firstChild;
      if (next !== row.tr) this.body.insertBefore(row.tr, next);
      before = row.tr;
    }
    for (const [key, row] of left) {
      row.tr.remove();
      this.#rows.delete(key);
    }
  }

  #create() {
    const tr = element("tr");
    for (const column of this.#columns) tr.append(element("td", column.isNumber ? "n" : ""));
    const row = { tr };
    if (this.#definition.action) {
      const { title, run } = this.#definition.action;
      row.button = element("button", "small", title);
      row.button.type = "button";
      row.button.addEventListener("click", () => run(this.app, row.item));
      const td = element("td", "n");
      td.append(row.button);
      tr.append(td);
    }
    return row;
  }

  #build(columns) {
    this.#columns = columns;
    const head = element("tr");
    for (const column of columns) {
      const th = element("th", column.isNumber ? "n" : "");
      th.scope = "col";
      const button = element("button", "", column.title);
      button.type = "button";
      button.addEventListener("click", () => this.#sortBy(column, head));
      th.append(button);
      head.append(th);
    }
    if (this.#definition.action) head.append(element("th"));
    const table = element("table", "rows");
    const top = element("thead");
    top.append(head);
    table.append(top, this.body);
    this.scroll.replaceChildren(table);
    this.#mark(head);
  }

  #sortBy(column, head) {
    const [name, direction] = this.#sort ?? [];
    this.#sort = [column.name, name === column.name ? -direction : column.isNumber ? -1 : 1];
    this.#mark(head);
    this.app.refresh();
  }

  #mark(head) {
    this.#columns.forEach((column, i) => {
      const th = head.cells[i];
      if (this.#sort?.[0] === column.name) th.setAttribute("aria-sort", this.#sort[1] < 0 ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    });
  }
}

function fill(td, column, item) {
  const value = item[column.name];
  if (column.bar) {
    fillBar(td, value);
    return;
  }
  const shown = column.show(value, item);
  if (td.textContent !== shown) {
    td.textContent = shown;
    td.title = shown.length > 40 ? shown : "";
  }
  const tone = (value != null && column.tone?.(value, item)) || (column.dim?.(value) ? "dim" : "");
  const name = `${column.isNumber ? "n " : ""}${tone}`.trim();
  if (td.className !== name) td.className = name;
}

function fillBar(td, value) {
  let bar = td.querySelector("progress");
  if (!bar) {
    bar = element("progress");
    bar.max = 1;
    td.append(bar, " ", element("span"));
  }
  bar.hidden = value == null;
  if (value != null) bar.value = value;
  td.lastChild.textContent = value == null ? "–" : `${Math.round(value * 100)} %`;
}

function columnsOf(row) {
  return Object.entries(row).map(([name, value]) => {
    const title = name.replace(/([A-Z])/g, " $1").toLowerCase();
    if (name === "progress") return { name, title, bar: true };
    if (typeof value === "number") return number(name, title);
    return { name, title, show: (v) => (v == null ? "–" : typeof v === "object" ? JSON.stringify(v) : String(v)), dim: (v) => v == null };
  });
}

function sorted(items, sort) {
  if (!sort) return items;
  const [name, direction] = sort;
  return items.toSorted((a, b) => {
    const x = a[name];
    const y = b[name];
    if (x === y) return 0;
    if (x == null) return 1;
    if (y == null) return -1;
    return (x < y ? -1 : 1) * direction;
  });
}

export function matches(row, filter) {
  if (!filter) return true;
  const wanted = filter.toLowerCase();
  return Object.values(row).some((v) => v != null && String(v).toLowerCase().includes(wanted));
}

export function element(name, className = "", content = "") {
  const e = document.createElement(name);
  if (className) e.className = className;
  if (content) e.textContent = content;
  return e;
}
