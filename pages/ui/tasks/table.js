// Tasks in rows, which the style makes a table or cards of, by the room there is. Data is never read as HTML.
const LOOK_AGAIN = 5000; // ms after which the times to come are told anew
const MOMENT = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const tables = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".tasks");
  let table = tables.get(root);
  if (!table) {
    table = begin(root);
    tables.set(root, table);
  }
  table.tell = setTriggerValue;
  table.data = { ...data, rows: JSON.parse(data.rows) };
  // What was clicked last holds: an answer to an earlier click may come in between.
  if (data.choices >= table.choices) {
    table.choices = data.choices;
    table.chosen = new Set(data.chosen);
  }
  table.clicks = table.clicks.filter(({ choice }) => choice > data.choices);
  draw(table);
}

function begin(root) {
  const find = (name) => root.querySelector(name);
  const table = { root, rows: new Map(), choices: 0, chosen: new Set(), clicks: [], head: "", current: null };
  Object.assign(table, { all: find(".all"), box: find(".box"), thead: find("thead"), tbody: find("tbody") });
  table.tbody.onclick = (event) => {
    const row = rowOf(table, event.target);
    if (row) choose(table, row);
  };
  table.tbody.onkeydown = (event) => walk(table, event);
  table.tbody.addEventListener("focusin", (event) => stand(table, rowOf(table, event.target)));
  table.all.onclick = () => {
    const ids = [...table.rows.keys()];
    keep(table, ids.every((id) => table.chosen.has(id)) ? [] : ids);
  };
  const timer = setInterval(() => {
    if (!root.isConnected) clearInterval(timer);
    else for (const row of table.rows.values()) drawExpected(row);
  }, LOOK_AGAIN);
  return table;
}

function make(tag, role, name, parent) {
  const element = document.createElement(tag);
  if (role) element.setAttribute("role", role);
  element.className = name;
  parent?.append(element);
  return element;
}

function icon(parent) {
  const element = make("span", "", "icon", parent);
  element.setAttribute("aria-hidden", "true");
  return element;
}

// Rows that are still there keep their elements: what is focused stays so.
function draw(table) {
  const { rows, columns, several } = table.data;
  const head = JSON.stringify([columns, several]);
  const before = table.head === head ? table.rows : new Map();
  if (table.head !== head) drawHead(table, columns, several);
  table.head = head;
  const focused = [...table.rows.values()].find((row) => row.element.matches(":focus"))?.id;
  table.rows = new Map();
  rows.forEach((data, at) => {
    const id = data.id || `unreadable ${at}`;
    const row = before.get(id) || begun(id, columns, several);
    update(row, data);
    table.rows.set(id, row);
  });
  const wanted = [...table.rows.values()].map((row) => row.element);
  if (wanted.length !== table.tbody.children.length || wanted.some((each, at) => table.tbody.children[at] !== each)) {
    table.tbody.replaceChildren(...wanted);
  }
  table.root.classList.toggle("several", several);
  mark(table);
  if (focused) table.rows.get(focused)?.element.focus({ preventScroll: true });
}

function drawHead(table, columns, several) {
  const row = make("tr", "row", "");
  const unseen = (words) => make("span", "", "unseen", make("th", "columnheader", "", row)).append(words);
  if (several) unseen("Chosen");
  unseen("Picture");
  for (const [name, label] of columns) make("th", "columnheader", name, row).append(label);
  table.thead.replaceChildren(row);
}

function begun(id, columns, several) {
  const element = make("tr", "row", "");
  const row = { id, element, cells: {} };
  if (several) row.mark = icon(make("td", "gridcell", "mark", element));
  row.picture = make("td", "gridcell", "picture", element);
  for (const [name] of columns) row.cells[name] = make("td", "gridcell", name, element);
  return row;
}

const DRAW = {
  state(cell, { state, icon: sign, colour }) {
    cell.className = `state ${colour}`;
    cell.replaceChildren();
    icon(cell).textContent = sign;
    cell.append(state);
  },
  progress(cell, { progress }) {
    cell.replaceChildren();
    if (progress === null) return;
    const bar = make("progress", "", "", cell);
    bar.value = progress;
    bar.setAttribute("aria-label", "Progress");
    cell.append(`${Math.round(100 * progress)} %`);
  },
  started(cell, { started }) {
    cell.textContent = started ? MOMENT.format(started) : "";
  },
  ready() {}, // told anew all the time
};

function update(row, data) {
  const before = row.data;
  row.data = data;
  for (const [name, cell] of Object.entries(row.cells)) {
    if (before && before[name] === data[name] && name !== "state") continue;
    if (DRAW[name]) DRAW[name](cell, data);
    else cell.textContent = cell.title = data[name] ?? "";
  }
  if (before?.cover !== data.cover) drawPicture(row);
  drawExpected(row);
}

function drawPicture({ picture, data }) {
  picture.replaceChildren();
  if (!data.cover) return;
  const image = new Image();
  image.loading = "lazy";
  image.alt = "";
  image.onerror = () => image.remove();
  image.src = data.cover;
  picture.append(image);
}

function drawExpected({ cells, data }) {
  if (!cells.ready) return;
  const seconds = data.ready ? Math.round((data.ready - Date.now()) / 1000) : null;
  const minutes = Math.round(seconds / 60);
  const said = seconds === null ? "" : seconds < 2 ? "any moment" : seconds < 90 ? `in ${seconds} s` : `in ${minutes} min`;
  if (cells.ready.textContent !== said) cells.ready.textContent = said;
}

function rowOf(table, target) {
  return [...table.rows.values()].find((row) => row.element.contains(target));
}

function choose(table, { id, data }) {
  if (!data.id) return;
  if (table.data.several) {
    if (!table.chosen.delete(id)) table.chosen.add(id);
    keep(table, [...table.chosen]);
    return;
  }
  // Where several have just become possible, each click that has no answer yet chose one of them.
  table.clicks.push({ id, choice: table.choices + 1 });
  keep(table, [id]);
  if (getComputedStyle(table.thead).display === "none") bringDetails(100);
}

function keep(table, ids) {
  table.choices += 1;
  table.chosen = new Set(ids);
  mark(table);
  const clicked = table.clicks.map(({ id }) => id);
  table.tell("chosen", { ids, clicked, choices: table.choices, several: table.data.several });
}

function mark(table) {
  const { chosen, data } = table;
  table.tbody.parentElement.setAttribute("aria-multiselectable", String(data.several));
  for (const [id, row] of table.rows) {
    row.element.setAttribute("aria-selected", String(chosen.has(id)));
    if (row.mark) row.mark.textContent = chosen.has(id) ? "check_box" : "check_box_outline_blank";
  }
  const rows = [...table.rows.values()];
  stand(table, table.rows.get(table.current) || rows.find((row) => chosen.has(row.id)) || rows[0]);
  const isWhole = rows.every((row) => chosen.has(row.id));
  table.all.hidden = !data.several;
  table.all.textContent = isWhole ? "Choose none of these" : `Choose all ${rows.length} of these`;
}

// The Tab key comes to one row, the arrows go on from there.
function stand(table, row) {
  if (!row) return;
  table.current = row.id;
  for (const each of table.rows.values()) each.element.tabIndex = each === row ? 0 : -1;
}

function walk(table, event) {
  const rows = [...table.rows.values()];
  const at = rows.findIndex((row) => row.element === event.target);
  if (at < 0) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    choose(table, rows[at]);
    return;
  }
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
  stand(table, row);
  row.element.focus();
}

// Among cards the task in full stands far below: it comes to the eye as soon as it is there.
function bringDetails(tries) {
  const details = document.querySelector(".st-key-task");
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (details) details.scrollIntoView({ behavior: isCalm ? "auto" : "smooth", block: "start" });
  else if (tries) setTimeout(() => bringDetails(tries - 1), 50);
}
