// On to what one came for, past the menu and the filters: the cards, the table, else the page itself.
document.querySelector(".skip").onclick = (event) => {
  event.preventDefault();
  const main = document.getElementById("stMain");
  const roots = [...(main?.querySelectorAll("*") ?? [])].map((element) => element.shadowRoot).filter(Boolean);
  const found = roots.map((root) => root.querySelector(".card [tabindex='0'], tr[tabindex='0']")).find(Boolean);
  (found ?? main)?.focus();
};
