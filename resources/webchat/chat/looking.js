// The product or order the shop's page is about, offered to be sent along.

import { $, el, icon } from "./dom.js";
import { orderCard, productCard } from "./cards.js";
import { t } from "./texts.js";

export class Looking {
  constructor(send) {
    this.send = send;
    this.node = $("looking");
    this.thing = null;
  }

  offer(kind, payload) {
    if (!payload || this.thing?.key === JSON.stringify(payload)) return;
    this.thing = { kind, payload, key: JSON.stringify(payload) };
    this.render();
  }

  render() {
    this.node.hidden = !this.thing;
    this.node.replaceChildren();
    if (!this.thing) return;
    const { kind, payload } = this.thing;
    const send = el("button", { type: "button", class: "secondary small", text: t.sendThis, on: { click: () => this.#send() } });
    this.node.append(
      el("div", { class: "looking-head" },
        el("span", { class: "muted", text: kind === "product_card" ? t.looking : t.myOrder }),
        el("button", { type: "button", class: "plain icon small", "aria-label": t.dismiss, title: t.dismiss, on: { click: () => this.#hide() } }, icon("close"))),
      kind === "product_card" ? productCard(payload, send) : orderCard(payload, send));
  }

  #send() {
    const { kind, payload } = this.thing;
    this.#hide();
    this.send(kind, payload);
  }

  #hide() {
    const key = this.thing.key;
    this.thing = null;
    this.render();
    this.thing = null;
    this.hidden = key;
  }
}
