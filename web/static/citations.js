// Citations: copied with a button, walked through with the arrow keys, shown in the article.

import { reducedMotion, sentenceOf, sideBySide } from "./views.js";

const conversation = document.getElementById("conversation") ?? document.body;
const input = document.getElementById("q");
const slash = document.getElementById("slash");
const announcement = document.getElementById("announcement");
const SAID_FOR = 2_000; // ms

// Script can copy: buttons take the place of the texts to copy by hand, which come back where copying is forbidden.
function prepare(root) {
  for (const button of root.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.nextElementSibling.hidden = true;
  }
  for (const text of root.querySelectorAll(".share textarea, .menu textarea")) {
    text.value = new URL(text.value, window.location).href;
  }
}

async function copy(button) {
  const byHand = button.nextElementSibling;
  const text = byHand.querySelector("textarea");
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text.value);
    announcement.textContent = "Copied";
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = label), SAID_FOR);
  } catch {
    byHand.hidden = false;
    byHand.open = true;
    button.hidden = true;
    text.focus();
    text.select();
    announcement.textContent = "The browser does not let this page copy. The text is selected: copy it with the keyboard.";
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.copy");
  if (button) copy(button);
});

function links() {
  return [...conversation.querySelectorAll(".turn:not([hidden]) .sentence-link")];
}

// Mark the sentence of the citation that has the focus, and bring it into view where both are seen at once.
function point(link) {
  document.querySelector(".sentence.current")?.classList.remove("current");
  const sentence = link && sentenceOf(link);
  if (!sentence) return;
  sentence.classList.add("current");
  if (!sideBySide.matches) return;
  const { top, bottom } = sentence.getBoundingClientRect();
  if (top < 0 || bottom > window.innerHeight) {
    sentence.scrollIntoView({ block: "center", behavior: reducedMotion.matches ? "auto" : "smooth" });
  }
}

conversation.addEventListener("focusin", (event) => point(event.target.closest(".sentence-link")));

function walk(step, from) {
  const all = links();
  const place = from ? all.indexOf(from) + step : all.indexOf(lastTurnsFirst(all));
  all[Math.min(Math.max(place, 0), all.length - 1)]?.focus();
}

function lastTurnsFirst(all) {
  const turn = all.at(-1)?.closest(".turn");
  return all.find((link) => link.closest(".turn") === turn);
}

function onArrow(event) {
  const from = event.target.closest(".citations li")?.querySelector(".sentence-link");
  const fromQuestion = event.target === input && input.value === "";
  if (event.target.matches("textarea") || !(from || fromQuestion) || !links().length) return;
  event.preventDefault();
  walk(event.key === "ArrowDown" ? 1 : -1, from);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
  if (event.key === "/" && slash.checked && !event.target.closest("input, textarea")) {
    event.preventDefault(); // not into the field
    input?.focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    onArrow(event);
  } else if (event.key === "Escape" && conversation.contains(document.activeElement)) {
    point(null);
    input?.focus();
  }
});

prepare(document);
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.querySelectorAll) prepare(node);
}).observe(conversation, { childList: true });
