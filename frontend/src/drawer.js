// Links with data-drawer open in the drawer at the side; without script they are ordinary links.
// A form in it is sent from there: refused, it stays with what was typed; done, the page goes on.
import Offcanvas from "bootstrap/js/dist/offcanvas";
import { icon } from "./icons.js";
import { enliven } from "./parts.js";
import { fetchPart, sendForm } from "./requests.js";
import { text } from "./texts.js";

let trail = [];
let opener = null;
let asked = 0;

export function drawer() {
  const box = document.getElementById("drawer");
  if (!box) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-drawer]");
    if (!link || !plain(event)) return;
    event.preventDefault();
    open(box, link.getAttribute("href") || link.dataset.drawer, link);
  });
  document.addEventListener("cheji:open", ({ detail }) =>
    open(box, detail.address, detail.link ?? document.activeElement),
  );
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !box.contains(event.target) || event.target.method !== "post") return;
    event.preventDefault();
    send(box, event.target, event.submitter);
  });
  box.querySelector("[data-drawer-back]").addEventListener("click", () => back(box));
  box.addEventListener("hidden.bs.offcanvas", () => {
    trail = [];
    opener?.focus();
    opener = null;
  });
  box.addEventListener("shown.bs.offcanvas", () => dispatchEvent(new Event("resize")));
}

const plain = (event) => !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;

function open(box, address, link) {
  if (!box.contains(link)) {
    trail = [];
    opener = link;
    name(box, link);
  }
  if (box.contains(link)) box.focus();
  trail.push(address);
  Offcanvas.getOrCreateInstance(box).show();
  load(box, address);
}

// A link may say what the drawer is about; otherwise it holds a reason.
function name(box, link) {
  const title = box.querySelector("#drawer-title");
  title.dataset.usual ??= title.textContent;
  title.textContent = link?.dataset?.drawerTitle || title.dataset.usual;
}

// The button that was pressed may vanish: the drawer keeps the focus, and with it the Escape key.
function back(box) {
  trail.pop();
  box.focus();
  load(box, trail[trail.length - 1]);
}

async function load(box, address) {
  const mine = ++asked;
  const body = box.querySelector("[data-drawer-body]");
  box.querySelector("[data-drawer-back]").hidden = trail.length < 2;
  box.querySelector("[data-drawer-page]").href = address;
  body.setAttribute("aria-busy", "true");
  const waiting = setTimeout(() => mine === asked && body.replaceChildren(spinner()), 300);
  try {
    const html = await fetchPart(address, "drawer");
    if (mine !== asked) return;
    fill(body, contentOf(html));
  } catch (fault) {
    if (mine === asked) body.replaceChildren(message(fault.message));
  } finally {
    clearTimeout(waiting);
    if (mine === asked) body.removeAttribute("aria-busy");
  }
}

async function send(box, form, button) {
  const body = box.querySelector("[data-drawer-body]");
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  if (button) button.disabled = true;
  body.setAttribute("aria-busy", "true");
  try {
    const { html, next } = await sendForm(form.action, data);
    const content = contentOf(html);
    if (next) goOn(next);
    else if (content.querySelector("form")) fill(body, content);
    else throw new Error(content.querySelector("p")?.textContent.trim());
  } catch (fault) {
    body.prepend(message(fault.message));
    body.scrollTop = 0;
  } finally {
    if (button) button.disabled = false;
    body.removeAttribute("aria-busy");
  }
}

// The same page again is asked for anew, even where only the part after # differs.
function goOn(address) {
  const next = new URL(address, location.href);
  const same = next.pathname + next.search === location.pathname + location.search;
  location.assign(next);
  if (same && next.hash) location.reload();
}

// Of a whole page its main part.
function contentOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.querySelector("main") ?? page.body;
}

function fill(body, content) {
  body.replaceChildren(...content.childNodes);
  window.htmx?.process(body);
  enliven(body);
  body.scrollTop = 0;
}

function spinner() {
  const box = document.createElement("div");
  box.className = "drawer-wait";
  box.setAttribute("role", "status");
  const words = document.createElement("span");
  words.textContent = text("loading");
  box.append(icon("loader-2"), words);
  return box;
}

function message(words) {
  const box = document.createElement("div");
  box.className = "alert alert-danger flash";
  box.setAttribute("role", "alert");
  const span = document.createElement("span");
  span.textContent = words;
  box.append(icon("alert-circle"), span);
  return box;
}
