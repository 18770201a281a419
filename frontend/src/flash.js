// Short messages in the live region at the top of the page.
import { icon } from "./icons.js";
import { text } from "./texts.js";

const signs = { success: "circle-check", danger: "alert-circle", warning: "alert-triangle", info: "info-circle" };

export function say(message, tone = "info") {
  const region = document.getElementById("flash");
  if (!region) return;
  const box = document.createElement("div");
  box.className = `alert alert-${tone} alert-dismissible flash`;
  if (tone === "danger") box.setAttribute("role", "alert");
  const words = document.createElement("span");
  words.textContent = message;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn-close";
  close.dataset.bsDismiss = "alert";
  close.setAttribute("aria-label", text("close"));
  box.append(icon(signs[tone] || signs.info), words, close);
  region.append(box);
  if (tone === "success") setTimeout(() => box.remove(), 6000);
}
