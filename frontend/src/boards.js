// The calibration board: a card dropped under another grade opens the form that asks for the reason.
export function boards() {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  let dragged = null;
  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-move]");
    dragged?.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
  });
  board.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    board.querySelectorAll(".is-over").forEach((column) => column.classList.remove("is-over"));
    dragged = null;
  });
  board.addEventListener("dragover", (event) => {
    const column = event.target.closest("[data-grade]");
    if (!dragged || !column || column.contains(dragged)) return;
    event.preventDefault();
    column.classList.add("is-over");
  });
  board.addEventListener("dragleave", (event) => {
    const column = event.target.closest("[data-grade]");
    if (column && !column.contains(event.relatedTarget)) column.classList.remove("is-over");
  });
  board.addEventListener("drop", (event) => {
    const column = event.target.closest("[data-grade]");
    if (!dragged || !column || column.contains(dragged)) return;
    event.preventDefault();
    const joint = dragged.dataset.move.includes("?") ? "&" : "?";
    const address = `${dragged.dataset.move}${joint}to=${encodeURIComponent(column.dataset.grade)}`;
    const link = dragged.querySelector("[data-drawer]");
    document.dispatchEvent(new CustomEvent("cheji:open", { detail: { address, link } }));
  });
}
