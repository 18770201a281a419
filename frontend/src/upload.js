// Drop zones: label[data-upload] around a file input; names and sizes are shown, too large files refused.
import { text } from "./texts.js";

export function uploads() {
  for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, drag);
  document.addEventListener("change", (event) => {
    const zone = event.target.closest?.("[data-upload]");
    if (zone) show(zone, event.target);
  });
}

function drag(event) {
  const zone = event.target.closest?.("[data-upload]");
  if (!zone) return;
  event.preventDefault();
  zone.classList.toggle("over", event.type === "dragover");
  if (event.type !== "drop" || !event.dataTransfer.files.length) return;
  const input = zone.querySelector("input[type=file]");
  const files = new DataTransfer();
  for (const file of [...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1)) files.items.add(file);
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function show(zone, input) {
  const limit = Number(zone.dataset.limit || 0);
  const large = limit && [...input.files].find((file) => file.size > limit);
  const fault = large ? text("too_large", { name: large.name, limit: size(limit) }) : "";
  input.setCustomValidity(fault);
  zone.classList.toggle("invalid", Boolean(fault));
  zone.classList.toggle("filled", input.files.length > 0);
  const words = [...input.files].map((file) => `${file.name} (${size(file.size)})`);
  zone.querySelector("[data-upload-names]").textContent = fault || words.join(" · ");
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
