// The tab's title and a notification of the browser, for what was finished while nobody looked.
// A page that is drawn anew, or another one, gives itself its title again.
const own = { unseen: 0, told: new Set(), titles: new MutationObserver(showTitle) };

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
  if (!own.unseen) {
    addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    own.titles.observe(document.querySelector("title"), { childList: true });
  }
  own.unseen += count;
  showTitle();
}

function look() {
  if (document.hidden) return;
  removeEventListener("focus", look);
  document.removeEventListener("visibilitychange", look);
  own.titles.disconnect();
  own.unseen = 0;
  showTitle();
}

function showTitle() {
  const title = document.title.replace(/^\(\d+\) Finished · /, "");
  const wanted = own.unseen ? `(${own.unseen}) Finished · ${title}` : title;
  if (document.title !== wanted) document.title = wanted;
}
