// Cards to choose from by eye: search and tags as one types, a preview that moves, stars. Data is never read as HTML.
const PREVIEW_AFTER = 150; // ms that the pointer rests on a card before its video is fetched
const pickers = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".picker");
  let picker = pickers.get(root);
  if (!picker) {
    picker = { cards: new Map(), words: "", source: "", starred: false, tags: new Set() };
    picker.find = (name) => root.querySelector(name);
    pickers.set(root, picker);
    listen(picker);
  }
  picker.tell = setTriggerValue;
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
  picker.find(".grid").onkeydown = (event) => walk(picker, event);
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
  row.push(chip(picker, "★ Favourites", () => picker.starred, () => (picker.starred = !picker.starred)));
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
  for (const card of picker.data.cards) update(picker.cards.get(card.key), card);
  const wanted = [...picker.cards.values()].map((card) => card.element);
  const grid = picker.find(".grid");
  if (wanted.length !== grid.children.length || wanted.some((element, at) => grid.children[at] !== element)) {
    grid.replaceChildren(...wanted);
  }
}

function make(tag, kind, parent) {
  const element = document.createElement(tag);
  element.className = kind;
  if (tag === "button") element.type = "button";
  parent?.append(element);
  return element;
}

function begin(picker, { key }) {
  const element = make("div", "card");
  element.setAttribute("role", "listitem");
  const choose = make("button", "choose", element);
  const card = { element, choose, key, cover: make("span", "cover", choose) };
  card.name = make("span", "name", choose);
  card.note = make("span", "note", choose);
  card.note.id = `note-${Math.random().toString(36).slice(2)}`;
  choose.setAttribute("aria-describedby", card.note.id);
  card.star = make("button", "star", element);
  card.star.textContent = "★";
  card.play = make("button", "play", element);
  card.play.textContent = "▶";
  choose.onclick = () => picker.tell("chosen", key);
  card.star.onclick = () => {
    card.data.star = !card.data.star;
    drawStar(card);
    filter(picker);
    picker.tell("star", { key, on: card.data.star });
  };
  card.play.onclick = () => (card.video ? still(card) : move(card));
  element.onpointerenter = (event) => {
    if (event.pointerType === "mouse" && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      card.soon = setTimeout(() => move(card), PREVIEW_AFTER);
    }
  };
  element.onpointerleave = (event) => event.pointerType === "mouse" && still(card);
  return card;
}

function update(card, data) {
  const before = card.data;
  card.data = data;
  card.words = `${data.name} ${data.words}`.toLowerCase();
  card.name.textContent = data.name;
  card.note.textContent = data.note;
  card.choose.setAttribute("aria-label", data.name);
  card.play.hidden = !data.video;
  card.play.setAttribute("aria-label", `Play ${data.name}`);
  if (before?.cover !== data.cover) drawCover(card);
  drawStar(card);
}

function drawCover(card) {
  card.cover.replaceChildren();
  if (!card.data.cover) return;
  const image = new Image();
  image.loading = "lazy";
  image.alt = "";
  image.onerror = () => image.remove();
  image.src = card.data.cover;
  card.cover.append(image);
}

function drawStar(card) {
  card.star.setAttribute("aria-pressed", String(Boolean(card.data.star)));
  card.star.setAttribute("aria-label", `Favourite: ${card.data.name}`);
}

function move(card) {
  if (card.video || !card.data.video) return;
  const video = document.createElement("video");
  Object.assign(video, { muted: true, loop: true, playsInline: true, src: card.data.video });
  video.setAttribute("aria-hidden", "true");
  video.onerror = () => still(card);
  card.cover.append(video);
  card.video = video;
  card.play.textContent = "■";
  video.play().catch(() => {});
}

function still(card) {
  clearTimeout(card.soon);
  card.video?.remove();
  card.video = null;
  card.play.textContent = "▶";
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
}

// Arrows walk the grid as one sees it; Enter and Space are the button's own.
function walk(picker, event) {
  const cards = shown(picker);
  const at = cards.findIndex((card) => card.choose === event.target);
  if (at < 0) return;
  const top = cards[at].element.offsetTop;
  const columns = cards.filter((card) => card.element.offsetTop === top).length;
  const ways = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + columns, ArrowUp: at - columns };
  const to = { ...ways, Home: 0, End: cards.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  if (event.key === "ArrowUp" && to < 0) picker.find("input").focus();
  else cards[Math.max(0, Math.min(cards.length - 1, to))].choose.focus();
}
