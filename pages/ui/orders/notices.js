// The tab's title and a notification of the browser, for what was finished while nobody looked.
const own = { title: null, told: new Set() };

export default function ({ data, parentElement }) {
  const news = (data.news || []).filter((each) => !own.told.has(each.id));
  news.forEach((each) => own.told.add(each.id));
  offerToNotify(parentElement.querySelector("button"), data.wanted);
  if (!news.length) return;
  if (document.hidden || !document.hasFocus()) waitForLook(news.length);
  if ("Notification" in window && Notification.permission === "granted") {
    news.forEach((each) => new Notification(each.title, { body: each.text, tag: each.id }));
  }
}

function offerToNotify(button, wanted) {
  const possible = window.isSecureContext && "Notification" in window && Notification.permission === "default";
  button.hidden = !(possible && wanted);
  button.onclick = () => Notification.requestPermission().then(() => (button.hidden = true));
}

function waitForLook(count) {
  if (own.title === null) own.title = document.title;
  document.title = `(${count}) Finished · ${own.title}`;
  const back = () => {
    if (document.hidden) return;
    if (own.title !== null) document.title = own.title;
    own.title = null;
    removeEventListener("focus", back);
    document.removeEventListener("visibilitychange", back);
  };
  addEventListener("focus", back);
  document.addEventListener("visibilitychange", back);
}
