// On a phone the side navigation slides in over the page.
export function side() {
  const panel = document.getElementById("side");
  const opener = document.querySelector("[data-side-open]");
  const veil = document.querySelector("[data-side-close]");
  if (!panel || !opener || !veil) return;
  const show = (on) => {
    panel.classList.toggle("show", on);
    veil.hidden = !on;
    opener.setAttribute("aria-expanded", String(on));
    if (on) panel.querySelector("a")?.focus();
    else opener.focus();
  };
  opener.addEventListener("click", () => show(!panel.classList.contains("show")));
  veil.addEventListener("click", () => show(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.classList.contains("show")) show(false);
  });
}
