// The form for visitors who come while nobody is at the desk.

import { el } from "./dom.js";
import { t } from "./texts.js";

export function leaveForm(send) {
  const name = el("input", { name: "name", autocomplete: "name", maxlength: 40 });
  const contact = el("input", { name: "contact", autocomplete: "tel", maxlength: 80 });
  const message = el("textarea", { name: "message", rows: 3, maxlength: 1500 });
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const field = (label, input) => el("label", {}, el("span", { text: label }), input);
  const form = el("form", { class: "card form leave", novalidate: true, "aria-label": t.leaveTitle },
    el("h2", { text: t.leaveTitle }), el("p", { class: "muted", text: t.leaveHint }),
    el("div", { class: "pair" }, field(t.yourName, name), field(t.contact, contact)), field(t.message, message), problem,
    el("div", { class: "buttons" }, el("button", { class: "primary", text: t.leave })));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [who, how, what] = [name, contact, message].map((input) => input.value.trim());
    if (!how || !what) { problem.textContent = t.contactNeeded; problem.hidden = false; return; }
    send(what, { offline: true, name: who, contact: how });
    form.replaceChildren(el("p", { class: "done confirmed", role: "status", text: t.left }));
  });
  return form;
}
