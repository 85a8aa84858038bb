// The chat with script: an answer arrives without a reload. It inserts only what the server rendered and escaped; on
// any failure the browser sends the form as if this file were not there.

const form = document.getElementById("question-form");
const input = document.getElementById("q");
const conversation = document.getElementById("conversation");
const errorPlace = document.getElementById("error");
const earlier = document.getElementById("earlier"); // hidden inputs: the questions a follow-up may lean on
const further = document.getElementById("further");
const announcement = document.getElementById("announcement");
const pending = document.getElementById("pending");
const shownArticle = document.getElementById("main").dataset.article; // "" while the list is shown
const sideBySide = window.matchMedia("(min-width: 60rem)"); // as in chat.css
const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");
const page = performance.timeOrigin; // tells this page's history entries from those of an earlier load
const PATIENCE = 20_000; // ms
const MOST_EARLIER = 5; // as in asking.py

const turns = () => [...conversation.querySelectorAll(".turn:not(.pending)")];
let current = turns().length; // how many turns are on show; history entries remember it
const startTitle = document.title;
const asked = new URLSearchParams(window.location.search).getAll("h"); // before the first turn on show
let queue = Promise.resolve();

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function scrollTo(element, block) {
  element.scrollIntoView({ block, behavior: reducedMotion.matches ? "auto" : "smooth" });
}

function inView(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= window.innerHeight;
}

// What the form sends as history: the questions of the turns on show, after those that the page came with.
function remember() {
  const shown = turns().filter((turn) => !turn.hidden).map((turn) => turn.dataset.question);
  const inputs = [...asked, ...shown].slice(-MOST_EARLIER).map((question) => {
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: "h", value: question });
    return hidden;
  });
  earlier.replaceChildren(...inputs);
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

function highlight(turn) {
  for (const sentence of document.querySelectorAll(".sentence.cited, .sentence.current")) {
    sentence.classList.remove("cited", "current");
    delete sentence.dataset.citation;
  }
  const cited = turn ? [...turn.querySelectorAll("a[data-cites]")].map((link) => link.dataset.cites) : [];
  cited.forEach((id, place) => {
    const sentence = document.getElementById(id);
    sentence?.classList.add("cited");
    sentence?.setAttribute("data-citation", place + 1);
  });
  return document.getElementById(cited[0]);
}

function bringUp(turn) {
  if (sideBySide.matches) {
    // past the line above it: the conversation has one of its own
    const past = turn.getBoundingClientRect().top + turn.clientTop;
    conversation.scrollTop += past - conversation.getBoundingClientRect().top - conversation.clientTop;
    countAbove();
  } else if (!inView(turn)) {
    scrollTo(turn, "start");
  }
}

// Show the conversation as it was after `count` turns.
function show(count) {
  const all = turns();
  all.forEach((turn, place) => (turn.hidden = place >= count));
  current = Math.min(count, all.length);
  const turn = all[current - 1];
  remember();
  countAbove();
  const sentence = highlight(turn);
  document.title = turn ? turn.dataset.title : startTitle;
  if (!turn) return;
  bringUp(turn);
  if (sideBySide.matches && sentence && !inView(sentence)) scrollTo(sentence, "center");
}

// What was asked stands there at once, in as much room as an answer may need: when that comes, nothing moves.
function wait(question) {
  const turn = pending.content.cloneNode(true).firstElementChild;
  turn.querySelector(".question").textContent = question;
  conversation.append(turn);
  announcement.textContent = "Reading";
  if (sideBySide.matches) bringUp(turn);
  else scrollTo(turn, "start");
  return turn;
}

function announce(turn) {
  const words = turn.querySelector(".verdict").textContent.replace(/\s+/g, " ").trim();
  const quotes = turn.querySelectorAll("ol.citations blockquote");
  const more = quotes.length > 1 ? ` ${quotes.length} citations.` : "";
  announcement.textContent = quotes.length ? `${words}: ${quotes[0].textContent.trim()}${more}` : words;
}

function showError(html) {
  errorPlace.replaceChildren(fragment(html));
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

async function ask(typed, query = written(typed)) {
  const waiting = query.get("q").trim() ? wait(query.get("q")) : null;
  try {
    const response = await fetch(`${form.dataset.partial}?${query}`, { signal: AbortSignal.timeout(PATIENCE) });
    if (response.status === 422) {
      showError(await response.text());
      return;
    }
    if (!response.ok) throw new Error(`answered ${response.status}`);
    take(fragment(await response.text()).querySelector(".turn"), waiting, typed);
  } finally {
    waiting?.remove();
  }
}

function take(turn, waiting, typed) {
  const address = turn.querySelector(".permalink").getAttribute("href");
  if (turn.dataset.article !== shownArticle) {
    window.location.assign(address); // the answer stands in another article: show that one
    return;
  }
  clearError();
  turns().filter((old) => old.hidden).forEach((old) => old.remove()); // asked after going back: a new way forward
  turn.classList.add("arrived");
  waiting.replaceWith(turn);
  if (input.value === typed) input.value = "";
  history.pushState({ page, turn: current + 1 }, "", address);
  announce(turn);
  show(current + 1);
}

function enqueue(typed, query) {
  queue = queue
    .then(() => ask(typed, query))
    .catch(() => {
      if (query) window.location.assign(`${form.getAttribute("action")}?${query}`);
      else {
        input.value = typed;
        form.submit();
      }
    });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  enqueue(input.value);
});

// A suggested question is put like one that was typed; a follow-up understood amiss is asked again on its own.
conversation.addEventListener("click", (event) => {
  const link = event.target.closest("a.ask");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  enqueue(null, new URL(link.href).searchParams);
});

further.addEventListener("click", () => {
  conversation.scrollTop += above().at(-1).getBoundingClientRect().top - conversation.getBoundingClientRect().top;
});
conversation.addEventListener("scroll", countAbove, { passive: true });

window.addEventListener("popstate", (event) => {
  if (event.state === null) {
    history.replaceState({ page, turn: current }, ""); // a link to a sentence: the conversation stays as it is
  } else if (event.state.page === page) {
    show(event.state.turn);
  } else {
    window.location.reload(); // an entry of an earlier load: the server knows the answer to its address
  }
});

history.replaceState({ page, turn: current }, "");
if (current && !window.location.hash) show(current);
else remember();
