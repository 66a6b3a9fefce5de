// Where the customer writes: text, emoji, pictures.

import { $, el, icon } from "./dom.js";
import { t } from "./texts.js";

const EMOJI = [..."😀😄😊🙂😉😍😘😎🤔😅😂😭😢😡😱😴🤝👍👎👌🙏💪👏🎉❤💔🌹🌟🔥🎁📦🚚🛒💰🧾📷📞⏰✅❌❓❗💯☕🍎👗👟"];
const MAX_PICTURE = 5 * 1024 * 1024;
const TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const TYPING_MS = 3_000;

export class Composer {
  constructor(actions) {
    this.actions = actions; // text, picture, refuse, typing
    this.text = $("text");
    this.typedAt = 0;
    $("send").append(icon("send"));
    $("emoji").append(icon("emoji"));
    $("picture").append(icon("picture"));
    this.#fillEmoji();
    this.text.addEventListener("input", () => this.#typed());
    this.text.addEventListener("keydown", (event) => this.#key(event));
    this.text.addEventListener("paste", (event) => this.#files(event, event.clipboardData));
    this.text.addEventListener("blur", () => this.#stopTyping());
    $("send").addEventListener("click", () => this.send());
    $("picture").addEventListener("click", () => $("file").click());
    $("file").addEventListener("change", (event) => { this.#pictures(event.target.files); event.target.value = ""; });
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => { event.preventDefault(); this.#files(event, event.dataTransfer); });
    this.#fit();
  }

  label() {
    this.text.placeholder = t.placeholder;
    this.text.setAttribute("aria-label", t.placeholder);
    for (const name of ["send", "emoji", "picture"]) {
      $(name).setAttribute("aria-label", t[name]);
      $(name).title = t[name];
    }
  }

  send() {
    const text = this.text.value.trim();
    if (!text) return;
    this.text.value = "";
    this.#fit();
    this.#stopTyping();
    this.actions.text(text);
    this.text.focus();
  }

  restore(text) {
    this.text.value = [text, this.text.value].filter(Boolean).join("\n");
    this.#fit();
    this.text.focus();
  }

  #key(event) {
    // While an input method composes, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.send();
  }

  #typed() {
    this.#fit();
    const now = Date.now();
    if (this.text.value && now - this.typedAt > TYPING_MS) { this.typedAt = now; this.actions.typing(true); }
    if (!this.text.value) this.#stopTyping();
  }

  #stopTyping() {
    if (this.typedAt) { this.typedAt = 0; this.actions.typing(false); }
  }

  #fit() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(120, this.text.scrollHeight)}px`;
    $("send").disabled = !this.text.value.trim();
  }

  #files(event, data) {
    const files = [...(data?.files ?? [])];
    if (files.length) { event.preventDefault(); this.#pictures(files); }
  }

  #pictures(files) {
    for (const file of files) {
      if (!TYPES.has(file.type)) this.actions.refuse("no_picture");
      else if (file.size > MAX_PICTURE) this.actions.refuse("too_large");
      else this.actions.picture(file);
    }
  }

  #fillEmoji() {
    const panel = $("emoji-panel"), button = $("emoji");
    const open = (on) => { panel.hidden = !on; button.setAttribute("aria-expanded", String(on)); };
    open(false);
    const fill = () => { for (const sign of EMOJI.filter(drawable())) panel.append(el("button", { type: "button", role: "option", text: sign, on: { click: () => { this.#insert(sign); open(false); } } })); };
    button.addEventListener("click", () => { if (!panel.firstChild) fill(); open(panel.hidden); if (!panel.hidden) panel.firstChild.focus(); });
    document.addEventListener("keydown", (event) => event.key === "Escape" && !panel.hidden && (event.stopPropagation(), open(false), button.focus()), true);
    document.addEventListener("click", (event) => !panel.contains(event.target) && !button.contains(event.target) && open(false));
  }

  #insert(sign) {
    this.text.setRangeText(sign, this.text.selectionStart, this.text.selectionEnd, "end");
    this.text.focus();
    this.#typed();
  }
}

// Tells signs the device has a picture for from those it would show as an empty box.
function drawable() {
  const pen = el("canvas", { width: 24, height: 24 }).getContext("2d", { willReadFrequently: true });
  pen.font = "16px system-ui, sans-serif";
  pen.textBaseline = "top";
  const drawn = (sign) => { pen.clearRect(0, 0, 24, 24); pen.fillText(sign, 0, 2); return pen.getImageData(0, 0, 24, 24).data.join(); };
  const box = drawn("\u{10FFFD}");
  return (sign) => drawn(sign) !== box;
}
