// <ask-article article="ID">: the chat as an element, in a shadow tree of its own.

import { turnOf } from "./answer.js";
import { make } from "./dom.js";
import { PageText, addressHere, clearMark, sameAddress, show } from "./host_page.js";
import { Refusal, ask } from "./server.js";
import css from "./style.js";
import words from "./words.js";

const SERVER = new URL("../../", import.meta.url).href; // where this file is from
const style = new CSSStyleSheet(); // no policy of the page's forbids what script sets up so
style.replaceSync(css);

export class AskArticle extends HTMLElement {
  static observedAttributes = ["article", "collection", "heading", "server"];
  #questions = []; // of the turns on show
  #queue = Promise.resolve();
  #stop = new AbortController();
  #heading = make("h2", { id: "heading" });
  #conversation = make("div", { class: "conversation", role: "log", "aria-live": "off" });
  #input = make("input", {
    id: "question", type: "text", dir: "auto", autocomplete: "off", enterkeyhint: "send", "aria-describedby": "error",
    maxlength: words.mostTyped, placeholder: words.placeholder,
  });
  #error = make("p", { id: "error", class: "error" });
  #status = make("p", { class: "unseen", role: "status" });

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style];
    this.#conversation.setAttribute("aria-label", words.conversation);
    const button = make("button", { type: "submit" }, words.ask);
    const label = make("label", { for: "question" }, words.yourQuestion);
    const form = make("form", {}, label, make("div", { class: "asking" }, this.#input, button), this.#error);
    const chat = { lang: "en", dir: "ltr", "aria-labelledby": "heading" };
    root.append(make("section", chat, this.#heading, this.#conversation, form, this.#status));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#input.value = this.#input.value.toWellFormed?.() ?? this.#input.value; // half a character is no text
      this.#enqueue(this.#input.value);
    });
    root.addEventListener("keydown", (event) => this.#onKey(event));
    this.#conversation.addEventListener("click", (event) => this.#onClick(event));
    this.#begin();
  }

  attributeChangedCallback(name, before, after) {
    if (before !== after) this.#begin();
  }

  focus(options) {
    this.#input.focus(options);
  }

  // What the server is asked besides the question.
  get #scope() {
    const named = (name) => this.getAttribute(name) || null;
    const scope = { article: named("article"), collection: named("collection") };
    return Object.fromEntries(Object.entries(scope).filter(([, value]) => value !== null));
  }

  get #server() {
    const { href } = new URL(this.getAttribute("server") || SERVER, document.baseURI);
    return href.endsWith("/") ? href : `${href}/`;
  }

  // A new conversation: nothing of another article's stays.
  #begin() {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#questions = [];
    this.#heading.textContent = this.getAttribute("heading") || this.#whatIsAsked();
    this.#empty();
    this.#status.textContent = "";
    this.#clearError();
  }

  #empty() {
    this.#conversation.classList.remove("asked");
    this.#conversation.removeAttribute("tabindex");
    this.#conversation.replaceChildren(make("p", { class: "promise" }, words.promise));
  }

  #whatIsAsked() {
    const { article, collection } = this.#scope;
    if (article) return words.askOne;
    return collection ? `${words.askCollection} ${collection}` : words.askAll;
  }

  #enqueue(question, alone = false) {
    const stop = this.#stop.signal; // of this conversation
    this.#queue = this.#queue.then(() => stop.aborted || this.#ask(question, alone, stop));
  }

  async #ask(question, alone, stop) {
    const waiting = question.trim() ? this.#wait(question) : null;
    try {
      const body = { question, ...this.#scope, history: alone ? [] : this.#questions.slice(-words.mostEarlier) };
      const answer = await ask(this.#server, this.getAttribute("key"), body, stop);
      this.#take(answer, waiting);
      if (this.#input.value === question) this.#input.value = "";
    } catch (error) {
      if (stop.aborted) return;
      if (!(error instanceof Refusal)) console.error(error);
      this.#showError(error instanceof Refusal ? error.message : words.failed);
    } finally {
      waiting?.remove();
      if (!this.#conversation.querySelector(".turn, .promise")) this.#empty();
    }
  }

  // As much room as an answer gets is taken at once: nothing on the page moves when it comes.
  #wait(question) {
    this.#conversation.querySelector(".promise")?.remove();
    this.#conversation.classList.add("asked");
    this.#conversation.tabIndex = 0; // it may be scrolled by now
    const said = make("p", { class: "verdict" }, words.reading);
    const heading = make("h3", { class: "question", dir: "auto" }, question);
    const turn = make("article", { class: "turn pending", "aria-busy": "true" }, heading, said);
    this.#conversation.append(turn);
    this.#status.textContent = words.reading;
    this.#bringUp(turn);
    return turn;
  }

  #take(answer, waiting) {
    this.#clearError();
    clearMark();
    const { question } = answer;
    const page = new PageText();
    const turn = turnOf(answer, {
      article: this.#scope.article,
      several: !this.#scope.article,
      leans: answer.standalone_question !== question,
      place: (citation) => this.#place(citation, page),
      alone: () => this.#enqueue(question, true),
    });
    waiting.replaceWith(turn);
    this.#questions.push(question);
    const quotes = turn.querySelectorAll("ol.citations blockquote");
    const more = quotes.length > 1 ? ` ${quotes.length} ${words.citations}.` : "";
    const said = turn.querySelector(".verdict").textContent;
    this.#status.textContent = quotes.length ? `${said}: ${quotes[0].textContent}${more}` : said;
    this.#bringUp(turn);
  }

  // A quote that stands on this very page is shown here, any other one on the server's page of its article.
  #place({ quote, article, sentence, link }, page) {
    const range = page.find(quote);
    const language = range?.startContainer.parentElement.closest("[lang]")?.lang ?? "";
    const there = `${this.#server}?article=${encodeURIComponent(article.id)}#s${sentence.index + 1}`;
    const elsewhere = link && /^https?:/.test(link) && !sameAddress(link, location.href);
    return { href: range ? addressHere(quote, link) : there, language, publisher: elsewhere ? link : null };
  }

  #onClick(event) {
    const link = event.target.closest("a.sentence");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const range = new PageText().find(link.closest("li").querySelector("blockquote").textContent);
    if (!range) return;
    event.preventDefault();
    show(range);
  }

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const links = [...this.#conversation.querySelectorAll("a.sentence")];
    const place = links.indexOf(event.target.closest("li")?.querySelector("a.sentence"));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && this.#conversation.contains(event.target)) {
      event.preventDefault();
      this.focus();
    } else if (step && place >= 0) {
      event.preventDefault();
      links[Math.min(Math.max(place + step, 0), links.length - 1)].focus();
    } else if (step && links.length && event.target === this.#input && !this.#input.value) {
      event.preventDefault();
      this.#conversation.lastElementChild.querySelector("a.sentence")?.focus();
    }
  }

  #bringUp(turn) {
    this.#conversation.scrollTop += turn.getBoundingClientRect().top - this.#conversation.getBoundingClientRect().top;
  }

  #showError(message) {
    this.#error.textContent = message;
    this.#status.textContent = message;
    this.#input.setAttribute("aria-invalid", "true");
    this.focus();
  }

  #clearError() {
    this.#error.textContent = "";
    this.#input.removeAttribute("aria-invalid");
  }
}
