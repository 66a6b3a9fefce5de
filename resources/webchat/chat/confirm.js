// The confirmation card: what will be sent where, to be confirmed or corrected.

import { el, icon } from "./dom.js";
import { itemRow } from "./cards.js";
import { t } from "./texts.js";

const PHONE = /^(\+?86[- ]?)?1[3-9]\d{9}([-转,，]\d{1,6})?$|^0\d{2,3}-?\d{7,8}(-\d{1,6})?$|^\+?\d{8,15}$/;
let regions = null;

async function loadRegions() {
  regions ??= fetch("/api/regions").then((answer) => (answer.ok ? answer.json() : {})).catch(() => ({}));
  return regions;
}

export function confirmCard(card, actions) {
  const node = el("section", { class: "card confirm", "aria-label": t.confirmTitle });
  show(node, card, actions);
  return node;
}

function show(node, card, actions) {
  node.replaceChildren(
    el("h2", { text: t.confirmTitle }),
    el("dl", {},
      ...line(t.orderNumber, card.order_number), ...line(t.recipient, card.recipient), ...line(t.phone, card.phone_masked),
      ...line(t.address, card.address), ...line(t.promise, card.promise)),
    ...(card.items ?? []).map(itemRow),
    foot(node, card, actions));
}

const line = (name, value) => (value ? [el("dt", { text: name }), el("dd", { text: value })] : []);

function foot(node, card, actions) {
  if (card.state === "confirmed" || card.state === "corrected")
    return el("p", { class: `done ${card.state}` }, icon("check"), card.state === "confirmed" ? t.confirmed : t.corrected);
  const problem = card.problem ? el("p", { class: "problem", role: "alert", text: card.problem }) : null;
  const confirm = () => {
    card.state = "confirmed";
    actions.answer({ confirmation_id: card.confirmation_id, state: "confirmed" }, t.saidConfirmed);
    show(node, card, actions);
  };
  return el("div", {}, problem, el("div", { class: "buttons" },
    el("button", { type: "button", class: "primary", text: t.confirm, on: { click: confirm } }),
    el("button", { type: "button", class: "secondary", text: t.change, on: { click: () => edit(node, card, actions) } })));
}

function field(label, input) {
  return el("label", {}, el("span", { text: label }), input);
}

async function edit(node, card, actions) {
  const tree = await loadRegions();
  const recipient = el("input", { value: card.recipient, autocomplete: "name", maxlength: 40, name: "recipient" });
  const phone = el("input", { type: "tel", inputmode: "tel", autocomplete: "tel", maxlength: 30, name: "phone", placeholder: t.keepPhone(card.phone_masked ?? "") });
  const place = places(tree, card);
  const detail = el("textarea", { rows: 2, maxlength: 200, name: "detail", autocomplete: "street-address" });
  detail.value = card.detail ?? "";
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const form = el("form", { class: "form", novalidate: true, "aria-label": t.formTitle },
    el("h2", { text: t.formTitle }),
    field(t.recipient, recipient), field(t.phone, phone),
    el("div", { class: "places" }, field(t.province, place.province), field(t.city, place.city), field(t.district, place.district)),
    field(t.detail, detail), problem,
    el("div", { class: "buttons" },
      el("button", { class: "primary", text: t.submit }),
      el("button", { type: "button", class: "secondary", text: t.cancel, on: { click: () => show(node, card, actions) } })));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { changes, error } = read(card, { recipient, phone, ...place, detail });
    if (error) { problem.textContent = error; problem.hidden = false; return; }
    card.state = "corrected";
    actions.answer({ confirmation_id: card.confirmation_id, state: "corrected", ...changes }, t.saidCorrected);
    show(node, card, actions);
  });
  node.replaceChildren(form);
  recipient.focus({ preventScroll: true });
  node.scrollIntoView({ block: "nearest" });
}

function read(card, inputs) {
  const value = (name) => inputs[name].value.replace(/\s+/g, " ").trim();
  const changes = {};
  if (value("recipient") && value("recipient") !== (card.recipient ?? "")) changes.recipient = value("recipient");
  if (value("phone")) {
    if (!PHONE.test(value("phone"))) return { error: t.badPhone };
    changes.phone = value("phone");
  }
  const address = ["province", "city", "district", "detail"];
  if (address.some((name) => value(name) !== (card[name] ?? ""))) {
    const needed = inputs.district.options?.length === 1 ? ["province", "city", "detail"] : address;
    if (needed.some((name) => !value(name))) return { error: t.badAddress };
    for (const name of address) changes[name] = value(name);
  }
  return Object.keys(changes).length ? { changes } : { error: t.nothingChanged };
}

// Three selects fed by the divisions; plain fields where those are missing.
function places(tree, card) {
  if (!Object.keys(tree).length) {
    const plain = (name) => el("input", { name, value: card[name], maxlength: 40 });
    return { province: plain("province"), city: plain("city"), district: plain("district") };
  }
  const select = (name) => el("select", { name });
  const province = select("province"), city = select("city"), district = select("district");
  const cities = () => Object.keys(tree[province.value] ?? {});
  const districts = () => tree[province.value]?.[city.value] ?? [];
  const fillCity = (chosen) => { fill(city, cities(), chosen); fill(district, districts(), ""); };
  province.addEventListener("change", () => fillCity(cities().length === 1 ? cities()[0] : ""));
  city.addEventListener("change", () => fill(district, districts(), ""));
  fill(province, Object.keys(tree), card.province);
  fill(city, cities(), card.city);
  fill(district, districts(), card.district);
  return { province, city, district };
}

function fill(select, names, chosen) {
  select.replaceChildren(el("option", { value: "", text: t.choose }), ...names.map((name) => el("option", { value: name, text: name })));
  select.value = names.includes(chosen) ? chosen : "";
}
