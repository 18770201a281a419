import { searchedSelects } from "./select.js";

// Brings a new piece of page to life: charts and grids load their code only where they stand.
export async function enliven(root) {
  searchedSelects(root);
  document.dispatchEvent(new CustomEvent("cheji:content", { detail: root }));
  for (const frame of root.querySelectorAll("[data-late]")) frame.scrollLeft = frame.scrollWidth;
  for (const tab of root.querySelectorAll(".nav-tabs .active")) middle(tab);
  const { charts, grid, gridStyle } = document.body.dataset;
  if (charts && root.querySelector("[data-chart]")) (await import(charts)).draw(root);
  if (grid && root.querySelector("[data-grid]")) {
    addStyle(gridStyle);
    (await import(grid)).build(root);
  }
}

// Brings the chosen tab of a row that is wider than the screen into sight.
function middle(tab) {
  const row = tab.closest(".nav-tabs");
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.clientWidth) / 2;
}

function addStyle(address) {
  if (document.querySelector("link[data-grid-style]")) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  link.dataset.gridStyle = "";
  document.head.append(link);
}
