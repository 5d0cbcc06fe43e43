// A film strip with two ends to choose a part by, the part playing in a loop above it, and a pin for the cover.
const STEP = 0.05; // seconds
const films = new WeakMap();
const clock = (at) => `${at.toFixed(1)} s`;

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".film");
  let film = films.get(root);
  if (!film || film.url !== data.url) {
    film = begin(root, data);
    films.set(root, film);
  }
  film.tell = setStateValue;
  film.limits = data;
  root.classList.toggle("with-cover", data.cover !== null);
  if (data.cover !== null && film.cover === null) film.cover = data.cover;
  draw(film);
}

function begin(root, data) {
  const find = (name) => root.querySelector(name);
  const film = {
    url: data.url,
    video: find("video"),
    still: find(".still"),
    toggle: find("button"),
    told: find("output"),
    shades: [find(".before"), find(".after")],
    needle: find(".needle"),
    inputs: { start: find(".start"), end: find(".end"), cover: find(".cover") },
    strip: data.strip,
    seconds: data.seconds,
    start: data.start,
    end: data.end,
    cover: data.cover,
    held: false,
  };
  find(".frames").replaceChildren(...data.strip.map(picture));
  for (const [name, input] of Object.entries(film.inputs)) {
    input.min = 0;
    input.max = Math.ceil(data.seconds / STEP) * STEP;
    input.step = STEP;
    input.oninput = () => move(film, name, Math.min(Number(input.value), film.seconds));
    input.onchange = () => settle(film, name);
  }
  find(".reel").onclick = (event) => pick(film, event);
  film.toggle.onclick = () => (film.video.paused ? film.video.play().catch(() => {}) : film.video.pause());
  film.video.onplay = film.video.onpause = () => {
    film.toggle.textContent = film.video.paused ? "Play" : "Pause";
    if (!film.video.paused) requestAnimationFrame(() => follow(film));
  };
  film.video.onerror = () => root.classList.add("cannot-play");
  film.video.onloadeddata = () => root.classList.remove("cannot-play");
  film.video.src = data.url;
  film.video.currentTime = film.start;
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) film.video.play().catch(() => {});
  return film;
}

function picture(source) {
  const image = new Image();
  image.src = source;
  image.alt = "";
  image.draggable = false;
  return image;
}

// Keep playing within the chosen part.
function follow(film) {
  const { video } = film;
  if (!video.isConnected) video.pause(); // the page was left
  if (video.paused) return;
  if (!film.held && (video.currentTime >= film.end - 0.03 || video.currentTime < film.start - 0.1 || video.ended)) {
    video.currentTime = film.start;
  }
  film.needle.style.left = share(film, video.currentTime);
  requestAnimationFrame(() => follow(film));
}

// One end moves; the other gives way where the part would become too long or too short.
function move(film, name, value) {
  const { shortest, longest } = film.limits;
  film[name] = value;
  if (name === "start") {
    film.start = Math.max(0, Math.min(value, film.seconds - shortest));
    film.end = Math.min(film.seconds, Math.max(film.start + shortest, Math.min(film.end, film.start + longest)));
  } else if (name === "end") {
    film.end = Math.min(film.seconds, Math.max(value, shortest));
    film.start = Math.max(0, Math.min(film.end - shortest, Math.max(film.start, film.end - longest)));
  }
  show(film, film[name]);
  draw(film);
}

// Shows one moment while a hand is on a handle.
function show(film, at) {
  film.held = true;
  film.video.pause();
  film.video.currentTime = Math.min(at, film.seconds - 0.02);
  film.still.src = film.strip[Math.min(film.strip.length - 1, Math.floor((at / film.seconds) * film.strip.length))];
  film.needle.style.left = share(film, at);
}

function settle(film, name) {
  film.held = false;
  if (name === "cover") {
    film.tell("cover", film.cover);
    return;
  }
  film.tell("span", [film.start, film.end]);
  film.video.currentTime = film.start;
  film.video.play().catch(() => {});
}

// A click on the strip puts the cover there, or shows that moment where no cover is wanted.
function pick(film, event) {
  if (event.target instanceof HTMLInputElement) return;
  const box = event.currentTarget.getBoundingClientRect();
  const at = Math.max(0, Math.min(film.seconds, ((event.clientX - box.left) / box.width) * film.seconds));
  if (film.limits.cover === null) {
    show(film, at);
    film.held = false;
    return;
  }
  move(film, "cover", at);
  settle(film, "cover");
}

function share(film, at) {
  return `${(100 * at) / film.seconds}%`;
}

function draw(film) {
  const values = { start: film.start, end: film.end, cover: film.cover ?? 0 };
  for (const [name, input] of Object.entries(film.inputs)) {
    input.value = values[name];
    input.setAttribute("aria-valuetext", `${values[name].toFixed(1)} seconds`);
  }
  film.shades[0].style.width = share(film, film.start);
  film.shades[1].style.width = share(film, film.seconds - film.end);
  film.told.textContent = `${clock(film.start)} to ${clock(film.end)} · ${clock(film.end - film.start)} of ${clock(film.seconds)}`;
}
