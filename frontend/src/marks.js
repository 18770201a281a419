// The evaluation form saves each line as it is typed; what is refused stays typed, with the reason.
import { sendJson } from "./requests.js";
import { text } from "./texts.js";

const WAIT = 700;

export function marks() {
  const form = document.querySelector("form[data-marks]");
  if (!form) return;
  const waiting = new Map();
  const later = (line, wait) => {
    clearTimeout(waiting.get(line));
    waiting.set(line, setTimeout(() => save(form, line), wait));
  };
  const lineOf = (event) => event.target.closest("[data-mark]");
  form.addEventListener("input", (event) => lineOf(event) && later(lineOf(event), WAIT));
  form.addEventListener("change", (event) => lineOf(event) && later(lineOf(event), 0));
  form.addEventListener("submit", (event) => {
    waiting.forEach((timer) => clearTimeout(timer));
    hold(form, event);
  });
  form.addEventListener("keydown", (event) => onward(form, event));
}

// What is on its way is waited for, so that the form goes with the versions that came back.
function hold(form, event) {
  if (!form.querySelector("[data-busy]")) return;
  event.preventDefault();
  const button = event.submitter;
  const look = () => (form.querySelector("[data-busy]") ? setTimeout(look, 50) : form.requestSubmit(button));
  look();
}

// Enter goes to the next mark, Shift and Enter to the one before.
function onward(form, event) {
  if (event.key !== "Enter" || event.target.tagName !== "INPUT" || event.ctrlKey) return;
  event.preventDefault();
  const fields = [...form.querySelectorAll(".given input:enabled")];
  const at = fields.indexOf(event.target.closest("[data-mark]")?.querySelector(".given input"));
  const next = fields[at + (event.shiftKey ? -1 : 1)];
  if (next) {
    next.focus();
    next.select();
  }
}

async function save(form, line) {
  if (line.dataset.busy) {
    line.dataset.again = "1";
    return;
  }
  const key = line.dataset.mark;
  const field = (name) => line.querySelector(`[name="${name}-${key}"]`);
  const body = { key, version: field("version").value };
  for (const name of ["mark", "comment", "evidence"]) {
    if (field(name)) body[name] = field(name).value;
  }
  line.dataset.busy = "1";
  try {
    tell(line, await sendJson(line.dataset.saves || form.dataset.marks, body), field("version"));
  } catch (fault) {
    tell(line, { ok: false, message: fault.message || text("offline") }, null);
  } finally {
    delete line.dataset.busy;
    if (line.dataset.again) {
      delete line.dataset.again;
      save(form, line);
    }
  }
  form.querySelector("[data-marks-said]").textContent = text("marks_saved", counts(form));
}

function counts(form) {
  const fields = [...form.querySelectorAll(".given input")];
  return { done: fields.filter((field) => field.value.trim()).length, all: fields.length };
}

function tell(line, answer, version) {
  const fault = line.querySelector("[data-mark-fault]");
  line.classList.toggle("is-wrong", !answer.ok);
  fault.hidden = answer.ok;
  if (!answer.ok) {
    const more = answer.meanwhile ? ` ${text("marks_meanwhile", { mark: answer.meanwhile })}` : "";
    fault.querySelector("span").textContent = answer.message + more;
  }
  if (version && answer.version !== undefined) version.value = answer.version;
  line.querySelector("[data-mark-said]").textContent = answer.ok ? answer.message : "";
  const files = line.querySelector("[data-mark-files]");
  if (files && answer.files) {
    files.href = answer.files;
    files.hidden = false;
  }
  const input = line.querySelector(".given input");
  if (input) input.toggleAttribute("aria-invalid", !answer.ok);
}
