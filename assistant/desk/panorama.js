// Marks of a picture are one stop of the Tab key; arrows go from mark to mark. The mark in hand is told beside it.
const paMarks = (box) => [...box.querySelectorAll("a")];

new MutationObserver(() => {
  for (const box of document.querySelectorAll("[data-roving]:not([data-roves])")) {
    box.dataset.roves = "";
    paMarks(box).forEach((mark, index) => mark.setAttribute("tabindex", index ? "-1" : "0"));
  }
}).observe(document, { childList: true, subtree: true });

const paNextInColumn = (mark, step) => {
  const cell = mark.closest("td, th");
  if (!cell) return null;
  let row = cell.parentElement;
  while ((row = step > 0 ? row.nextElementSibling : row.previousElementSibling)) {
    const found = row.cells[cell.cellIndex]?.querySelector("a");
    if (found) return found;
  }
  return null;
};

document.addEventListener("keydown", (event) => {
  const mark = event.target.closest?.("[data-roving] a");
  if (!mark) return;
  const marks = paMarks(mark.closest("[data-roving]"));
  const at = marks.indexOf(mark);
  const inTable = mark.closest("table");
  const goes = {
    ArrowRight: () => marks[at + 1],
    ArrowLeft: () => marks[at - 1],
    ArrowDown: () => (inTable ? paNextInColumn(mark, 1) : marks[at + 1]),
    ArrowUp: () => (inTable ? paNextInColumn(mark, -1) : marks[at - 1]),
    Home: () => marks[0],
    End: () => marks[marks.length - 1],
  }[event.key];
  if (!goes) return;
  event.preventDefault();
  const next = goes();
  if (!next) return;
  mark.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
});

const paTell = (event) => {
  const mark = event.target.closest?.("[data-place]");
  if (mark) {
    const told = mark.closest(".pa-rings").querySelector(".pa-told");
    told.querySelector(".pa-told-place").textContent = mark.dataset.place;
    told.querySelector(".pa-told-text").textContent = mark.dataset.told;
  }
  const net = event.target.closest?.(".pa-net");
  if (!net) return;
  // a page that scrolls under a resting pointer does not put out what the keys have lit
  const end = event.target.closest("[data-measure], [data-document]") ?? net.querySelector("a:focus");
  for (const lit of net.querySelectorAll(".pa-lit")) lit.classList.remove("pa-lit");
  net.classList.toggle("pa-chosen", Boolean(end));
  if (!end) return;
  const measure = end.dataset.measure;
  const paper = end.dataset.document;
  for (const line of net.querySelectorAll("svg a")) {
    if ((measure && line.dataset.measure !== measure) || (paper && line.dataset.document !== paper)) continue;
    line.classList.add("pa-lit");
    for (const item of net.querySelectorAll("li a"))
      if (item.dataset.measure === line.dataset.measure || item.dataset.document === line.dataset.document)
        item.classList.add("pa-lit");
  }
};
document.addEventListener("pointerover", paTell);
document.addEventListener("focusin", paTell);
