// One way to the server: CSRF header, readable errors, sign-in that has run out.
import { say } from "./flash.js";
import { text } from "./texts.js";

export const csrf = () => document.querySelector('meta[name="csrf-token"]')?.content || "";

// Was the answer really the sign-in page, reached by a redirect?
export function signedOut(address) {
  const door = document.body.dataset.login;
  return Boolean(door && address && new URL(address, location.href).pathname === door);
}

export function askToSignIn() {
  const dialog = document.getElementById("signed-out");
  if (!dialog) return;
  const link = dialog.querySelector("a[data-sign-in]");
  const back = encodeURIComponent(location.pathname + location.search);
  link.href = `${document.body.dataset.login}?next=${back}`;
  if (!dialog.open) dialog.showModal();
}

// GET of a fragment; the header tells the server which part of the page is wanted.
export async function fetchPart(address, part) {
  const answer = await ask(address, { headers: { "Cheji-Part": part, Accept: "text/html" } });
  if (signedOut(answer.url) || answer.status === 401) {
    askToSignIn();
    throw new Error(text("signed_out"));
  }
  if (!answer.ok) throw new Error(saidNo(await answer.text(), answer.status));
  return answer.text();
}

// POST of a form in the drawer: what the server answers with, or where it goes on (`next`).
export async function sendForm(address, data) {
  const headers = { "Cheji-Part": "drawer", Accept: "text/html" };
  const answer = await ask(address, { method: "POST", headers, body: data });
  const next = answer.headers.get("Cheji-Next") || "";
  if (answer.status === 401 || signedOut(next)) {
    askToSignIn();
    throw new Error(text("signed_out"));
  }
  const html = await answer.text();
  if (!answer.ok && ![409, 422].includes(answer.status)) throw new Error(saidNo(html, answer.status));
  return { html, next };
}

// POST of JSON; returns the parsed answer with `status` added.
export async function sendJson(address, body) {
  const answer = await ask(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), Accept: "application/json" },
    body: JSON.stringify(body),
  });
  if (signedOut(answer.url) || answer.status === 401) {
    askToSignIn();
    throw new Error(text("signed_out"));
  }
  if (!(answer.headers.get("Content-Type") || "").includes("json"))
    throw new Error(saidNo(await answer.text(), answer.status));
  return { ...(await answer.json()), status: answer.status };
}

// fetch, with a sentence for a server that does not answer at all.
async function ask(address, options) {
  try {
    return await fetch(address, options);
  } catch {
    throw new Error(problem(0));
  }
}

// What the server's own page of a refusal or fault says; without such a page a sentence for the status.
function saidNo(html, status) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const said = [...page.querySelectorAll(".said-no :is(h1, p)")].map((part) => part.textContent.trim());
  return said.join(" · ").replace(/\s+/g, " ") || problem(status);
}

export function problem(status) {
  if (status === 403) return text("forbidden");
  if (status === 404) return text("not_found");
  if (status === 0) return text("offline");
  return text("failed", { status });
}

export function guardRequests() {
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrf();
    const part = event.detail.elt.closest("[data-part]")?.dataset.part;
    if (part) event.detail.headers["Cheji-Part"] = part;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status !== 401 && !signedOut(xhr.responseURL)) return;
    event.detail.shouldSwap = false;
    askToSignIn();
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { status, responseText } = event.detail.xhr;
    if (status !== 401) say(saidNo(responseText, status), "danger");
  });
  document.addEventListener("htmx:sendError", () => say(problem(0), "danger"));
}
