// The chat with script: an answer arrives without a reload. It inserts only what the server rendered and escaped; on
// any failure the browser sends the form as if this file were not there.

const form = document.getElementById("question-form");
const input = document.getElementById("q");
const conversation = document.getElementById("conversation");
const errorPlace = document.getElementById("error");
const status = document.getElementById("status");
const shownArticle = document.getElementById("main").dataset.article;
const sideBySide = window.matchMedia("(min-width: 60rem)"); // as in chat.css
const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");
const page = performance.timeOrigin; // tells this page's history entries from those of an earlier load
const PATIENCE = 20_000; // ms

const turns = () => [...conversation.querySelectorAll(".turn")];
let current = turns().length; // how many turns are on show; history entries remember it
const startTitle = document.title;
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

function highlight(turn) {
  for (const sentence of document.querySelectorAll(".sentence.cited")) {
    sentence.classList.remove("cited");
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

// Show the conversation as it was after `count` turns.
function show(count) {
  const all = turns();
  all.forEach((turn, place) => (turn.hidden = place >= count));
  current = Math.min(count, all.length);
  const turn = all[current - 1];
  const sentence = highlight(turn);
  document.title = turn ? turn.dataset.title : startTitle;
  if (!turn) return;
  if (sideBySide.matches) {
    conversation.scrollTop = turn.offsetTop - conversation.offsetTop;
    if (sentence && !inView(sentence)) scrollTo(sentence, "center");
  } else {
    scrollTo(turn, "start");
  }
}

function showError(html) {
  errorPlace.replaceChildren(fragment(html));
  input.setAttribute("aria-invalid", "true");
  input.focus();
}

function clearError() {
  errorPlace.replaceChildren();
  input.removeAttribute("aria-invalid");
}

async function ask(query, typed) {
  const response = await fetch(`${form.dataset.partial}?${query}`, { signal: AbortSignal.timeout(PATIENCE) });
  if (response.status === 422) {
    showError(await response.text());
    return;
  }
  if (!response.ok) throw new Error(`answered ${response.status}`);
  const turn = fragment(await response.text()).querySelector(".turn");
  const address = `${form.getAttribute("action")}?${query}`;
  if (turn.dataset.article !== shownArticle) {
    window.location.assign(address); // the answer stands in another article: show that one
    return;
  }
  clearError();
  turns().filter((old) => old.hidden).forEach((old) => old.remove()); // asked after going back: a new way forward
  conversation.append(turn);
  if (input.value === typed) input.value = "";
  history.pushState({ page, turn: current + 1 }, "", address);
  show(current + 1);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = input.value;
  const query = new URLSearchParams(new FormData(form)).toString();
  status.textContent = "Reading the article…";
  queue = queue
    .then(() => ask(query, typed))
    .then(() => (status.textContent = ""))
    .catch(() => {
      input.value = typed;
      form.submit();
    });
});

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
