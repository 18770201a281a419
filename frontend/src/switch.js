// The theme switch: buttons with data-theme-set="light|dark|system".
export function themeSwitch() {
  show();
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-set]");
    if (!button) return;
    choose(button.dataset.themeSet);
  });
}

function choose(choice) {
  try {
    localStorage.setItem("cheji-theme", choice);
  } catch {
    // Private windows may refuse to remember: the choice then lasts for this page.
  }
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset.bsTheme = choice === "system" ? system : choice;
  document.documentElement.dataset.themeChoice = choice;
  show();
  document.dispatchEvent(new CustomEvent("cheji:theme"));
}

function show() {
  const choice = document.documentElement.dataset.themeChoice || "system";
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === choice));
  }
}
