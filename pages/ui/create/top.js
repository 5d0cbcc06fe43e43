// Scrolls the page to its top, once for each arrival.
let last = "";

export default function ({ data }) {
  if (data.arrival === last) return;
  last = data.arrival;
  document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
}
