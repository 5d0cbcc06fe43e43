// A picture under ten zones: each person in it is marked by a click, the marks are numbered from the left.
const ZONES = 10;
// What was clicked last holds: an answer to an earlier click may come in between.
const states = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".people");
  const image = root.querySelector("img");
  if (image.getAttribute("src") !== data.url) image.src = data.url;
  const zones = root.querySelector(".zones");
  if (!zones.children.length) {
    for (let zone = 0; zone < ZONES; zone += 1) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(document.createElement("span"));
      button.tabIndex = zone ? -1 : 0;
      button.onfocus = () => [...zones.children].forEach((each) => (each.tabIndex = each === button ? 0 : -1));
      zones.append(button);
    }
  }
  if (states.get(root)?.key !== data.key) states.set(root, { key: data.key, marks: data.marks, chosen: data.chosen });
  const now = states.get(root);
  const draw = () => [...zones.children].forEach((button, zone) => show(button, zone, now.marks, now.chosen));
  [...zones.children].forEach((button, zone) => {
    // A new mark is the one to move; a second click chooses a mark, a click on the chosen one takes it away.
    button.onclick = () => {
      if (zone === now.chosen) {
        now.marks = now.marks.filter((each) => each !== zone);
        now.chosen = now.marks.length ? now.marks[now.marks.length - 1] : null;
      } else {
        if (!now.marks.includes(zone)) now.marks = [...now.marks, zone].sort((a, b) => a - b);
        now.chosen = zone;
      }
      draw();
      setStateValue("people", { marks: now.marks, chosen: now.chosen });
    };
    button.onkeydown = (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      zones.children[Math.max(0, Math.min(ZONES - 1, zone + step))].focus();
    };
  });
  draw();
}

function show(button, zone, marks, chosen) {
  const number = marks.indexOf(zone) + 1;
  button.classList.toggle("marked", number > 0);
  button.classList.toggle("chosen", zone === chosen);
  button.setAttribute("aria-pressed", String(zone === chosen));
  button.querySelector("span").textContent = number || "";
  const place = `Zone ${zone + 1} of ${ZONES} from the left`;
  const told = number ? `person ${number} of ${marks.length}${zone === chosen ? ", the one to move" : ""}` : "nobody marked";
  button.setAttribute("aria-label", `${place}: ${told}`);
}
