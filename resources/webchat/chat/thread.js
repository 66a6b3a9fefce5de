// The list of messages: what the shop confirmed in its order, then what is still on the way.

import { $, el } from "./dom.js";
import { body } from "./cards.js";
import { fullMoment, moment, t } from "./texts.js";

const GAP_MS = 5 * 60_000;
const NEAR_PX = 80;

export class Thread {
  constructor(outbox, actions) {
    this.outbox = outbox;
    this.actions = actions; // edit, drop, answer, read
    this.messages = []; // by time
    this.nodes = new Map();
    this.urls = new Map(); // pictures on the way
    this.readAt = 0;
    this.more = false;
    this.staffed = true;
    this.greeting = { zh: "", en: "" };
    this.view = $("thread");
    this.list = $("list");
    this.view.addEventListener("scroll", () => this.#scrolled());
    this.list.addEventListener("load", () => this.stuck && this.toEnd(), true);
    this.stuck = true;
  }

  get last() { return this.messages.at(-1) ?? null; }

  get lastSeq() { return Math.max(0, ...this.messages.map((message) => message.seq ?? 0)); }

  add(messages) {
    let news = false;
    for (const message of messages) {
      const known = this.messages.findIndex((one) => one.id === message.id);
      if (known >= 0) { this.messages[known] = { ...message, url: this.messages[known].url }; continue; }
      let at = this.messages.length;
      while (at > 0 && this.messages[at - 1].at > message.at) at -= 1;
      this.messages.splice(at, 0, message);
      this.nodes.delete(message.client_id);
      news ||= message.author !== "me";
    }
    this.render();
    return news;
  }

  clear() {
    this.messages = [];
    this.nodes.clear();
  }

  remove(ids) {
    for (const message of this.messages)
      if (ids.includes(message.id)) Object.assign(message, { kind: "recalled", text: "", payload: null, picture: null });
    for (const id of ids) this.nodes.delete(id);
    this.render();
  }

  answered(confirmationId, state, problem = "") {
    for (const message of this.messages) {
      if (message.kind !== "confirm_card" || message.payload?.confirmation_id !== confirmationId) continue;
      Object.assign(message.payload, { state, problem });
      this.nodes.delete(message.id);
    }
    this.render();
  }

  rated(satisfactionId, state, problem = "") {
    for (const message of this.messages) {
      if (message.kind !== "satisfaction_card" || message.payload?.satisfaction_id !== satisfactionId) continue;
      Object.assign(message.payload, { state, problem });
      this.nodes.delete(message.id);
    }
    this.render();
  }

  say(language) {
    this.nodes.clear();
    this.language = language;
    this.render();
  }

  render() {
    const stuck = this.stuck;
    const wanted = [];
    if (!this.more) wanted.push(this.#greeting());
    let before = null;
    const pending = this.outbox.entries.filter((entry) => entry.kind !== "satisfaction_answer").map((entry) => this.#pending(entry));
    const lastOwn = [...this.messages, ...pending].findLast((one) => one.author === "me");
    for (const message of [...this.messages, ...pending]) {
      if (!before || message.at - before.at > GAP_MS) wanted.push(this.#time(message));
      const joined = before?.author === message.author && before.name === message.name && message.at - before.at <= GAP_MS;
      wanted.push(this.#bubble(message, joined, message === lastOwn));
      before = message;
    }
    place(this.list, wanted);
    if (stuck) this.toEnd();
    else $("down").hidden = false;
  }

  toEnd() {
    this.view.scrollTop = this.view.scrollHeight;
    this.stuck = true;
    $("down").hidden = true;
  }

  #scrolled() {
    this.stuck = this.view.scrollHeight - this.view.scrollTop - this.view.clientHeight < NEAR_PX;
    if (this.stuck) { $("down").hidden = true; this.actions.read(); }
  }

  #pending(entry) {
    if (entry.file && !this.urls.has(entry.client_id)) this.urls.set(entry.client_id, URL.createObjectURL(entry.file));
    return {
      id: entry.client_id, author: "me", name: "", kind: entry.kind ?? "text", text: entry.text ?? "", at: entry.made,
      payload: entry.payload ?? null, pending: true, error: entry.error, url: this.urls.get(entry.client_id),
    };
  }

  #greeting() {
    const text = this.greeting[this.language] || (this.staffed ? t.greeting : t.greetingAway);
    const key = `greeting ${text}`;
    if (!this.nodes.has(key))
      this.nodes.set(key, el("div", { class: "row shop first" }, el("div", { class: "bubble", text })));
    return this.nodes.get(key);
  }

  #time(message) {
    const key = `time ${message.id}`, text = moment(message.at);
    const node = this.nodes.get(key) ?? el("div", { class: "time" });
    if (node.textContent !== text) node.textContent = text;
    this.nodes.set(key, node);
    return node;
  }

  #bubble(message, joined, last) {
    let node = this.nodes.get(message.id);
    if (!node) {
      node = el("div", { class: "row", title: fullMoment(message.at), "data-id": message.id });
      const name = message.author === "me" ? t.me : message.name || t.agent;
      if (message.kind === "recalled") node.append(el("p", { class: "recalled", text: t.recalled }));
      else node.append(el("span", { class: "name", text: name }), body(message, this.actions), el("div", { class: "state" }));
      this.nodes.set(message.id, node);
    }
    node.className = `row ${message.author} ${joined ? "joined" : "first"}${message.error ? " failed" : ""}`;
    this.#state(node.querySelector(":scope > .state"), message, last);
    return node;
  }

  #state(node, message, last) {
    if (!node) return;
    const key = message.error ? `!${message.error}` : message.author !== "me" || !(last || message.pending) ? ""
      : message.pending ? (last && this.online ? t.sending : t.waiting) : message.at <= this.readAt ? t.read : t.delivered;
    if (node.dataset.key === key) return;
    node.dataset.key = key;
    node.replaceChildren();
    if (!message.error) { node.textContent = key; return; }
    node.append(
      el("span", { class: "why", text: `${t.failed}：${t.refused[message.error] ?? t.refused.busy}` }),
      message.kind === "text" ? el("button", { type: "button", class: "link", text: t.edit, on: { click: () => this.actions.edit(message) } }) : "",
      el("button", { type: "button", class: "link", text: t.drop, on: { click: () => this.actions.drop(message.id) } }),
    );
  }
}

// Puts `wanted` into the parent without touching nodes that are in place: forms keep their focus.
function place(parent, wanted) {
  let at = parent.firstChild;
  for (const node of wanted) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
}
