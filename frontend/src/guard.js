// Forms with data-guard warn before unsaved changes are lost; islands mark themselves with data-unsaved.
const changed = new Set();

export function guard() {
  const note = (event) => {
    const form = event.target.closest?.("form[data-guard]");
    if (form) changed.add(form);
  };
  document.addEventListener("input", note);
  document.addEventListener("change", note);
  document.addEventListener("reset", (event) => changed.delete(event.target));
  document.addEventListener("submit", (event) => changed.delete(event.target));
  addEventListener("beforeunload", (event) => {
    const open = [...changed].some((form) => form.isConnected) || document.querySelector("[data-unsaved]");
    if (!open) return;
    event.preventDefault();
    event.returnValue = "";
  });
}
