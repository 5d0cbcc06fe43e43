// Cards whose cover moves while the pointer rests on them, in a grid that arrows walk: what every grid of them shares,
// put before its own script. Nothing of a video is fetched before somebody wants it. Data is never read as HTML.
const PREVIEW_AFTER = 150; // ms that the pointer rests on a card before its video is fetched
const LONG_NUMBER = /\d{8}/; // all that two nameless motions differ in may be its end: a name with one is not cut short

function make(tag, kind, parent) {
  const element = document.createElement(tag);
  element.className = kind;
  if (tag === "button") element.type = "button";
  parent?.append(element);
  return element;
}

// Everything that grids have in common of a card; what it shows comes with `drawCard`.
function beginCard(key) {
  const element = make("div", "card");
  element.setAttribute("role", "listitem");
  const choose = make("button", "choose", element);
  const card = { element, choose, key, cover: make("span", "cover", choose) };
  card.name = make("span", "name", choose);
  card.note = make("span", "note", choose);
  card.note.id = `note-${Math.random().toString(36).slice(2)}`;
  choose.setAttribute("aria-describedby", card.note.id);
  card.star = make("button", "star", element);
  card.star.textContent = "star";
  card.play = make("button", "play", element);
  card.play.textContent = "play_arrow";
  playOnHover(card);
  return card;
}

function drawCard(card, data) {
  const before = card.data;
  card.data = data;
  card.name.textContent = data.name;
  card.name.classList.toggle("numbered", LONG_NUMBER.test(data.name));
  card.note.textContent = data.note;
  card.choose.setAttribute("aria-label", data.name);
  card.play.hidden = !data.video;
  card.play.setAttribute("aria-label", `Play ${data.name}`);
  if (before?.cover !== data.cover) drawCover(card);
  drawStar(card);
}

// Elements that are there already stay where they are: what is focused or plays goes on.
function putInto(grid, cards) {
  const wanted = [...cards.values()].map((card) => card.element);
  if (wanted.length !== grid.children.length || wanted.some((element, at) => grid.children[at] !== element)) {
    grid.replaceChildren(...wanted);
  }
}

function turnStar(card, tell) {
  card.data.star = !card.data.star;
  drawStar(card);
  tell("star", { key: card.key, on: card.data.star });
}

function drawStar(card) {
  card.star.setAttribute("aria-pressed", String(Boolean(card.data.star)));
  card.star.setAttribute("aria-label", `Favourite: ${card.data.name}`);
}

function playOnHover(card) {
  card.play.onclick = () => (card.video ? still(card) : move(card));
  card.element.onpointerenter = (event) => {
    if (event.pointerType === "mouse" && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      card.soon = setTimeout(() => move(card), PREVIEW_AFTER);
    }
  };
  card.element.onpointerleave = (event) => event.pointerType === "mouse" && still(card);
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

function move(card) {
  if (card.video || !card.data.video) return;
  const video = document.createElement("video");
  Object.assign(video, { muted: true, loop: true, playsInline: true, src: card.data.video });
  video.setAttribute("aria-hidden", "true");
  video.onerror = () => still(card);
  card.cover.append(video);
  card.video = video;
  card.play.textContent = "stop";
  video.play().catch(() => {});
}

function still(card) {
  clearTimeout(card.soon);
  card.video?.remove();
  card.video = null;
  card.play.textContent = "play_arrow";
}

// Where an arrow leads in the grid as one sees it, which may be outside; Enter and Space are the button's own.
function stepInGrid(cards, event) {
  const at = cards.findIndex((card) => card.choose === event.target);
  if (at < 0) return undefined;
  const top = cards[at].element.offsetTop;
  const columns = cards.filter((card) => card.element.offsetTop === top).length;
  const ways = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + columns, ArrowUp: at - columns };
  const to = { ...ways, Home: 0, End: cards.length - 1 }[event.key];
  if (to !== undefined) event.preventDefault();
  return to;
}

// The Tab key comes to one card of a grid with its buttons, or to one chip of a row: the arrows go on from there.
function stopAtOne(elements) {
  const focused = elements.find((element) => element.matches(":focus-within"));
  const current = focused || elements.find((element) => element.dataset.stop) || elements[0];
  for (const element of elements) {
    if (element === current) element.dataset.stop = "here";
    else delete element.dataset.stop;
    const buttons = element.matches("button") ? [element] : element.querySelectorAll("button");
    for (const button of buttons) button.tabIndex = element === current ? 0 : -1;
  }
}

function focusNearest(cards, to) {
  cards[Math.max(0, Math.min(cards.length - 1, to))].choose.focus();
}
