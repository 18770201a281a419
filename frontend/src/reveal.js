// select[data-reveals] shows the field it names only while its last option is chosen.
export function reveals() {
  document.addEventListener("change", (event) => {
    const box = event.target.closest("select[data-reveals]");
    if (!box) return;
    const field = document.getElementById(box.dataset.reveals);
    field.hidden = box.selectedIndex !== box.options.length - 1;
    if (!field.hidden) field.focus();
  });
}
