// Feedback in place: right or wrong, and the right sentence chosen in the article, by mouse, touch or keyboard.

import * as views from "./views.js";

const main = document.getElementById("main");
const announcement = document.getElementById("announcement");
const unsaid = new WeakMap(); // the form that asks, by its place: it is back when what was said is taken back
const sending = new WeakSet(); // the places of forms that are under way
const NOT_STORED = "That was not stored. Try again.";
const HOW = "Choose the right sentence in the article: click it, or go there with ↑ and ↓ and press Enter.";
let picking = null; // the link that asked for the right sentence

function say(text) {
  announcement.textContent = text.replace(/\s+/g, " ").trim();
}

async function post(address, fields) {
  fields.set("part", "1");
  const response = await fetch(address, { method: "POST", body: fields });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return response.status === 204 ? null : views.fragment(await response.text());
}

function complain(place) {
  place.querySelector(".error")?.remove();
  place.append(Object.assign(document.createElement("p"), { className: "error", textContent: NOT_STORED }));
  say(NOT_STORED);
}

// Put in what the server said; nothing where feedback was taken back.
function put(place, content) {
  if (content) {
    place.replaceChildren(content);
    const thank = place.querySelector(".thank");
    thank.focus({ preventScroll: true });
    say(thank.textContent);
  } else {
    place.replaceChildren(unsaid.get(place));
    place.querySelector("button").focus({ preventScroll: true });
    say("Taken back.");
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest(".judging form.feedback");
  if (!form) return;
  event.preventDefault();
  const place = form.closest(".judging");
  if (sending.has(place)) return; // pressed twice
  sending.add(place);
  if (!unsaid.has(place)) unsaid.set(place, form);
  try {
    stop();
    put(place, await post(form.action, new URLSearchParams(new FormData(form, event.submitter))));
  } catch {
    complain(place);
  } finally {
    sending.delete(place);
  }
});

const sentences = () => [...main.querySelectorAll(".headline .sentence, .story .sentence")];

function reach(sentence) {
  if (!sentence) return;
  for (const old of main.querySelectorAll(".sentence[tabindex]")) leave(old);
  sentence.tabIndex = 0;
  sentence.setAttribute("role", "button");
  sentence.focus({ preventScroll: true });
  if (!views.inView(sentence)) views.scrollTo(sentence, "center");
}

function leave(sentence) {
  sentence.removeAttribute("tabindex");
  sentence.removeAttribute("role");
}

function start(link) {
  stop();
  picking = link;
  const place = link.closest(".judging");
  const how = Object.assign(document.createElement("div"), { className: "how" });
  const leaving = Object.assign(document.createElement("button"), { type: "button", textContent: "Leave" });
  leaving.setAttribute("aria-keyshortcuts", "Escape");
  how.append(Object.assign(document.createElement("p"), { textContent: HOW }), leaving);
  place.querySelector(".thank").after(how);
  main.classList.add("picking");
  say(HOW);
  const all = sentences();
  reach(all.find((sentence) => sentence.classList.contains("cited")) ?? all[0]);
}

function stop() {
  main.classList.remove("picking");
  main.querySelectorAll(".sentence[tabindex]").forEach(leave);
  document.querySelector(".judging .how")?.remove();
  picking = null;
}

function giveUp() {
  const link = picking;
  stop();
  link.focus();
}

async function choose(sentence) {
  const link = picking;
  const place = link.closest(".judging");
  const fields = new URLSearchParams({
    article: views.shown(),
    print: views.print(),
    sentence: sentence.id.slice(1),
    back: link.dataset.back,
  });
  stop();
  try {
    put(place, await post(link.dataset.to, fields));
  } catch {
    complain(place);
  }
  if (!views.inView(place)) views.scrollTo(place, "center");
}

main.addEventListener("click", (event) => {
  const link = event.target.closest(".judging a.pick");
  if (link && sentences().length && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    start(link);
    return;
  }
  if (event.target.closest(".how button")) {
    giveUp();
    return;
  }
  const sentence = picking && event.target.closest(".sentence");
  if (sentence) choose(sentence);
});

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

main.addEventListener("keydown", (event) => {
  const sentence = picking && event.target.closest(".sentence, .how");
  if (!sentence || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    giveUp();
  } else if (sentence.matches(".how")) {
    return;
  } else if (event.key === "Enter" || event.key === " ") {
    choose(sentence);
  } else if (event.key in STEPS) {
    const all = sentences();
    reach(all[Math.max(0, Math.min(all.length - 1, all.indexOf(sentence) + STEPS[event.key]))]);
  } else {
    return;
  }
  event.preventDefault();
});

document.addEventListener("viewchange", () => {
  if (picking) reach(sentences()[0]);
});
