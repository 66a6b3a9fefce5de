// The satisfaction question: five levels, an optional text, answered once.

import { el, icon } from "./dom.js";
import { t } from "./texts.js";

const LEVELS = [5, 4, 3, 2, 1];

export function ratingCard(card, actions) {
  const node = el("section", { class: "card rating", "aria-label": t.rateTitle });
  show(node, card, actions);
  return node;
}

function show(node, card, actions) {
  const level = t.levels[card.state];
  node.replaceChildren(el("h2", { text: t.rateTitle }),
    level ? el("p", { class: "done" }, icon("check"), t.rated(level)) : form(node, card, actions));
}

function form(node, card, actions) {
  const name = `rating-${card.satisfaction_id}`;
  const levels = LEVELS.map((level) => {
    const choice = el("input", { type: "radio", name, value: level });
    return el("label", { class: "level" }, choice, el("span", { text: t.levels[level] }));
  });
  const text = el("textarea", { rows: 2, maxlength: 500, placeholder: t.rateMore, "aria-label": t.rateMore });
  const problem = el("p", { class: "problem", role: "alert", text: card.problem ?? "", hidden: !card.problem });
  const body = el("form", { class: "form", novalidate: true, "aria-label": t.rateTitle },
    el("div", { class: "levels", role: "radiogroup", "aria-label": t.rateTitle }, ...levels), text, problem,
    el("div", { class: "buttons" }, el("button", { class: "primary", text: t.rateSend })));
  body.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = body.querySelector("input:checked");
    if (!chosen) { problem.textContent = t.rateChoose; problem.hidden = false; return; }
    card.state = chosen.value;
    card.problem = "";
    actions.rate({ satisfaction_id: card.satisfaction_id, level: Number(chosen.value), text: text.value.trim() });
    show(node, card, actions);
  });
  return body;
}
