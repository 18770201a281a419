// Keys: "/" and Ctrl+K go to the search, "?" shows the list of keys, arrows in period pickers.
export function keys() {
  document.addEventListener("keydown", (event) => {
    const palette = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    if (!palette && (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey)) return;
    if (palette || event.key === "/") focusSearch(event);
    else if (event.key === "?") document.getElementById("keys")?.showModal();
    else if (event.key === "[" || event.key === "]") step(event.key === "[" ? "previous" : "next");
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog").close();
  });
}

const typing = (place) => place.closest?.("input,textarea,select,[contenteditable],dialog,.tabulator");

function focusSearch(event) {
  const field = document.getElementById("search");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}

const step = (way) => document.querySelector(`a[data-period-${way}]`)?.click();
