// Details that a person opened stay open when a part of the page is drawn again, and the field in
// them that had the focus has it again: htmx gives it back before they are open.
export function keepsOpen() {
  let open = [];
  let focus = "";
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    open = [...detail.target.querySelectorAll("details[id][open]")].map((one) => one.id);
    focus = detail.target.contains(document.activeElement) ? document.activeElement.id : "";
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    const lost = focus && document.activeElement === document.body;
    if (lost) document.getElementById(focus)?.focus({ preventScroll: true });
    open = [];
    focus = "";
  });
}
