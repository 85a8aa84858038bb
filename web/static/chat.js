// The chat with script: an answer arrives without a reload. It inserts only what the server rendered and escaped; on
// a failure that the server does not explain the browser sends the form as if this file were not there.

import { fetchPart, notCome, whyUnreached } from "./sending.js";
import * as views from "./views.js";

const form = document.getElementById("question-form"); // none where nothing more can be asked
const input = document.getElementById("q");
const conversation = document.getElementById("conversation");
const errorPlace = document.getElementById("error");
const earlier = document.getElementById("earlier"); // hidden inputs: the questions a follow-up may lean on
const askedTurns = document.getElementById("asked-turns"); // hidden inputs: the addresses of the turns on show
const further = document.getElementById("further");
const announcement = document.getElementById("announcement");
const pending = document.getElementById("pending");
const menu = document.getElementById("menu");
const keptHere = "kept" in conversation.dataset; // the server keeps the conversation: what is asked is sent to it
const page = performance.timeOrigin; // tells this page's history entries from those of an earlier load
const MOST_EARLIER = 5; // as in asking.py
const LOOKS = [300, 700, 1_500, 3_000, 5_000, 10_000]; // ms between two looks whether questions can be suggested

const turns = () => [...conversation.querySelectorAll(".turn:not(.pending)")];
const permalink = (turn) => turn.querySelector(".permalink").getAttribute("href");
let current = turns().length; // how many turns are on show; history entries remember it
const startTitle = document.title;
const startView = views.shown();
// Before the first turn on show: the questions, and the addresses, that the page came with.
let asked = new URLSearchParams(window.location.search).getAll("h");
let before = [...(askedTurns?.children ?? [])].map((field) => field.value);
if (current) before.pop();
let queue = Promise.resolve();
const underWay = new Set(); // what is being asked: pressed twice, it is asked once
let leaving = new AbortController(); // of the questions under way, for when the reader goes back

function hidden(name, values) {
  return values.map((value) => Object.assign(document.createElement("input"), { type: "hidden", name, value }));
}

// What the forms send: the questions that the next one may lean on, and the turns to keep or to export.
function remember() {
  const onShow = turns().filter((turn) => !turn.hidden);
  const questions = [...asked, ...onShow.map((turn) => turn.dataset.question)];
  earlier?.replaceChildren(...hidden("h", questions.slice(-MOST_EARLIER)));
  askedTurns?.replaceChildren(...hidden("turn", [...before, ...onShow.map((turn) => turn.dataset.address)]));
  if (form?.elements.after) form.elements.after.value = onShow.at(-1)?.id.slice(1) ?? "0";
  menu.classList.toggle("needless", Boolean(askedTurns) && !askedTurns.children.length);
  if (menu.classList.contains("needless")) menu.open = false;
}

function above() {
  const top = conversation.getBoundingClientRect().top;
  return turns().filter((turn) => !turn.hidden && turn.getBoundingClientRect().top < top - 1);
}

// Say how many questions have scrolled out of the top of the conversation.
function countAbove() {
  const count = above().length;
  further.parentElement.hidden = current < 2;
  further.style.visibility = count ? "visible" : "hidden";
  further.textContent = count === 1 ? "↑ 1 earlier question" : `↑ ${count} earlier questions`;
}

function bringUp(turn) {
  if (views.sideBySide.matches) {
    // past the line above it: the conversation has one of its own
    const past = turn.getBoundingClientRect().top + turn.clientTop;
    conversation.scrollTop += past - conversation.getBoundingClientRect().top - conversation.clientTop;
    countAbove();
  } else if (!views.inView(turn)) {
    views.scrollTo(turn, "start");
  }
}

function point(turn) {
  const sentence = views.mark(turn);
  if (turn && views.sideBySide.matches && sentence && !views.inView(sentence)) views.scrollTo(sentence, "center");
}

// Show the conversation as it was after `count` turns, beside the article that the last of them is about.
function show(count) {
  const all = turns();
  all.forEach((turn, place) => (turn.hidden = place >= count));
  current = Math.min(count, all.length);
  const turn = all[current - 1];
  remember();
  countAbove();
  document.title = turn && !keptHere ? turn.dataset.title : startTitle;
  if (turn) bringUp(turn);
  const view = turn ? turn.dataset.article : startView;
  if (views.show(view)) point(turn);
  else views.open(view).then(() => point(turn));
}

// What was asked stands there at once, in as much room as an answer may need: when that comes, nothing moves.
function wait(question) {
  const turn = pending.content.cloneNode(true).firstElementChild;
  turn.querySelector(".question").textContent = question;
  conversation.append(turn);
  announcement.textContent = "Reading";
  if (views.sideBySide.matches) bringUp(turn);
  else views.scrollTo(turn, "start");
  return turn;
}

function announce(turn) {
  const words = turn.querySelector(".verdict").textContent.replace(/\s+/g, " ").trim();
  const quotes = turn.querySelectorAll("ol.citations blockquote");
  const more = quotes.length > 1 ? ` ${quotes.length} citations.` : "";
  announcement.textContent = quotes.length ? `${words}: ${quotes[0].textContent.trim()}${more}` : words;
}

function showError(content) {
  errorPlace.replaceChildren(content);
  announcement.textContent = errorPlace.textContent.trim();
  input.setAttribute("aria-invalid", "true");
  input.focus();
}

function clearError() {
  errorPlace.replaceChildren();
  input.removeAttribute("aria-invalid");
}

function written(typed) {
  const query = new URLSearchParams(new FormData(form));
  query.set("q", typed);
  return query;
}

function send(query, givenUp) {
  query.set("shown", views.shown());
  if (!keptHere) return fetchPart(`${form.dataset.partial}?${query}`, {}, givenUp);
  query.set("part", "1");
  return fetchPart(form.action, { method: "POST", body: query }, givenUp);
}

async function ask(typed, query, givenUp) {
  if (givenUp.aborted) return;
  const waiting = query.get("q").trim() ? wait(query.get("q")) : null;
  try {
    const { content, refusal } = await send(new URLSearchParams(query), givenUp);
    if (givenUp.aborted) return;
    if (refusal) showError(refusal);
    else take(content, waiting, typed);
  } finally {
    waiting?.remove();
  }
}

function take(content, waiting, typed) {
  const turn = content.querySelector(".turn");
  const view = content.querySelector("template.view");
  if (view) views.keep(turn.dataset.article, view.content);
  clearError();
  turns().filter((old) => old.hidden).forEach((old) => old.remove()); // asked after going back: a new way forward
  turn.classList.add("arrived");
  if (waiting) waiting.replaceWith(turn);
  else conversation.append(turn);
  if (input.value === typed) input.value = "";
  if (!keptHere) history.pushState({ page, turn: current + 1 }, "", permalink(turn));
  announce(turn);
  show(current + 1);
  suggest();
}

function enqueue(typed, query) {
  const asking = `${query ?? ""} ${typed ?? ""}`;
  if (underWay.has(asking)) return;
  underWay.add(asking);
  const { signal } = leaving;
  queue = queue
    .then(() => ask(typed, query ?? written(typed), signal))
    .catch(() => signal.aborted || withoutScript(typed, query))
    .finally(() => underWay.delete(asking));
}

// The reader goes elsewhere: what was asked before is not waited for any more.
function giveUp() {
  leaving.abort();
  leaving = new AbortController();
  announcement.textContent = "";
}

async function withoutScript(typed, query) {
  // What may have been kept all the same is not sent twice.
  const why = keptHere ? notCome() : await whyUnreached(form.action);
  if (why) {
    showError(why);
  } else if (query) {
    window.location.assign(`${form.getAttribute("action")}?${query}`);
  } else {
    input.value = typed;
    form.submit();
  }
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  enqueue(input.value);
});

function withinKept(link) {
  const { searchParams } = new URL(link.href);
  const query = new URLSearchParams({ q: searchParams.get("q") });
  if (link.matches(".alone")) query.set("alone", "1");
  return query;
}

// Take the last turn off: what it was asked after is on show again.
function undo() {
  const turn = turns()[current - 1];
  const said = turn.dataset.question;
  turn.remove();
  const last = turns()[current - 2];
  if (!keptHere) {
    const start = menu.querySelector("a.new").getAttribute("href");
    history.replaceState({ page, turn: current - 1 }, "", last ? permalink(last) : start);
  }
  show(current - 1);
  suggest();
  announcement.textContent = `Taken back: ${said}`;
  input?.focus();
}

async function undoKept(undoForm) {
  const fields = new URLSearchParams(new FormData(undoForm));
  fields.set("part", "1");
  try {
    const response = await fetch(undoForm.action, { method: "POST", body: fields });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    undo();
  } catch {
    window.location.reload();
  }
}

// Begin anew: the turns before can be gone back to.
function startAnew(link) {
  giveUp();
  [asked, before] = [[], []];
  conversation.querySelector(".before")?.remove();
  menu.open = false;
  history.pushState({ page, turn: 0 }, "", link.getAttribute("href"));
  show(0);
  announcement.textContent = "A new conversation";
  input.focus();
}

conversation.addEventListener("submit", (event) => {
  if (event.target.matches("form.undo")) {
    event.preventDefault();
    undoKept(event.target);
  } else if (event.target.matches("form.kept-chips")) {
    event.preventDefault();
    enqueue(null, new URLSearchParams({ q: event.submitter.value }));
  }
});

function plain(event) {
  return !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
}

// A suggested question is put like one that was typed; a follow-up understood amiss is asked again on its own.
conversation.addEventListener("click", (event) => {
  if (!plain(event)) return;
  const link = event.target.closest("a.ask, a.undo");
  if (!link || (link.matches(".undo") && current < 2 && before.length)) return;
  event.preventDefault();
  if (link.matches(".undo")) undo();
  else enqueue(null, keptHere ? withinKept(link) : new URL(link.href).searchParams);
});

// A citation of an article that is not on show opens it in place; the conversation stays.
conversation.addEventListener("click", async (event) => {
  const link = event.target.closest("a.sentence-link, a.article-link");
  if (!link || !plain(event) || link.dataset.article === views.shown()) return;
  event.preventDefault();
  if (!(await views.open(link.dataset.article))) {
    window.location.assign(link.href);
    return;
  }
  views.mark(link.closest(".turn"));
  const sentence = views.sentenceOf(link);
  sentence?.classList.add("current");
  views.scrollTo(sentence ?? document.querySelector(".headline"), sentence ? "center" : "start");
});

menu.addEventListener("click", (event) => {
  const link = event.target.closest("a.new");
  if (!link || keptHere || !form || !plain(event)) return;
  event.preventDefault();
  startAnew(link);
});

document.addEventListener("click", (event) => {
  if (!menu.contains(event.target)) menu.open = false;
});

further.addEventListener("click", () => {
  conversation.scrollTop += above().at(-1).getBoundingClientRect().top - conversation.getBoundingClientRect().top;
});
conversation.addEventListener("scroll", countAbove, { passive: true });

// Whether the address is that of the conversation after so many turns, and not one of turns that are gone.
function stands(count) {
  const turn = turns()[count - 1];
  if (!turn) return count === 0;
  return new URL(permalink(turn), window.location).search === window.location.search;
}

window.addEventListener("popstate", (event) => {
  if (event.state === null) {
    history.replaceState({ page, turn: current }, ""); // a link to a sentence: the conversation stays as it is
    return;
  }
  if (!keptHere) giveUp();
  if (event.state.page === page && (keptHere || stands(event.state.turn))) {
    show(event.state.turn);
  } else {
    window.location.reload(); // an entry of an earlier load: the server knows the answer to its address
  }
});

// Questions to suggest may still be being worked out: they are put in as soon as they are known.
async function suggest() {
  const place = conversation.querySelector(".awaited:not(.looked-for)");
  if (!place) return;
  place.classList.add("looked-for");
  for (const pause of LOOKS) {
    await new Promise((done) => setTimeout(done, pause));
    const response = await fetch(place.dataset.from).catch(() => null);
    if (response?.status === 202) continue;
    const found = response?.ok ? views.fragment(await response.text()).querySelector(".suggestions") : null;
    if (found) place.replaceWith(found);
    break;
  }
  place.classList.add("none");
}

history.replaceState({ page, turn: current }, "");
if (current && !window.location.hash) show(current);
else remember();
suggest();
