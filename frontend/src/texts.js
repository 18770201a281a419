// Sentences of the page's language, written by the server into <script id="texts" type="application/json">.
const block = document.getElementById("texts");
const texts = block ? JSON.parse(block.textContent) : {};

export function text(key, values = {}) {
  const sentence = texts[key] || key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}
