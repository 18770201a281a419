// [data-insert] writes its code into the field it names; input[data-filters] narrows such a list,
// or one of [data-item] to tick; [data-picked] says what is ticked in its list.
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
    const list = document.getElementById(search.dataset.filters);
    for (const item of list.querySelectorAll("[data-insert], [data-item]")) {
      item.hidden = !item.textContent.toLowerCase().includes(wanted);
    }
    for (const group of list.querySelectorAll('[role="group"]')) {
      group.hidden = !group.querySelector("[data-item]:not([hidden])");
    }
  });
  document.addEventListener("change", (event) => {
    const list = event.target.closest(".pick");
    if (!list) return;
    const said = list.querySelector("[data-picked]");
    const ticked = [...list.querySelectorAll('input[type="checkbox"]:checked')];
    said.textContent = ticked.map((box) => box.labels[0].textContent.trim()).join(" · ") || said.dataset.none;
  });
}
