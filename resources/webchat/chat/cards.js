// What stands in a bubble: text, a picture, or a card.

import { el } from "./dom.js";
import { confirmCard } from "./confirm.js";
import { ratingCard } from "./rating.js";
import { money, t } from "./texts.js";

const LINK = /https?:\/\/[^\s<>"'，。；！？、）】]+/g;

export function body(message, actions) {
  switch (message.kind) {
    case "image": return picture(message);
    case "file": return fileCard(message);
    case "product_card": return productCard(message.payload ?? {});
    case "order_card": return orderCard(message.payload ?? {});
    case "confirm_card": return confirmCard(message.payload ?? {}, actions);
    case "confirm_answer": return answer(message);
    case "satisfaction_card": return ratingCard(message.payload ?? {}, actions);
    default: return el("div", { class: "bubble" }, ...linked(message.text), ...contact(message.payload));
  }
}

function linked(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(from, found.index), link(found[0], found[0]));
    from = found.index + found[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

function contact(payload) {
  if (!payload?.contact) return [];
  return [el("div", { class: "aside", text: `${t.contactLine}：${[payload.name, payload.contact].filter(Boolean).join(" · ")}` })];
}

const link = (href, text) => el("a", { href, text, target: "_blank", rel: "noopener noreferrer nofollow" });

function picture(message) {
  const { url, width, height } = message.picture ?? { url: message.url };
  if (!url) return el("div", { class: "bubble", text: `[${t.image}]` });
  const image = el("img", { src: url, alt: t.image, loading: "lazy", width, height });
  return el("a", { class: "picture", href: url, target: "_blank", rel: "noopener", "aria-label": t.openImage }, image);
}

function fileCard(message) {
  if (!message.file) return el("div", { class: "bubble", text: message.text });
  const { url, name, size } = message.file;
  const large = size >= 1024 * 1024 ? `${(size / 1024 / 1024).toFixed(1)} MB` : `${Math.max(1, Math.round(size / 1024))} KB`;
  return el("a", { class: "card file", href: url, download: name, "aria-label": `${t.download} ${name}` },
    el("span", { class: "item-title", text: name }), el("span", { class: "muted count", text: large }));
}

export function productCard(product, action = null) {
  return el("div", { class: "card product" },
    product.image ? el("img", { src: product.image, alt: "", loading: "lazy" }) : null,
    el("div", { class: "card-text" },
      el("strong", { class: "card-title", text: product.title ?? t.product }),
      el("span", { class: "muted", text: product.sku ?? "" }),
      el("div", { class: "card-foot" },
        el("span", { class: "price", text: money(product.price_fen, product.currency) }),
        action ?? (product.url ? link(product.url, t.view) : null))));
}

export function orderCard(order, action = null) {
  const number = order.order_number ?? order.number ?? "";
  const items = order.items ?? [];
  const count = items.reduce((sum, item) => sum + (item.quantity ?? 1), 0);
  return el("div", { class: "card order" },
    el("div", { class: "card-head" },
      el("span", { class: "muted", text: `${t.orderNumber} ${number}` }),
      el("span", { class: "order-status", text: order.status ?? "" })),
    ...items.slice(0, 3).map(itemRow),
    el("div", { class: "card-foot" },
      el("span", { class: "muted", text: count ? t.items(count) : "" }),
      order.paid_fen !== undefined ? el("span", { class: "price", text: `${t.total} ${money(order.paid_fen, order.currency)}` }) : null,
      action));
}

export function itemRow(item) {
  return el("div", { class: "item" },
    item.image ? el("img", { src: item.image, alt: "", loading: "lazy" }) : null,
    el("span", { class: "item-title" }, item.title ?? "", item.sku ? el("span", { class: "muted", text: ` ${item.sku}` }) : ""),
    el("span", { class: "muted count", text: `×${item.quantity ?? 1}` }));
}

function answer(message) {
  const { state, recipient, phone, province, city, district, detail } = message.payload ?? {};
  const changes = [recipient, phone, [province, city, district, detail].filter(Boolean).join(" ")].filter(Boolean);
  const node = el("div", { class: "bubble", text: state === "confirmed" ? t.saidConfirmed : t.saidCorrected });
  if (changes.length) node.append(el("div", { class: "aside", text: changes.join(" · ") }));
  return node;
}
