// What the customer has said and the shop has not yet acknowledged. Kept in storage, one entry per
// message, so that neither a reload nor a broken line loses anything; pictures last as long as the page.

import { storage, uuid } from "./dom.js";

const PREFIX = "kefu.out.";

export class Outbox {
  constructor() {
    this.entries = storage.keys().filter((key) => key.startsWith(PREFIX)).map((key) => {
      try { return JSON.parse(storage.get(key)); } catch { storage.remove(key); return null; }
    }).filter(Boolean).sort((a, b) => a.made - b.made);
  }

  add(content) {
    const last = this.entries.at(-1);
    const entry = { client_id: uuid(), made: Math.max(Date.now(), (last?.made ?? 0) + 1), error: "", ...content };
    this.entries.push(entry);
    if (!entry.file) storage.set(PREFIX + entry.client_id, JSON.stringify(entry));
    return entry;
  }

  // The next one to send: in order, passing over those the shop will not take.
  next() {
    return this.entries.find((entry) => !entry.error) ?? null;
  }

  find(clientId) {
    return this.entries.find((entry) => entry.client_id === clientId) ?? null;
  }

  fail(clientId, code) {
    const entry = this.find(clientId);
    if (!entry) return;
    entry.error = code;
    if (!entry.file) storage.set(PREFIX + clientId, JSON.stringify(entry));
  }

  remove(clientId) {
    storage.remove(PREFIX + clientId);
    const at = this.entries.findIndex((entry) => entry.client_id === clientId);
    if (at >= 0) this.entries.splice(at, 1);
  }
}
