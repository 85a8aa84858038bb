"""A conversation as Markdown: whatever was asked and quoted is shown as it is, and means nothing."""

from datetime import UTC, datetime
from html.parser import HTMLParser

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.conversation.export import conversation_to_markdown
from corpus.article import Article, Sentence
from corpus.citation_check import Version
from corpus.library.talk import CitedPlace, Conversation, StoredTurn
from corpus.library.types import ALL
from corpus.quoted import Quotes

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


class Words(HTMLParser):
    """The tags of a page and the text of each heading and quote."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: dict[str, list[str]] = {"h2": [], "blockquote": []}
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, _: object) -> None:
        self.tags.add(tag)
        if tag in self.texts:
            self.texts[tag].append("")
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.texts:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        for tag in self._inside:
            self.texts[tag][-1] += data


def markdown(question: str, quote: str) -> str:
    article = Article.create(quote, id="a", title=quote)
    text = article.text.strip()
    start = article.text.index(text)
    sentence = Sentence(article, 0, start, start + len(text))
    place = CitedPlace("a", 1, article.fingerprint, sentence.start, sentence.end, 0)
    turn = StoredTurn(question, question, True, 0.5, NOW, (place,), number=1)
    quotes = Quotes(None, lambda _: Version(article, (sentence,)))
    return conversation_to_markdown(Conversation("i", ALL, NOW, NOW, (turn,)), quotes)


MARKS = st.text(st.sampled_from("ab1 .#*_`~[]()<>&|\\!-+=>\n\t{}:/;@é漢😀\x1b"), min_size=1, max_size=40)


@given(question=MARKS, quote=MARKS.filter(lambda text: text.strip("\x1b \n\t")))
@example("1. one", "2) two")
@example("what is C #", "why ##")
@example("- [x] <script>alert(1)</script>", "&lt;b&gt; ![a](b) <https://x.example>")
@example("***", "---")
@settings(max_examples=150, deadline=None)
def test_what_was_asked_and_quoted_is_shown_as_it_is(question: str, quote: str) -> None:
    page = Words()
    page.feed(MarkdownIt("commonmark").render(markdown(question, quote)))
    shown_question, shown_quote = page.texts["h2"][0], page.texts["blockquote"][0]
    assert " ".join(shown_question.split()) == " ".join(f"1. {question}".replace("\x1b", "\ufffd").split())
    said = Article.create(quote, id="a").text
    assert " ".join(shown_quote.split()) == " ".join(said.replace("\x1b", "\ufffd").split())
    assert page.tags <= {"h1", "h2", "p", "blockquote", "em"}


def test_a_conversation_without_turns_is_said_to_be_so() -> None:
    text = conversation_to_markdown(Conversation("i", ALL, NOW, NOW, ()), Quotes(None))
    assert text == "# Conversation of 2026-01-31\n\nNothing was asked yet.\n"
