// Puts the page together: the line, the thread, the composer, and the shop's page around it.

import { $, icon, storage } from "./dom.js";
import { Composer } from "./composer.js";
import { leaveForm } from "./leave.js";
import { Link } from "./link.js";
import { Looking } from "./looking.js";
import { language, speak, t } from "./texts.js";
import { Thread } from "./thread.js";

const LANGUAGE = "kefu.language";
const query = new URLSearchParams(location.search);
const framed = window.parent !== window;
const shop = { name: "", staffed: true, form: false };
let open = !framed, seenSeq = 0, readSeq = 0, unread = 0, typingTimer = 0, noticeTimer = 0, form = null, formFor = "";

const link = new Link({ state: showStatus, welcome, messages: arrived, sent, refused, news, forgotten });
const thread = new Thread(link.outbox, { edit, drop, answer, rate, read: markRead });
const looking = new Looking((kind, payload) => say({ kind, text: payload.title ?? payload.number ?? "", payload }));
const composer = new Composer({
  text: (text) => say({ text }),
  picture: (file) => say({ kind: "image", file }),
  refuse: (code) => notice(t.refused[code]),
  typing: (on) => link.typing(on),
});

function say(content) {
  link.start();
  link.say(content);
  thread.render();
  thread.toEnd();
}

function answer(payload, text) { say({ kind: "confirm_answer", text, payload }); }

function rate(payload) { say({ kind: "satisfaction_answer", payload }); }

// What was refused goes back to where it was written.
function edit(message) {
  drop(message.id);
  composer.restore(message.text);
}

function drop(id) { link.outbox.remove(id); thread.render(); }

// --- what comes from the shop ----------------------------------------------------------------

function welcome(frame) {
  if (!frame.resumed) { thread.clear(); thread.more = frame.more; }
  thread.readAt = frame.read_at;
  thread.online = true;
  if (frame.staffed !== shop.staffed) { shop.staffed = frame.staffed; showStaffed(); }
  arrived(frame.messages, !frame.resumed);
  if (frame.recalled.length) thread.remove(frame.recalled);
  $("older").hidden = !thread.more;
}

function arrived(messages, first = false) {
  const news = thread.add(messages);
  seenSeq = Math.max(seenSeq, thread.lastSeq);
  if (news && !first) { showTyping(false); if (!looked()) countUnread(messages.filter((m) => m.author !== "me").length); }
  if (messages.some((message) => message.author !== "me")) { if (looked()) markRead(); else link.seen(seenSeq, false); }
}

function sent(entry, ack) {
  if (entry.kind === "satisfaction_answer") { thread.render(); return; } // it stands on its card
  if (!thread.messages.some((message) => message.id === ack.id))
    thread.add([{ seq: 0, id: ack.id, client_id: entry.client_id, author: "me", name: "", kind: entry.kind ?? "text", text: entry.text ?? "",
      payload: entry.payload ?? null, at: ack.at, url: thread.urls.get(entry.client_id) }]);
  else thread.render();
}

function refused(frame) {
  const entry = link.outbox.find(frame.client_id);
  if (entry?.kind === "confirm_answer" && entry.error) {
    // The order did not take it: the card is open again and says why.
    link.outbox.remove(frame.client_id);
    thread.answered(entry.payload.confirmation_id, "", t.reasons[frame.reason] ?? t.refused[frame.code] ?? t.refused.declined);
    return;
  }
  if (entry?.kind === "satisfaction_answer" && entry.error) {
    link.outbox.remove(frame.client_id);
    thread.rated(entry.payload.satisfaction_id, "", t.reasons[frame.reason] ?? t.refused[frame.code] ?? t.refused.declined);
    return;
  }
  if (frame.code === "rate" || frame.code === "busy") notice(t.refused[frame.code]);
  thread.render();
}

function forgotten() { seenSeq = readSeq = 0; thread.clear(); thread.render(); }

function news(frame) {
  if (frame.t === "typing") showTyping(frame.on);
  else if (frame.t === "read" && frame.at > thread.readAt) { thread.readAt = frame.at; thread.render(); }
  else if (frame.t === "recalled") thread.remove(frame.ids);
  else if (frame.t === "card" && frame.satisfaction_id) thread.rated(frame.satisfaction_id, frame.state);
  else if (frame.t === "card") thread.answered(frame.confirmation_id, frame.state);
  else if (frame.t === "staffed") { shop.staffed = frame.on; showStaffed(); }
}

// --- what was looked at ------------------------------------------------------------------------

const looked = () => open && document.visibilityState === "visible" && thread.stuck;

function markRead() {
  if (!looked()) return;
  countUnread(-unread);
  if (seenSeq > readSeq) { readSeq = seenSeq; link.seen(seenSeq, true); }
}

function countUnread(more) {
  unread += more;
  tell("unread", unread);
}

// --- what is shown -----------------------------------------------------------------------------

function showStatus() {
  const state = link.state;
  thread.online = state === "online";
  const quiet = state === "online" || state === "idle";
  $("status").textContent = quiet ? (shop.staffed ? t.here : t.away) : state === "connecting" ? t.connecting : t.offline;
  $("chat").dataset.state = quiet ? (shop.staffed ? "here" : "away") : state;
  thread.render();
}

function showTyping(on) {
  clearTimeout(typingTimer);
  const stuck = thread.stuck;
  $("typing").hidden = !on;
  $("typing").setAttribute("aria-label", t.typing);
  if (on) { $("status").textContent = t.typing; typingTimer = setTimeout(() => showTyping(false), 6_000); }
  else showStatus();
  if (stuck) thread.toEnd();
}

function showStaffed() {
  thread.staffed = shop.staffed;
  const wanted = `${shop.staffed} ${shop.form} ${language}`;
  if (wanted === formFor) { showStatus(); return; } // what is being filled in stays
  formFor = wanted;
  form?.remove();
  form = !shop.staffed && shop.form ? leaveForm((text, payload) => say({ text, payload })) : null;
  if (form) $("typing").before(form);
  showStatus();
}

function notice(text) {
  clearTimeout(noticeTimer);
  $("notice").textContent = text;
  $("notice").hidden = !text;
  noticeTimer = setTimeout(() => notice(""), 5_000);
}

function label() {
  const name = shop.name || t.shop;
  $("shop-name").textContent = name;
  $("shop-avatar").textContent = [...name][0];
  $("language").textContent = t.language;
  $("language").setAttribute("aria-label", t.languageLabel);
  $("close").setAttribute("aria-label", t.close);
  $("down").setAttribute("aria-label", t.newest);
  $("older").textContent = t.older;
  $("thread").setAttribute("aria-label", t.thread);
  composer.label();
  looking.render();
  showStaffed();
  thread.say(language);
}

function choose(name) {
  speak(name);
  label();
  tell("title", t.title);
}

// --- the shop's page around ----------------------------------------------------------------------

function tell(type, value) {
  if (framed) window.parent.postMessage({ kefu: 1, type, value }, "*"); // carries no content of the chat
}

function context({ product, order, customer, lang }) {
  if (lang && !storage.get(LANGUAGE)) choose(lang);
  if (customer?.name) link.name = String(customer.name).slice(0, 40);
  if (product) looking.offer("product_card", product);
  if (order) looking.offer("order_card", order);
}

window.addEventListener("message", (event) => {
  if (event.source !== window.parent || event.data?.kefu !== 1) return;
  const { type, value } = event.data;
  if (type === "context") context(value);
  if (type === "open") {
    open = value;
    if (open) { link.start(); thread.toEnd(); markRead(); if (matchMedia("(hover: hover)").matches) $("text").focus(); }
  }
});

function parsed(name) {
  try { return JSON.parse(query.get(name)); } catch { return null; }
}

// --- start -----------------------------------------------------------------------------------------

async function start() {
  $("close").append(icon("close"));
  $("down").append(icon("down"));
  $("close").hidden = !framed;
  $("close").addEventListener("click", () => tell("close"));
  $("down").addEventListener("click", () => { thread.toEnd(); markRead(); });
  $("language").addEventListener("click", () => { storage.set(LANGUAGE, language === "zh" ? "en" : "zh"); choose(language === "zh" ? "en" : "zh"); });
  $("older").addEventListener("click", showOlder);
  document.addEventListener("keydown", (event) => event.key === "Escape" && tell("close"));
  document.addEventListener("visibilitychange", markRead);
  choose(storage.get(LANGUAGE) ?? query.get("lang") ?? (navigator.language.startsWith("zh") ? "zh" : "en"));
  context({ product: parsed("product"), order: parsed("order"), customer: { name: query.get("name") } });
  tell("ready");
  const config = await fetch("/api/config").then((answer) => answer.json()).catch(() => null);
  if (config) {
    Object.assign(shop, { name: config.shop, staffed: config.staffed, form: config.offline_form });
    thread.greeting = config.greeting;
    label();
  }
  if (open || link.known) link.start();
}

async function showOlder() {
  const first = thread.messages[0];
  const page = first ? await link.older(first.seq) : [];
  if (!page) return notice(t.later);
  const height = $("thread").scrollHeight;
  thread.more = page.length >= 100;
  thread.stuck = false;
  thread.add(page);
  $("older").hidden = !thread.more;
  $("thread").scrollTop += $("thread").scrollHeight - height;
}

start();
