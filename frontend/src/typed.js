// What a person types, chooses, ticks or asks for while a part of the page is drawn again stays.
const FIELDS = "input:not([type=hidden], [type=file])[name], textarea[name], select:not([multiple])[name]";
const sent = new WeakMap();
const since = new WeakMap();
const drawing = new Map();

const ticked = (field) => field.matches("[type=checkbox], [type=radio]");
const keyOf = (field) => (ticked(field) ? `${field.name}=${field.value}` : field.name);
const said = (field) => (ticked(field) ? field.checked : field.value);
const fields = (root) => [...root.querySelectorAll(FIELDS)];
const written = (root) => new Map(fields(root).map((field) => [keyOf(field), said(field)]));

export function keepsTyped() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!mayDraw(event.detail)) return event.preventDefault();
    sent.set(event.detail.xhr, written(event.detail.target));
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const before = sent.get(detail.xhr);
    const typed = [...written(detail.target)].filter(([key, value]) => before.get(key) !== value);
    since.set(detail.xhr, typed.map(([key, value]) => ({ key, value, before: before.get(key) })));
  });
  // A row may have moved: only a field that still says what was sent is the same field.
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const found = new Map(fields(document).map((field) => [keyOf(field), field]));
    for (const { key, value, before } of since.get(detail.xhr) ?? []) {
      const field = found.get(key);
      if (field && said(field) === before) put(field, value, before);
    }
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => drawn(detail.xhr));
  document.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful || drawn(detail.xhr));
}

function put(field, value, before) {
  if (ticked(field)) {
    field.checked = value;
    return;
  }
  field.value = value;
  if (field.value !== value) field.value = before; // a list that no longer offers it
}

// A part is drawn once at a time: an answer to what was asked in the part as it was would find it gone.
function mayDraw({ elt, target, xhr }) {
  if (!target.id || target === elt || !target.contains(elt)) return true;
  const now = drawing.get(target.id);
  if (now && now.xhr.readyState < XMLHttpRequest.DONE) {
    // Two buttons in a row may mean rows that the first has moved: the second is pressed again by hand.
    if (!(now.button && isButton(elt))) now.waiting.push(selector(elt));
    return false;
  }
  drawing.set(target.id, { xhr, button: isButton(elt), waiting: [] });
  return true;
}

const isButton = (elt) => elt.matches("button");
const selector = (elt) =>
  `[name="${CSS.escape(elt.name)}"]${isButton(elt) || ticked(elt) ? `[value="${CSS.escape(elt.value)}"]` : ""}`;

function drawn(xhr) {
  const [id, now] = [...drawing].find(([, one]) => one.xhr === xhr) ?? [];
  if (!id) return;
  drawing.delete(id);
  for (const wanted of now.waiting) {
    const again = document.getElementById(id)?.querySelector(wanted);
    if (again && isButton(again)) again.click();
    else again?.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
