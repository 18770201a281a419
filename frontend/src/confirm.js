// data-confirm="question" on a form, a submit button or a link asks before it acts; so does hx-confirm.
const dialog = () => document.getElementById("confirm");

export function confirmations() {
  document.addEventListener("submit", (event) => {
    const asker = event.submitter?.dataset.confirm ? event.submitter : event.target;
    if (!asker.dataset.confirm || event.target.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(asker.dataset).then((yes) => yes && resend(event.target, event.submitter));
  }, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-confirm]");
    if (!link) return;
    event.preventDefault();
    ask(link.dataset).then((yes) => yes && location.assign(link.href));
  });
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    const { dataset } = event.detail.elt;
    ask({ ...dataset, confirm: event.detail.question }).then((yes) => yes && event.detail.issueRequest(true));
  });
  document.dispatchEvent(new CustomEvent("cheji:asks")); // what was pressed before this is asked for now
}

// Without requestSubmit (Safari before 16) the pressed button is clicked again.
function resend(form, button) {
  form.dataset.confirmed = "yes";
  if (button) button.click();
  else if (form.requestSubmit) form.requestSubmit();
  else form.submit();
  delete form.dataset.confirmed;
}

export function ask({ confirm: question, confirmTitle, confirmOk, confirmTone }) {
  const box = dialog();
  const [title, words, yes] = ["title", "question", "ok"].map((part) => box.querySelector(`[data-part=${part}]`));
  title.textContent = confirmTitle || title.dataset.usual;
  words.textContent = question;
  yes.textContent = confirmOk || yes.dataset.usual;
  yes.className = `btn ${confirmTone === "danger" ? "btn-danger" : "btn-primary"}`;
  box.returnValue = "";
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener("close", () => resolve(box.returnValue === "yes"), { once: true });
  });
}
