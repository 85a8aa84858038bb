// Where script tags want a chat: behind them, at data-into, or, for a tag in the head, at the end of the page's story.

import { AskArticle } from "./element.js";

const COPIED = ["article", "collection", "key", "theme", "heading"];
const mounted = new WeakSet();

function placeFor(script) {
  const into = script.dataset.into && document.querySelector(script.dataset.into);
  if (into) return (element) => into.append(element);
  if (document.body.contains(script)) return (element) => script.after(element);
  return (element) => (document.querySelector("main") ?? document.body).append(element);
}

function mountOne(script, server) {
  if (mounted.has(script) || !("article" in script.dataset || "collection" in script.dataset)) return;
  mounted.add(script);
  const element = document.createElement("ask-article");
  for (const name of COPIED) if (name in script.dataset) element.setAttribute(name, script.dataset[name]);
  element.setAttribute("server", server);
  placeFor(script)(element);
}

// A module runs once, however many tags name it: each tag tells of itself by its load event, those before by being there.
export function mount(source) {
  const server = new URL(".", source).href;
  if (!customElements.get("ask-article")) customElements.define("ask-article", AskArticle);
  const all = () => {
    for (const script of document.scripts) if (script.src === source) mountOne(script, server);
  };
  document.addEventListener("load", (event) => event.target.src === source && all(), true);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all, { once: true });
  else all();
}
