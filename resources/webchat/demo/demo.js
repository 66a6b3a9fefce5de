// A little shop to try the chat on: a shelf, a product page, the customer's orders.

import { ORDERS, PRODUCTS } from "./products.js";

const main = document.getElementById("main");
const money = (fen) => `¥${(fen / 100).toFixed(2)}`;
const absolute = (path) => new URL(path, location.href).href;

function el(name, props, ...children) {
  const node = Object.assign(document.createElement(name), props);
  node.append(...children);
  return node;
}

function ask(kind, thing) {
  window.KefuChat?.[kind](thing);
  window.KefuChat?.open();
}

const card = ({ number, title, price_fen, image }) => el("a", { className: "good", href: `#${number}` },
  el("img", { src: image, alt: "", loading: "lazy" }),
  el("strong", { textContent: title }), el("span", { className: "price", textContent: money(price_fen) }));

function shelf() {
  main.replaceChildren(
    el("section", { className: "hero" }, el("h1", { textContent: "把日子过得清爽一点" }), el("p", { textContent: "棉、木、玻璃与好茶，挑得仔细，用得长久。" })),
    el("section", { className: "shelf", ariaLabel: "全部商品" }, ...PRODUCTS.map(card)));
}

function product(thing) {
  const { number, title, price_fen, sku, text, image } = thing;
  const about = { number, title, price_fen, sku, image: absolute(image), url: absolute(`#${number}`) };
  window.KefuChat?.product(about);
  main.replaceChildren(el("section", { className: "detail" },
    el("img", { src: image, alt: title }),
    el("div", {}, el("h1", { textContent: title }), el("p", { className: "price large", textContent: money(price_fen) }),
      el("p", { textContent: text }), el("p", { className: "quiet", textContent: `已选：${sku}　商品编号：${number}` }),
      el("div", { className: "actions" },
        el("button", { className: "buy", textContent: "加入购物车", onclick: (event) => { event.target.textContent = "已加入购物车"; } }),
        el("button", { className: "ask", textContent: "咨询客服", onclick: () => ask("product", about) })))));
}

function orders() {
  main.replaceChildren(el("section", { className: "orders" }, el("h1", { textContent: "我的订单" }), ...ORDERS.map((order) =>
    el("article", {},
      el("p", { className: "quiet", textContent: `${order.created}　订单号 ${order.number}` }),
      ...order.items.map((item) => el("div", { className: "line" }, el("img", { src: item.image, alt: "" }), el("span", { textContent: `${item.title} ${item.sku}` }), el("span", { className: "quiet", textContent: `×${item.quantity}` }))),
      el("div", { className: "actions" }, el("span", { className: "state", textContent: order.status }), el("span", { className: "price", textContent: money(order.paid_fen) }),
        el("button", { className: "ask", textContent: "咨询客服", onclick: () => ask("order", { ...order, items: order.items.map((item) => ({ ...item, image: absolute(item.image) })) }) }))))));
}

function show() {
  const name = location.hash.slice(1);
  const found = PRODUCTS.find((one) => one.number === name);
  if (found) product(found); else if (name === "orders") orders(); else shelf();
  window.scrollTo(0, 0);
}

addEventListener("hashchange", show);
addEventListener("DOMContentLoaded", show);
if (document.readyState !== "loading") show();
addEventListener("load", show, { once: true });
