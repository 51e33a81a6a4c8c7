/* Lists by keyboard, ticked rows, and tickets that are dragged; everything goes without it too. */
"use strict";

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (typing(event) || document.querySelector("dialog[open]")) return;
  const here = document.activeElement.closest("[data-row]");
  const step = { j: 1, k: -1 }[event.key] || (here && { ArrowDown: 1, ArrowUp: -1 }[event.key]);
  if (step && rows().length) {
    event.preventDefault();
    walk(here, step);
  }
  if (event.key === "x" && here) tick(here);
});

function walk(here, step) {
  const all = rows();
  const next = here ? all.indexOf(here) + step : 0;
  const row = all[Math.min(Math.max(next, 0), all.length - 1)];
  row.querySelector("[data-open]").focus();
  row.scrollIntoView({ block: "nearest" });
}

function tick(row) {
  row.querySelector("input[name=case]")?.click();
}

/* How many are ticked stands beside what can be done with them. */
function count() {
  const ticked = document.querySelectorAll("[data-row] input[name=case]:checked").length;
  for (const place of document.querySelectorAll("[data-ticked]")) place.textContent = ticked || "";
}
document.addEventListener("change", (event) => { if (event.target.matches("input[name=case]")) count(); });
window.addEventListener("pageshow", count);

/* A ticket dragged to somebody's column ticks itself alone and presses the button there. */
let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-board] [data-row]");
  if (dragged) event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  const column = dragged && event.target.closest("[data-takes]");
  if (!column || column.contains(dragged)) return;
  event.preventDefault();
  over(column);
});
document.addEventListener("dragend", () => { dragged = null; over(null); });
document.addEventListener("drop", (event) => {
  const column = dragged && event.target.closest("[data-takes]");
  if (!column || column.contains(dragged)) return;
  event.preventDefault();
  for (const box of document.querySelectorAll("[data-board] input[name=case]")) box.checked = false;
  dragged.querySelector("input[name=case]").checked = true;
  column.querySelector("button[name=person]").click();
});

function over(column) {
  for (const one of document.querySelectorAll(".over")) one.classList.remove("over");
  column?.classList.add("over");
}
