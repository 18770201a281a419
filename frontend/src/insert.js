// [data-insert] writes its code into the field it names; input[data-filters] narrows such a list.
export function inserts() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const field = document.getElementById(button.dataset.into);
    const at = field.selectionStart ?? field.value.length;
    const before = field.value.slice(0, at);
    const gap = before && !/[\s(]$/.test(before) ? " " : "";
    field.setRangeText(gap + button.dataset.insert, at, field.selectionEnd ?? at, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.addEventListener("input", (event) => {
    const search = event.target.closest("input[data-filters]");
    if (!search) return;
    const wanted = search.value.trim().toLowerCase();
    for (const item of document.getElementById(search.dataset.filters).querySelectorAll("[data-insert]")) {
      item.hidden = !item.textContent.toLowerCase().includes(wanted);
    }
  });
}
