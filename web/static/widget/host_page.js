// The page the widget stands on: whether a quoted sentence is there, and showing it.

const NOT_ITS_TEXT = "script, style, noscript, template, textarea, select, ask-article";
const STORY = "article, main, [itemprop~=articleBody]";
const BLANKS = /[\s\u00ad\u200b-\u200d\u2060\ufeff]/g; // left out of both: an article has other line ends than its page
const SHORTEST = 8; // characters; what is shorter may stand anywhere
const LONGEST_DIRECTIVE = 300; // characters quoted whole in an address; of a longer sentence its first and last words
const EDGE_WORDS = 6;
const HIGHLIGHT = "ask-article";

const bare = (text) => text.replace(BLANKS, "");

// The page's text as it is now, and where in it each text node begins.
export class PageText {
  #text = "";
  #pieces = [];

  constructor() {
    const sort = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
      return node.matches(NOT_ITS_TEXT) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, sort);
    while (walker.nextNode()) {
      const text = bare(walker.currentNode.data);
      if (text) this.#pieces.push({ node: walker.currentNode, start: this.#text.length });
      this.#text += text;
    }
  }

  // Give the range of the quote, one in the page's story before any other; null where it is not to be seen.
  find(quote) {
    const wanted = bare(quote);
    if (wanted.length < SHORTEST) return null;
    const found = [];
    for (let at = this.#text.indexOf(wanted); at >= 0; at = this.#text.indexOf(wanted, at + 1)) {
      const parent = this.#piece(at).node.parentElement;
      if (parent.checkVisibility?.() ?? true) found.push({ at, story: parent.closest(STORY) });
    }
    const best = found.find((place) => place.story) ?? found[0];
    if (!best) return null;
    const range = document.createRange();
    range.setStart(...this.#place(best.at));
    const [node, last] = this.#place(best.at + wanted.length - 1);
    range.setEnd(node, last + 1);
    return range;
  }

  #piece(at) {
    let [low, high] = [0, this.#pieces.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#pieces[middle].start <= at) low = middle;
      else high = middle - 1;
    }
    return this.#pieces[low];
  }

  #place(at) {
    const { node, start } = this.#piece(at);
    let offset = 0;
    for (let seen = start; offset < node.length; offset += 1) {
      seen += bare(node.data[offset]).length;
      if (seen > at) break;
    }
    return [node, offset];
  }
}

export function sameAddress(one, other) {
  return one.split("#")[0] === other.split("#")[0];
}

// Give this page's address at the quote, which works in another window too; `link` is the server's, if it has one.
export function addressHere(quote, link) {
  if (link && sameAddress(link, location.href)) return link;
  const escaped = (words) => encodeURIComponent(words).replaceAll("-", "%2D");
  const words = quote.split(/\s+/);
  const ends = [words.slice(0, EDGE_WORDS), words.slice(-EDGE_WORDS)].map((part) => escaped(part.join(" ")));
  const whole = quote.length <= LONGEST_DIRECTIVE || words.length < 2 * EDGE_WORDS;
  return `${location.href.split("#")[0]}#:~:text=${whole ? escaped(words.join(" ")) : ends.join(",")}`;
}

let sheet = null;

function mark(range) {
  if (!window.Highlight || !CSS.highlights) {
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return;
  }
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(`@layer ask-article { ::highlight(${HIGHLIGHT}) { background-color: Mark; color: MarkText; } }`);
    document.adoptedStyleSheets.push(sheet); // in a layer: whatever the page's own sheets say counts more
  }
  CSS.highlights.set(HIGHLIGHT, new Highlight(range));
}

function focus(element) {
  if (!element.hasAttribute("tabindex")) {
    element.tabIndex = -1;
    element.addEventListener("blur", () => element.removeAttribute("tabindex"), { once: true });
  }
  element.focus({ preventScroll: true });
}

// Mark the range on the page, bring it into view and go on from there with the keyboard.
export function show(range) {
  mark(range);
  const element = range.startContainer.parentElement;
  focus(element);
  const { top, bottom } = range.getBoundingClientRect();
  if (top >= 0 && bottom <= window.innerHeight) return;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const tall = element.getBoundingClientRect().height > window.innerHeight / 2; // its middle may be far from the quote
  element.scrollIntoView({ block: tall ? "start" : "center", behavior: still || tall ? "instant" : "smooth" });
  if (tall) window.scrollBy({ top: range.getBoundingClientRect().top - window.innerHeight / 3, behavior: "instant" });
}

export function clearMark() {
  CSS.highlights?.delete(HIGHLIGHT);
}
