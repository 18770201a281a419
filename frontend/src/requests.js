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
  const answer = await fetch(address, { headers: { "Cheji-Part": part, Accept: "text/html" } });
  if (signedOut(answer.url) || answer.status === 401) {
    askToSignIn();
    throw new Error(text("signed_out"));
  }
  if (!answer.ok) throw new Error(problem(answer.status));
  return answer.text();
}

// POST of a form in the drawer: what the server answers with, or where it goes on (`next`).
export async function sendForm(address, data) {
  const headers = { "Cheji-Part": "drawer", Accept: "text/html" };
  const answer = await fetch(address, { method: "POST", headers, body: data });
  const next = answer.headers.get("Cheji-Next") || "";
  if (answer.status === 401 || signedOut(next)) {
    askToSignIn();
    throw new Error(text("signed_out"));
  }
  if (!answer.ok && ![409, 422].includes(answer.status)) throw new Error(problem(answer.status));
  return { html: await answer.text(), next };
}

// POST of JSON; returns the parsed answer with `status` added.
export async function sendJson(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), Accept: "application/json" },
    body: JSON.stringify(body),
  });
  if (signedOut(answer.url) || answer.status === 401) {
    askToSignIn();
    throw new Error(text("signed_out"));
  }
  if (!(answer.headers.get("Content-Type") || "").includes("json")) throw new Error(problem(answer.status));
  return { ...(await answer.json()), status: answer.status };
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
    if (event.detail.xhr.status !== 401) say(problem(event.detail.xhr.status), "danger");
  });
  document.addEventListener("htmx:sendError", () => say(problem(0), "danger"));
}
