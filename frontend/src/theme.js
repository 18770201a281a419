// Runs before the first paint: sets the remembered or the system's theme, so that nothing flashes, and
// holds back what has to be asked for until the program that asks is there (confirm.js).
const remembered = () => {
  try {
    return localStorage.getItem("cheji-theme");
  } catch {
    return null;
  }
};
const dark = matchMedia("(prefers-color-scheme: dark)");

function apply() {
  const choice = remembered() || "system";
  const theme = choice === "system" ? (dark.matches ? "dark" : "light") : choice;
  document.documentElement.dataset.bsTheme = theme;
  document.documentElement.dataset.themeChoice = choice;
}

apply();
dark.addEventListener("change", () => {
  apply();
  document.dispatchEvent(new CustomEvent("cheji:theme"));
});

let pressed = null;
function early(event) {
  const clicked = event.type === "click";
  const asker = clicked ? event.target.closest("a[data-confirm]") : event.submitter;
  if (!asker?.dataset.confirm && (clicked || !event.target.dataset.confirm)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  pressed = asker ?? event.target;
}
for (const deed of ["submit", "click"]) document.addEventListener(deed, early, true);
document.addEventListener("cheji:asks", () => {
  for (const deed of ["submit", "click"]) document.removeEventListener(deed, early, true);
  if (pressed?.matches("form")) pressed.requestSubmit();
  else pressed?.click();
}, { once: true });
