// select[data-search] with many options gets a field that searches them; the select keeps the value.
const MANY = 15;
const EDGE = 8;
let made = 0;

export function searchedSelects(root) {
  for (const select of root.querySelectorAll("select[data-search]")) {
    if (select.options.length > MANY && !select.hidden) equip(select);
  }
}

function equip(select) {
  const list = element("ul", { id: `select-list-${++made}`, role: "listbox", class: "select-list", hidden: "" });
  const name = select.getAttribute("aria-label") || (select.labels[0]?.textContent ?? "").trim();
  const field = element("input", {
    type: "text", class: "form-select", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-label": name, "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": list.id,
  });
  const frame = element("div", { class: "select-search" });
  if (select.id) {
    field.id = select.id;
    select.removeAttribute("id");
  }
  const focused = document.activeElement === select; // a page drawn again gives the focus back by id
  select.hidden = true;
  select.after(frame);
  frame.append(field, list);
  listen(select, field, list);
  rest(select, field, list);
  if (focused) field.focus();
}

function listen(select, field, list) {
  field.addEventListener("focus", () => field.select());
  field.addEventListener("click", () => open(select, field, list, ""));
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    open(select, field, list, field.value);
  });
  field.addEventListener("change", (event) => event.stopPropagation());
  field.addEventListener("keydown", (event) => pressed(event, select, field, list));
  field.addEventListener("blur", () => rest(select, field, list));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the field keeps the focus
    const item = event.target.closest('[role="option"]');
    if (item) choose(item, select, field, list);
  });
}

function pressed(event, select, field, list) {
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (move) {
    event.preventDefault();
    if (list.hidden) open(select, field, list, "");
    else step(field, list, move);
  } else if (event.key === "Enter" && !list.hidden) {
    event.preventDefault();
    const item = list.querySelector('[aria-selected="true"]');
    if (item) choose(item, select, field, list);
  } else if (event.key === "Escape" && !list.hidden) {
    event.stopPropagation();
    rest(select, field, list);
  }
}

// The options with all words of the text in their name, code or group.
function open(select, field, list, text) {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  list.replaceChildren();
  let group = null;
  for (const option of select.options) {
    const heading = option.parentElement.label ?? "";
    const searched = `${option.text} ${option.value} ${heading}`.toLowerCase();
    if (!words.every((word) => searched.includes(word))) continue;
    if (heading && heading !== group) list.append(element("li", { role: "presentation" }, heading));
    group = heading;
    const id = `${list.id}-${option.index}`;
    list.append(element("li", { id, role: "option", "data-value": option.value, "aria-selected": "false" }, option.text));
  }
  list.hidden = false;
  list.style.left = ""; // as wide as its names ask for, yet within the page
  list.style.left = `${Math.min(0, document.documentElement.clientWidth - EDGE - list.getBoundingClientRect().right)}px`;
  field.setAttribute("aria-expanded", "true");
  const items = [...list.querySelectorAll('[role="option"]')];
  const whole = words.join(" ");
  const meant = (item) => (whole ? isNamed(item, whole) : item.dataset.value === select.value);
  mark(field, list, items.find(meant) ?? items[0]);
}

// Whose whole name or code was typed is taken before those that merely hold it.
function isNamed(item, whole) {
  return [item.textContent, item.dataset.value].some((name) => name.toLowerCase() === whole);
}

function step(field, list, move) {
  const items = [...list.querySelectorAll('[role="option"]')];
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  mark(field, list, items[Math.max(0, Math.min(items.length - 1, at + move))]);
}

function mark(field, list, item) {
  list.querySelector('[aria-selected="true"]')?.setAttribute("aria-selected", "false");
  if (!item) return field.removeAttribute("aria-activedescendant");
  item.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}

function choose(item, select, field, list) {
  const changed = select.value !== item.dataset.value;
  select.value = item.dataset.value;
  rest(select, field, list);
  if (changed) select.dispatchEvent(new Event("change", { bubbles: true }));
}

function rest(select, field, list) {
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
  field.value = select.selectedOptions[0]?.text ?? "";
}

function element(tag, attributes, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}
