// Lists: rows that open, filters that apply themselves, selecting a page, printing, copying.
import { say } from "./flash.js";
import { text } from "./texts.js";

export function lists() {
  document.addEventListener("click", (event) => {
    openRow(event);
    if (event.target.closest("[data-print]")) print();
    copy(event.target.closest("[data-copy]"));
  });
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-autosubmit]")) submit(event.target.form);
    if (event.target.matches("[data-select-all]")) selectAll(event.target);
    if (event.target.matches("[data-kind] [name=kind]")) event.target.form.dataset.kind = event.target.value;
    if (event.target.closest("[data-select]")) countSelected(event.target.closest("[data-select]"));
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-tidy]")) dropEmpty(event.target);
  });
}

function openRow(event) {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a,button,input,label,select,summary") || String(getSelection())) return;
  const link = row.querySelector("a[href]");
  if (link && link.getAttribute("href") === row.dataset.href) link.click();
  else location.assign(row.dataset.href);
}

function submit(form) {
  if (form.requestSubmit) form.requestSubmit();
  else if (form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }))) form.submit();
}

// Empty filters would only lengthen the address.
function dropEmpty(form) {
  for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
  setTimeout(() => [...form.elements].forEach((field) => (field.disabled = false)), 500);
}

function selectAll(box) {
  const table = box.closest("[data-select]");
  for (const each of table.querySelectorAll("tbody input[type=checkbox]")) each.checked = box.checked;
}

function countSelected(table) {
  const count = table.querySelectorAll("tbody input[type=checkbox]:checked").length;
  for (const place of document.querySelectorAll("[data-selected-count]")) place.textContent = count;
  for (const bar of document.querySelectorAll("[data-selected-bar]")) bar.hidden = count === 0;
}

async function copy(button) {
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  say(text("copied"), "success");
}
