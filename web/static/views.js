// What stands beside the chat: an article, or the list. What was shown once is kept, so that going back needs no server.

const main = document.getElementById("main");
const kept = new Map(); // by the article's id, "" for the list: its header and its text
export const sideBySide = window.matchMedia("(min-width: 60rem)"); // as in chat.css
export const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

export function scrollTo(element, block) {
  element.scrollIntoView({ block, behavior: reducedMotion.matches ? "auto" : "smooth" });
}

export function inView(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= window.innerHeight;
}

export function shown() {
  return main.dataset.article;
}

// Of the article on show: the beginning of its fingerprint, which tells its versions apart.
export function print() {
  return main.querySelector(".story")?.dataset.print;
}

function panes() {
  return [main.querySelector(":scope > .headline"), main.querySelector(":scope > .story, :scope > .listing")];
}

// Take what came from the server, to be shown by `show`.
export function keep(id, content) {
  const parts = [content.querySelector(".headline"), content.querySelector(".story, .listing")];
  if (parts.every(Boolean) && id !== shown()) kept.set(id, parts);
}

export function show(id) {
  if (id === shown()) return true;
  const parts = kept.get(id);
  if (!parts) return false;
  const now = panes();
  kept.set(shown(), now);
  kept.delete(id);
  now.forEach((old, place) => old.replaceWith(parts[place]));
  main.dataset.article = id;
  document.dispatchEvent(new Event("viewchange"));
  return true;
}

// Show an article that may have to be fetched; false where that fails.
export async function open(id) {
  if (show(id)) return true;
  const address = new URL(main.dataset.view, window.location);
  address.searchParams.set("article", id);
  try {
    const response = await fetch(address);
    if (!response.ok) return false;
    keep(id, fragment(await response.text()));
  } catch {
    return false;
  }
  return show(id);
}

// The sentence that a citation's link means, where its article is on show.
export function sentenceOf(link) {
  const here = link?.dataset.article === shown() && link.dataset.print === print();
  return here ? document.getElementById(link.dataset.sentence) : null;
}

// Mark the sentences that a turn cites; give the first of them.
export function mark(turn) {
  for (const sentence of document.querySelectorAll(".sentence.cited, .sentence.current")) {
    sentence.classList.remove("cited", "current");
    delete sentence.dataset.citation;
  }
  let first = null;
  for (const link of turn?.querySelectorAll("a[data-cites]") ?? []) {
    const sentence = sentenceOf(link);
    if (!sentence) continue;
    sentence.classList.add("cited");
    sentence.dataset.citation = link.dataset.cites;
    first ??= sentence;
  }
  return first;
}
