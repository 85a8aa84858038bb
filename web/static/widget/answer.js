// An answer as elements, in the words of the server's own page: words.js is made from them.

import { make } from "./dom.js";
import words from "./words.js";

// As web/rendering.py has it, which rounds a half to the even number.
export function percent(probability) {
  const exact = probability * 100;
  const figure = exact % 2 === 0.5 ? Math.floor(exact) : Math.round(exact);
  if (figure >= 100 && probability < 1) return "over 99\u00a0%";
  if (figure <= 0 && probability > 0) return "under 1\u00a0%";
  return `${figure}\u00a0%`;
}

export function verdict(answer, several) {
  if (!answer.found) return several ? words.articlesDoNotSay : words.articleDoesNotSay;
  return answer.confidence >= words.says ? words.articleSays : words.probably;
}

// As bot/beside.py has it: the days, one after the other, without what they share; a whole month or year by its name.
export function days({ text, first, last }) {
  if (!first || !last) return text;
  const [from, to] = [first, last].map((day) => day.split("-").map(Number));
  const month = (date) => words.months[date[1] - 1];
  const full = (date) => `${date[2]} ${month(date)} ${date[0]}`;
  if (first === last) return full(from);
  if (from[0] !== to[0]) return `${full(from)} to ${full(to)}`;
  if (first.endsWith("-01-01") && last.endsWith("-12-31")) return String(from[0]);
  if (from[1] !== to[1]) return `${from[2]} ${month(from)} to ${full(to)}`;
  const whole = from[2] === 1 && to[2] === new Date(Date.UTC(to[0], to[1], 0)).getUTCDate();
  return whole ? `${month(to)} ${to[0]}` : `${from[2]} to ${full(to)}`;
}

// `view` says what only the page knows: `several`, whether more than one article is asked; `leans`; `place(citation)`,
// which gives where its link goes and the language of the quote; and `alone()`, which asks without the questions before.
export function turnOf(answer, view) {
  const turn = make("article", { class: "turn" }, make("h3", { class: "question", dir: "auto" }, answer.question));
  if (view.leans || !answer.found) turn.append(understood(answer, view));
  const sure = ` (${percent(answer.confidence)} ${words.sure})`;
  const figure = answer.found ? make("span", { class: "figure" }, sure) : null;
  const said = make("span", { class: "words" }, verdict(answer, view.several));
  turn.append(make("p", { class: answer.found ? "verdict" : "verdict declined" }, said, figure));
  turn.append(...(answer.found ? found(answer, view) : nearest(answer, view)));
  return turn;
}

function understood(answer, view) {
  const line = make("p", { class: "understood" }, `${words.understoodAs} `, make("bdi", {}, answer.standalone_question));
  if (view.leans) {
    const button = make("button", { type: "button", class: "alone" }, words.alone);
    button.addEventListener("click", view.alone);
    line.append(" ", button);
  }
  return line;
}

function* found(answer, view) {
  if (answer.groups.length) {
    for (const group of answer.groups) {
      yield make("h4", { class: "group" }, make("bdi", {}, group.heading));
      yield list("ul", group.citations, view);
    }
    if (answer.partial) yield make("p", { class: "beside" }, words.partial);
  } else {
    yield list("ol", answer.citations, view, true);
  }
  if (answer.conflict.length) {
    yield make("p", { class: "note" }, words.conflict);
    yield list("ul", answer.conflict, view);
  }
}

function* nearest(answer, view) {
  if (!answer.nearest.length) return;
  const [before, stressed, after] = words.nearest;
  yield make("p", { class: "note" }, `${before} `, make("strong", {}, stressed), ` ${after}`);
  yield list("ul", answer.nearest, view, false, "citations nearest");
}

function list(name, citations, view, answers = false, kind = "citations") {
  return make(name, { class: kind }, ...citations.map((citation, place) => item(citation, view, answers && place + 1)));
}

function item(citation, view, number) {
  const { href, language, publisher } = view.place(citation);
  const line = make("li", {}, make("blockquote", { dir: "auto", lang: language }, ...quoted(citation, number)));
  if (citation.context) {
    const context = make("q", { dir: "auto", lang: language }, citation.context.text);
    line.append(make("p", { class: "beside" }, `${words.before} `, context));
  }
  for (const date of citation.dates) {
    const meant = `”, ${words.workedOut} ${days(date)}`;
    line.append(make("p", { class: "beside" }, "“", make("bdi", {}, date.text), meant));
  }
  line.append(standing(citation, view, number, href, publisher));
  return line;
}

// Offsets count code points, as an array of a string's characters does.
function quoted(citation, number) {
  const { quote, answer, sentence } = citation;
  if (!number || !answer) return [quote];
  const characters = [...quote];
  const part = (start, end) => characters.slice(start, end).join("");
  const [start, end] = [answer.start - sentence.start, answer.end - sentence.start];
  return [part(0, start), make("strong", {}, part(start, end)), part(end)];
}

function standing(citation, view, number, href, publisher) {
  const page = citation.page === null ? "" : `, ${words.page} ${citation.page}`;
  const link = make("a", { class: "sentence", href }, `${words.sentence} ${citation.sentence.index + 1}${page}`);
  const line = make("p", { class: "place" });
  if (number) line.append(make("span", { class: "number", "aria-hidden": "true" }, String(number)), " ");
  line.append(link);
  const { title, id } = citation.article;
  if (id !== view.article) line.append(" ", make("span", {}, `${words.in} `, make("bdi", {}, title)));
  const { speaker } = citation;
  if (speaker) {
    const mode = words.speakers[speaker.mode] ?? words.attributed;
    line.append(" ", make("span", {}, `${mode} `, make("bdi", {}, speaker.name)));
  }
  if (publisher) line.append(" ", make("a", { class: "publisher", href: publisher, rel: "noopener" }, words.publisher));
  return line;
}
