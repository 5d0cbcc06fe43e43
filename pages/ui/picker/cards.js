// Cards to choose from by eye: search and tags as one types, a preview that moves, stars. Data is never read as HTML.
const pickers = new WeakMap();

export default function ({ data, parentElement, setTriggerValue, setStateValue }) {
  const root = parentElement.querySelector(".picker");
  let picker = pickers.get(root);
  if (!picker) {
    picker = { cards: new Map(), words: "", source: "", starred: false, tags: new Set() };
    picker.find = (name) => root.querySelector(name);
    pickers.set(root, picker);
    listen(picker);
  }
  picker.tell = setTriggerValue;
  picker.hold = setStateValue;
  // Several may be picked: what was clicked last holds, for an answer to an earlier click may come in between.
  if (data.picked && !picker.picked) picker.picked = new Set(data.picked);
  picker.data = data;
  picker.find(".tools").hidden = data.cards.length <= data.few;
  drawChips(picker);
  drawCards(picker);
  filter(picker);
}

function listen(picker) {
  const search = picker.find("input");
  search.oninput = () => {
    picker.words = search.value;
    filter(picker);
  };
  search.onkeydown = (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    shown(picker)[0]?.choose.focus();
  };
  const [grid, chips] = [picker.find(".grid"), picker.find(".chips")];
  grid.onkeydown = (event) => walk(picker, event);
  chips.onkeydown = (event) => walkChips(chips, event);
  grid.addEventListener("focusin", () => stopAtOne(shown(picker).map((card) => card.element)));
  chips.addEventListener("focusin", () => stopAtOne([...chips.children]));
}

function chip(picker, name, isOn, toggle) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  const draw = () => button.setAttribute("aria-pressed", String(isOn()));
  button.onclick = () => {
    toggle();
    picker.chips.forEach((each) => each());
    filter(picker);
  };
  picker.chips.push(draw);
  draw();
  return button;
}

function drawChips(picker) {
  const { cards } = picker.data;
  const tags = [...new Set(cards.map((card) => card.tag).filter(Boolean))].sort();
  const sources = [...new Set(cards.map((card) => card.source).filter(Boolean))];
  const wanted = JSON.stringify([tags, sources]);
  if (picker.offered === wanted) return;
  picker.offered = wanted;
  picker.chips = [];
  const row = [];
  if (sources.length > 1) {
    for (const source of ["", ...sources]) {
      row.push(chip(picker, source || "All", () => picker.source === source, () => (picker.source = source)));
    }
  }
  row.push(chip(picker, "Favourites", () => picker.starred, () => (picker.starred = !picker.starred)));
  for (const tag of tags) {
    const toggle = () => (picker.tags.has(tag) ? picker.tags.delete(tag) : picker.tags.add(tag));
    row.push(chip(picker, tag, () => picker.tags.has(tag), toggle));
  }
  picker.find(".chips").replaceChildren(...row);
}

// Cards that are still there keep their elements: what is focused or plays goes on.
function drawCards(picker) {
  const before = picker.cards;
  picker.cards = new Map(picker.data.cards.map((card) => [card.key, before.get(card.key) || begin(picker, card)]));
  for (const card of picker.data.cards) {
    update(picker.cards.get(card.key), card);
    drawPicked(picker, picker.cards.get(card.key));
  }
  putInto(picker.find(".grid"), picker.cards);
}

function begin(picker, { key }) {
  const card = beginCard(key);
  card.choose.onclick = () => (picker.picked ? pick(picker, card) : picker.tell("chosen", key));
  card.star.onclick = () => {
    turnStar(card, picker.tell);
    filter(picker);
  };
  return card;
}

function pick(picker, card) {
  if (!picker.picked.delete(card.key)) picker.picked.add(card.key);
  drawPicked(picker, card);
  picker.hold("picked", [...picker.picked]);
}

function drawPicked(picker, card) {
  if (picker.picked) card.choose.setAttribute("aria-pressed", String(picker.picked.has(card.key)));
}

function update(card, data) {
  card.words = `${data.name} ${data.words}`.toLowerCase();
  drawCard(card, data);
}

function shown(picker) {
  return [...picker.cards.values()].filter((card) => !card.element.hidden);
}

function fits(picker, { data, words }) {
  return (
    picker.words.toLowerCase().split(/\s+/).every((word) => words.includes(word)) &&
    (!picker.source || data.source === picker.source) &&
    (!picker.starred || data.star) &&
    (!picker.tags.size || picker.tags.has(data.tag))
  );
}

function filter(picker) {
  for (const card of picker.cards.values()) card.element.hidden = !fits(picker, card);
  const count = shown(picker).length;
  const told = picker.find(".found");
  const text = count ? `${count} of ${picker.cards.size}` : picker.data.empty;
  if (told.textContent !== text) told.textContent = text;
  told.classList.toggle("none", !count);
  stopAtOne(shown(picker).map((card) => card.element));
  stopAtOne([...picker.find(".chips").children]);
}

function walkChips(chips, event) {
  const step = { ArrowLeft: "previousElementSibling", ArrowRight: "nextElementSibling" }[event.key];
  if (!step) return;
  event.preventDefault();
  event.target[step]?.focus();
}

function walk(picker, event) {
  const cards = shown(picker);
  const to = stepInGrid(cards, event);
  if (to === undefined) return;
  if (event.key === "ArrowUp" && to < 0) picker.find("input").focus();
  else focusNearest(cards, to);
}
