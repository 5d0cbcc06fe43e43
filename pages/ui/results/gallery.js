// Results as covers that play under the pointer, one chosen or several; and each of them as large as the window.
const galleries = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".gallery");
  let gallery = galleries.get(root);
  if (!gallery) {
    gallery = { cards: new Map(), chosen: new Set(), find: (name) => root.querySelector(name) };
    galleries.set(root, gallery);
    const grid = gallery.find(".grid");
    grid.onkeydown = (event) => walk(gallery, event);
    grid.addEventListener("focusin", () => stopAtOne([...grid.children]));
    prepareScreen(gallery);
    gallery.isNew = true;
  }
  gallery.tell = setTriggerValue;
  gallery.data = data;
  gallery.chosen = new Set(data.chosen);
  drawCards(gallery);
  drawChosen(gallery);
  showAgain(gallery);
  if (gallery.isNew) backTo(gallery, data.seen);
  gallery.isNew = false;
}

// Who comes back from one result finds the grid where it was left.
function backTo(gallery, key) {
  const card = gallery.cards.get(key);
  card?.element.scrollIntoView({ block: "center" });
  card?.choose.focus({ preventScroll: true });
}

function drawCards(gallery) {
  const before = gallery.cards;
  gallery.cards = new Map(gallery.data.cards.map((card) => [card.key, before.get(card.key) || begin(gallery, card)]));
  for (const card of gallery.data.cards) {
    drawCard(gallery.cards.get(card.key), card);
    gallery.cards.get(card.key).large.hidden = !card.video;
  }
  putInto(gallery.find(".grid"), gallery.cards);
  stopAtOne([...gallery.cards.values()].map((card) => card.element));
}

function begin(gallery, { key, name }) {
  const card = beginCard(key);
  card.choose.onclick = () => (gallery.chosen.size ? choose(gallery, card) : gallery.tell("opened", key));
  card.star.onclick = () => turnStar(card, gallery.tell);
  card.check = make("button", "check", card.element);
  card.check.textContent = "check";
  card.check.setAttribute("aria-label", `Choose ${name}`);
  card.check.onclick = () => choose(gallery, card);
  card.large = make("button", "large", card.element);
  card.large.setAttribute("aria-label", `Full screen: ${name}`);
  card.large.onclick = () => openScreen(gallery, card.key);
  return card;
}

// Several: as soon as one is marked, a click anywhere on a card marks it.
function choose(gallery, card) {
  if (!gallery.chosen.delete(card.key)) gallery.chosen.add(card.key);
  drawChosen(gallery);
  gallery.tell("chosen", [...gallery.chosen]);
}

function drawChosen(gallery) {
  gallery.find(".grid").classList.toggle("choosing", gallery.chosen.size > 0);
  for (const card of gallery.cards.values()) card.check.setAttribute("aria-pressed", String(gallery.chosen.has(card.key)));
}

function walk(gallery, event) {
  const cards = [...gallery.cards.values()];
  const to = stepInGrid(cards, event);
  if (to !== undefined) focusNearest(cards, to);
  const at = cards.find((card) => card.choose === event.target);
  if (at && event.key === "f" && !event.ctrlKey && !event.metaKey && at.data.video) openScreen(gallery, at.key);
}

function prepareScreen(gallery) {
  const screen = gallery.find("dialog");
  gallery.screen = screen;
  screen.onclose = () => leaveScreen(gallery);
  screen.onkeydown = (event) => steer(gallery, event);
  const ways = { previous: () => turn(gallery, -1), next: () => turn(gallery, 1), close: () => screen.close() };
  for (const [name, go] of Object.entries({ ...ways, star: () => starShown(gallery), details: () => details(gallery) })) {
    screen.querySelector(`.${name}`).onclick = go;
  }
}

function steer(gallery, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = { ArrowLeft: () => turn(gallery, -1), ArrowRight: () => turn(gallery, 1), s: () => starShown(gallery) };
  event.stopPropagation(); // the page's own keys
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
}

function playable(gallery) {
  return [...gallery.cards.values()].filter((card) => card.data.video);
}

function openScreen(gallery, key) {
  gallery.large = key;
  for (const card of gallery.cards.values()) still(card);
  drawScreen(gallery);
  if (!gallery.screen.open) gallery.screen.showModal();
}

function drawScreen(gallery) {
  const card = gallery.cards.get(gallery.large);
  const find = (name) => gallery.screen.querySelector(name);
  const video = find("video");
  if (video.getAttribute("src") !== card.data.video) {
    video.poster = card.data.cover || "";
    video.src = card.data.video;
  }
  const cards = playable(gallery);
  const at = cards.indexOf(card);
  find(".title").textContent = [card.data.name, card.data.note].filter(Boolean).join(" · ");
  find(".star").setAttribute("aria-pressed", String(Boolean(card.data.star)));
  find(".previous").disabled = at <= 0 && !gallery.data.newer;
  find(".next").disabled = at >= cards.length - 1 && !gallery.data.older;
}

// At the end of the page the next one is asked for, and goes on where this one ended.
function turn(gallery, step) {
  const cards = playable(gallery);
  const to = cards[cards.findIndex((card) => card.key === gallery.large) + step];
  if (to) return openScreen(gallery, to.key);
  const where = step > 0 ? "older" : "newer";
  if (!gallery.data[where] || gallery.turning) return;
  gallery.turning = where;
  gallery.tell("turn", where);
}

function showAgain(gallery) {
  if (!gallery.screen.open) return;
  const cards = playable(gallery);
  if (gallery.turning && !gallery.cards.has(gallery.large) && cards.length) {
    gallery.large = cards.at(gallery.turning === "older" ? 0 : -1).key;
    gallery.turning = null;
  }
  if (gallery.cards.has(gallery.large)) drawScreen(gallery);
  else if (!gallery.turning) gallery.screen.close();
}

function leaveScreen(gallery) {
  const video = gallery.screen.querySelector("video");
  video.pause();
  video.removeAttribute("src");
  video.load();
  gallery.turning = null;
  gallery.cards.get(gallery.large)?.choose.focus();
}

function starShown(gallery) {
  turnStar(gallery.cards.get(gallery.large), gallery.tell);
  drawScreen(gallery);
}

function details(gallery) {
  gallery.screen.close();
  gallery.tell("opened", gallery.large);
}
