// What a person types or chooses while a part of the page is drawn again stays.
const TYPED = "input:not([type=checkbox], [type=radio], [type=hidden], [type=file])[name], textarea[name]";
const WRITTEN = `${TYPED}, select:not([multiple])[name]`;
const sent = new WeakMap();
const since = new WeakMap();

const written = (root) => new Map([...root.querySelectorAll(WRITTEN)].map((field) => [field.name, field.value]));

export function keepsTyped() {
  document.addEventListener("htmx:beforeRequest", ({ detail }) => sent.set(detail.xhr, written(detail.target)));
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const before = sent.get(detail.xhr);
    const typed = [...written(detail.target)].filter(([name, value]) => before.get(name) !== value);
    since.set(detail.xhr, typed.map(([name, value]) => ({ name, value, before: before.get(name) })));
  });
  // A row may have moved: only a field that still says what was sent is the same field.
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    for (const { name, value, before } of since.get(detail.xhr) ?? []) {
      const field = document.getElementsByName(name)[0];
      if (!field || field.value !== before) continue;
      field.value = value;
      if (field.value !== value) field.value = before; // a list that no longer offers it
    }
  });
}
