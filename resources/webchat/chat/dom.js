// Builds elements. Text always goes in as text: nothing a person wrote is ever read as HTML.

export const $ = (id) => document.getElementById(id);

export function el(name, props = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") node.className = value;
    else if (key === "on") for (const [type, run] of Object.entries(value)) node.addEventListener(type, run);
    else if (key === "text") node.textContent = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  send: "M4 12 20 4l-5 16-3.500-6.500z M11.500 13.500 20 4",
  emoji: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z M8.500 14.500a4.300 4.300 0 0 0 7 0 M9 9.500v.5 M15 9.500v.5",
  picture: "M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z M8.500 10a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3z M20 15l-4.500-4.500L6 20",
  close: "M6 6l12 12 M18 6 6 18",
  down: "M12 5v14 M6 13l6 6 6-6",
  check: "M5 12.500 10 17.500 19 7",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", class: "svg" }))
    svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

// The browser may forbid storage; then things last as long as the page.
const memory = new Map();
export const storage = {
  get(key) {
    try { return localStorage.getItem(key); } catch { return memory.get(key) ?? null; }
  },
  set(key, value) {
    try { localStorage.setItem(key, value); } catch { memory.set(key, value); }
  },
  remove(key) {
    try { localStorage.removeItem(key); } catch { memory.delete(key); }
  },
  keys() {
    try { return Object.keys(localStorage); } catch { return [...memory.keys()]; }
  },
};

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // plain http on a LAN has no randomUUID
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}
