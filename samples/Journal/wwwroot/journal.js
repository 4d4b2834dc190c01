const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
let next = null;

async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

function item(text, small) {
  const li = document.createElement("li");
  li.textContent = text;
  const note = document.createElement("small");
  note.textContent = small;
  li.append(note);
  return li;
}

async function showEntries(after) {
  const page = await get(`/api/entries?limit=10${after ? `&after=${encodeURIComponent(after)}` : ""}`);
  const list = document.getElementById("entries");
  if (!after) list.replaceChildren();
  list.append(...page.entries.map(e => item(e.text, `${e.person}, ${e.day}: ${e.prompt}`)));
  next = page.next;
  document.getElementById("more").hidden = !next;
}

async function showAll() {
  const [people, calls, status] = await Promise.all([get("/api/people"), get("/api/calls"), get("/api/status")]);
  document.getElementById("people").replaceChildren(...people.map(p => item(p.name, `${p.timeZone}: ` +
    p.windows.map(w => `${w.days.map(d => days[d] ?? d).join(" ")} ${w.from.slice(0, 5)}–${w.to.slice(0, 5)}`).join(", "))));
  document.getElementById("calls").replaceChildren(...calls.slice(0, 20).map(c => item(c.id, c.state)));
  document.getElementById("status").textContent =
    `${status.connections} connections · ${status.workers.map(w => `${w.name} ${w.state}`).join(" · ")}`;
  await showEntries(null);
}

document.getElementById("more").addEventListener("click", () => showEntries(next));
await showAll();
