// The line to the shop: a WebSocket, or waiting requests where none gets through. It resumes after a
// break from its cursor, and sends one message at a time, so that both sides see everything once and
// in order. See PROTOCOL.md.

import { storage } from "./dom.js";
import { Outbox } from "./outbox.js";

const TOKEN = "kefu.token";
const QUIET_MS = 25_000, DEAD_MS = 40_000, ACK_MS = 15_000, POLL_S = 25, UPGRADE_MS = 60_000;
const AGAIN = new Set(["rate", "busy"]);

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export class Link {
  constructor(events) {
    this.events = events; // state, welcome, messages, sent, refused, news
    this.outbox = new Outbox();
    this.cursor = null;
    this.state = "idle";
    this.socket = null;
    this.failures = 0;
    this.inFlight = null;
    this.name = "";
    addEventListener("online", () => this.#hurry());
    addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#hurry());
    setInterval(() => this.#watch(), 5_000);
  }

  get known() { return Boolean(storage.get(TOKEN)); }

  start() {
    if (this.state !== "idle") return;
    this.#become("connecting");
    this.#connect();
  }

  say(content) {
    const entry = this.outbox.add(content);
    this.#pump();
    return entry;
  }

  seen(seq, read) { this.#frame({ t: "seen", seq, read }); }

  typing(on) { this.#frame({ t: "typing", on }); }

  async older(before) {
    const answer = await this.#fetch(`/api/history?before=${before}`);
    return answer.ok ? (await answer.json()).messages : null; // null: ask again later
  }

  // --- the WebSocket -----------------------------------------------------------------------

  #connect() {
    clearTimeout(this.timer);
    const address = location.origin.replace(/^http/, "ws") + "/ws";
    const socket = this.socket = new WebSocket(address);
    this.heard = Date.now();
    this.welcomed = false;
    socket.onopen = () => socket.send(JSON.stringify({ t: "hello", token: storage.get(TOKEN) ?? "", cursor: this.cursor }));
    socket.onmessage = (event) => { this.heard = Date.now(); this.#hear(JSON.parse(event.data)); };
    socket.onclose = () => socket === this.socket && this.#lost();
  }

  #lost() {
    this.socket = null;
    this.inFlight = null;
    if (this.state !== "connecting" || this.failures > 0) this.#become("offline");
    this.failures = this.welcomed ? 1 : this.failures + 1;
    if (this.failures >= 3) { this.#poll(); return; }
    const wait = Math.min(8_000, 400 * 2 ** this.failures) * (0.5 + Math.random());
    this.timer = setTimeout(() => this.#connect(), this.welcomed ? 200 + Math.random() * 600 : wait);
  }

  #hurry() {
    if (this.state === "offline" && !this.socket && !this.polling) this.#connect();
  }

  #watch() {
    if (!this.socket || this.socket.readyState !== WebSocket.OPEN) return;
    const quiet = Date.now() - this.heard;
    const stuck = this.inFlight && Date.now() - this.inFlight.at > ACK_MS;
    if (quiet > DEAD_MS || stuck) { const old = this.socket; old.onclose = null; old.close(); this.#lost(); }
    else if (quiet > QUIET_MS) this.#frame({ t: "ping" });
  }

  #hear(frame) {
    switch (frame.t) {
      case "welcome": this.welcomed = true; this.failures = 0; this.#welcome(frame); break;
      case "messages": this.#take(frame.messages); this.events.messages(frame.messages); break;
      case "ack": this.#acknowledged(frame); break;
      case "refused": this.#refused(frame); break;
      case "pong": break;
      default: this.events.news(frame);
    }
  }

  #welcome(frame) {
    if (frame.token) storage.set(TOKEN, frame.token);
    if (!frame.resumed) this.cursor = { epoch: frame.epoch, seq: 0 };
    this.#take(frame.messages);
    this.events.welcome(frame);
    this.#become("online");
    this.#pump();
  }

  #take(messages) {
    for (const message of messages) {
      this.cursor.seq = Math.max(this.cursor.seq, message.seq);
      if (message.client_id && this.outbox.find(message.client_id)) this.#done(message.client_id);
    }
  }

  // --- what goes out -----------------------------------------------------------------------

  #pump() {
    if (this.state !== "online" || this.inFlight) return;
    const entry = this.outbox.next();
    if (!entry) return;
    this.inFlight = { client_id: entry.client_id, at: Date.now() };
    if (entry.file) this.#upload(entry);
    else if (this.polling) this.#post(entry);
    else this.#frame(this.#say(entry));
  }

  #say({ client_id, kind = "text", text = "", payload = null }) {
    return { t: "say", client_id, kind, text, payload, name: this.name };
  }

  #frame(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
    else if (this.polling) this.#fetch("/api/messages", { method: "POST", body: JSON.stringify(frame) }).catch(() => {});
  }

  async #upload(entry) {
    const query = new URLSearchParams({ client_id: entry.client_id, name: this.name });
    await this.#submit(entry, `/api/attachments?${query}`, entry.file);
  }

  #post(entry) { return this.#submit(entry, "/api/messages", JSON.stringify(this.#say(entry))); }

  async #submit(entry, address, body) {
    try {
      const answer = await this.#fetch(address, { method: "POST", body });
      const frame = await answer.json();
      if (answer.ok) this.#acknowledged(frame);
      else this.#refused({ ...frame, client_id: entry.client_id });
    } catch {
      this.#refused({ code: "busy", client_id: entry.client_id, retry_ms: 3_000 });
    }
  }

  #acknowledged(frame) {
    this.#done(frame.client_id, frame);
    this.#pump();
  }

  #done(clientId, frame = null) {
    const entry = this.outbox.find(clientId);
    this.outbox.remove(clientId);
    if (this.inFlight?.client_id === clientId) this.inFlight = null;
    if (entry && frame) this.events.sent(entry, frame);
  }

  async #refused(frame) {
    if (frame.code === "token") { storage.remove(TOKEN); this.cursor = null; this.events.forgotten(); return; }
    if (this.inFlight?.client_id === frame.client_id) {
      if (AGAIN.has(frame.code)) {
        // Still the next in line; later ones wait behind it.
        this.inFlight.at = Date.now() + (frame.retry_ms || 1_000);
        this.events.refused(frame);
        await pause(Math.min(10_000, frame.retry_ms || 1_000));
        this.inFlight = null;
      } else {
        this.outbox.fail(frame.client_id, frame.code);
        this.inFlight = null;
        this.events.refused(frame);
      }
      this.#pump();
    } else this.events.refused(frame);
  }

  // --- without WebSocket -------------------------------------------------------------------

  async #poll() {
    this.polling = true;
    const upgrade = Date.now() + UPGRADE_MS;
    let told = true;
    while (Date.now() < upgrade || this.inFlight) {
      try {
        if (!this.known) await this.#introduce();
        const { epoch = "", seq = 0 } = this.cursor ?? {};
        const wait = told || this.state !== "online" ? 0 : POLL_S;
        const answer = await this.#fetch(`/api/messages?epoch=${epoch}&after=${seq}&wait=${wait}`);
        const frame = await answer.json();
        if (!answer.ok) { await this.#refused(frame); await pause(1_000); continue; }
        told = frame.messages.length > 0;
        this.#arrive(frame);
      } catch {
        this.#become("offline");
        await pause(2_000 + Math.random() * 2_000);
      }
    }
    this.polling = false;
    this.failures = 2; // one try; if it fails, back to here
    this.#connect();
  }

  #arrive(frame) {
    if (this.state !== "online" || !frame.resumed) this.#welcome(frame);
    else if (frame.messages.length) { this.#take(frame.messages); this.events.messages(frame.messages); }
    if (this.cursor) this.cursor.seq = Math.max(this.cursor.seq, frame.seq);
    this.events.news({ t: "read", at: frame.read_at });
    for (const news of frame.told) this.events.news(news);
  }

  async #introduce() {
    const answer = await this.#fetch("/api/visitors", { method: "POST" });
    const frame = await answer.json();
    if (frame.token) storage.set(TOKEN, frame.token);
  }

  #fetch(address, options = {}) {
    return fetch(address, { ...options, headers: { authorization: `Bearer ${storage.get(TOKEN) ?? ""}` } });
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.events.state(state);
  }
}
