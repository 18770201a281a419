// Runs before the first paint: sets the remembered or the system's theme, so that nothing flashes.
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
