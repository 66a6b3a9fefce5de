// The script tag for a shop's own pages: a round button that opens the chat in a panel.
//
//   <script src="https://chat.example/widget.js" defer
//           data-lang="zh" data-position="right" data-customer-name="林小雨"
//           data-product-title="…" data-product-number="…" data-product-price="39.90"
//           data-product-image="/…" data-product-url="/…" data-product-sku="…"></script>
//
// Pages may also call window.KefuChat.open(), .close(), .product({…}), .order({…}).

(() => {
  const script = document.currentScript;
  if (!script || window.KefuChat) return;
  const base = new URL(script.src).origin;
  const data = script.dataset;
  const english = (data.lang ?? navigator.language ?? "").toLowerCase().startsWith("en");
  const words = english ? { open: "Chat with us", close: "Close the chat", panel: "Customer service chat" }
    : { open: "联系客服", close: "收起聊天窗口", panel: "在线客服聊天" };
  const absolute = (address) => { try { return new URL(address, location.href).href; } catch { return ""; } };

  const host = document.createElement("div");
  host.id = "kefu-chat";
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; }
    button { position: fixed; bottom: 20px; z-index: 2147483000; width: 56px; height: 56px; border: 0; border-radius: 50%;
      background: var(--kefu-accent, #156B94); color: var(--kefu-on-accent, #fff); cursor: pointer; display: grid; place-items: center;
      box-shadow: 0 4px 16px rgb(0 0 0 / 24%); transition: transform .15s; }
    button:hover { transform: scale(1.05); }
    button:focus-visible { outline: 3px solid color-mix(in srgb, var(--kefu-accent, #156B94) 45%, white); outline-offset: 2px; }
    svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
    .badge { position: absolute; top: -3px; right: -3px; min-width: 20px; height: 20px; padding: 0 5px; box-sizing: border-box; border-radius: 10px;
      background: #D93A35; color: #fff; font: 600 12px/20px system-ui, sans-serif; text-align: center; }
    .badge[hidden] { display: none; }
    iframe { position: fixed; bottom: 88px; z-index: 2147483000; width: 384px; height: min(640px, calc(100vh - 112px)); border: 0; border-radius: 14px;
      background: Canvas; box-shadow: 0 12px 40px rgb(0 0 0 / 26%); visibility: hidden; opacity: 0; transform: translateY(8px); transition: opacity .15s, transform .15s; color-scheme: light dark; }
    iframe.open { visibility: visible; opacity: 1; transform: none; }
    .right { right: 20px; } .left { left: 20px; }
    @media (max-width: 480px) {
      iframe { inset: 0; width: 100%; height: 100%; height: 100dvh; border-radius: 0; }
      button.open { display: none; }
    }
    @media (prefers-reduced-motion: reduce) { button, iframe { transition: none; } }`);
  root.adoptedStyleSheets = [sheet];

  const side = data.position === "left" ? "left" : "right";
  const frame = document.createElement("iframe");
  frame.className = side;
  frame.title = words.panel;
  frame.allow = "clipboard-write";
  const button = document.createElement("button");
  button.type = "button";
  button.className = side;
  const badge = document.createElement("span");
  badge.className = "badge";
  badge.hidden = true;
  button.append(drawing(), badge);
  root.append(frame, button);

  let isOpen = false, ready = false;
  const context = {};

  function drawing() {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(ns, "path");
    path.setAttribute("d", "M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-4.500 3.500V17H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z M8 11h.01 M12 11h.01 M16 11h.01");
    svg.append(path);
    return svg;
  }

  function tell(type, value) {
    if (ready) frame.contentWindow.postMessage({ kefu: 1, type, value }, base);
  }

  function show(open) {
    isOpen = open;
    frame.classList.toggle("open", open);
    button.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", open ? words.close : words.open);
    tell("open", open);
    if (open) frame.focus();
  }

  function unread(count) {
    badge.textContent = count > 99 ? "99+" : String(count);
    badge.hidden = count < 1;
  }

  function about(kind, thing) {
    if (!thing || typeof thing !== "object") return;
    context[kind] = { ...thing };
    for (const key of ["image", "url"]) if (thing[key]) context[kind][key] = absolute(thing[key]);
    tell("context", context);
  }

  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== base || event.data?.kefu !== 1) return;
    const { type, value } = event.data;
    if (type === "ready") { ready = true; tell("context", context); tell("open", isOpen); }
    if (type === "unread") unread(Number(value) || 0);
    if (type === "close") { show(false); button.focus(); }
  });
  button.addEventListener("click", () => show(!isOpen));
  document.addEventListener("keydown", (event) => event.key === "Escape" && isOpen && show(false));

  if (data.customerName) context.customer = { name: data.customerName };
  if (data.lang) context.lang = data.lang;
  if (data.productTitle) {
    about("product", {
      title: data.productTitle, number: data.productNumber ?? "", sku: data.productSku ?? "", image: data.productImage ?? "",
      url: data.productUrl ?? location.href,
      ...(data.productPrice ? { price_fen: Math.round(Number(data.productPrice) * 100) } : {}),
    });
  }
  window.KefuChat = {
    open: () => show(true), close: () => show(false),
    product: (thing) => about("product", thing), order: (thing) => about("order", thing),
  };

  function begin() {
    document.body.append(host);
    frame.src = `${base}/chat${data.lang ? `?lang=${encodeURIComponent(data.lang)}` : ""}`;
    fetch(`${base}/api/look`).then((answer) => answer.json()).then((look) => {
      host.style.setProperty("--kefu-accent", look.accent);
      host.style.setProperty("--kefu-on-accent", look.on_accent);
    }).catch(() => {});
    show(data.open === "true");
  }
  if (document.body) begin(); else document.addEventListener("DOMContentLoaded", begin);
})();
