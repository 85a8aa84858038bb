"""A question from a page's address: what it was, what came of it, and the address that shows it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from bot.answer import Answer
from bot.bot import Bot
from bot.question import MAX_CHARACTERS
from corpus.errors import QuestionError
from corpus.library.types import ALL, Filter

MOST_EARLIER = 5  # questions an address carries; chat.js keeps as many
# Characters that the question's field takes: more than may be asked, so that too long a question is told so with its
# words kept, and so few that it fits, escaped and with those before it, into the 64 kB a server takes for an address.
MOST_TYPED = 2 * MAX_CHARACTERS


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it: an answer, or why it could not be asked."""

    question: str  # as typed
    article: str | None  # the id of the one article that was asked; None when all were
    earlier: Sequence[str]  # the questions before it, oldest first
    answer: Answer | None = None
    error: str | None = None
    collection: str | None = None  # the one collection that was asked, or that the article was come to from

    @property
    def history(self) -> list[str]:
        """The questions that the next one may lean on, oldest first."""
        return [*self.earlier, *([self.question] if self.answer else [])][-MOST_EARLIER:]

    @property
    def leans(self) -> bool:
        """Whether the question was understood from those before it."""
        return self.answer is not None and self.answer.standalone_question != self.answer.question

    @property
    def link(self) -> str:
        """The address, from where the application is mounted, that shows this very answer again."""
        return address(self.article, self.question, self.earlier if self.leans else (), collection=self.collection)

    @property
    def turns(self) -> list[str]:
        """The addresses of the conversation's questions, oldest first; none for one that could not be asked."""
        before = [
            address(self.article, question, self.earlier[:place], collection=self.collection)
            for place, question in enumerate(self.earlier)
        ]
        return [*before, *([self.link] if self.answer else [])]

    @property
    def start_link(self) -> str:
        """The address that asks nothing yet."""
        return start_address(self.article, collection=self.collection)

    @property
    def undo_link(self) -> str:
        """The address that shows the conversation as it was before the question."""
        if not self.earlier:
            return self.start_link
        return address(self.article, self.earlier[-1], self.earlier[:-1], collection=self.collection)

    @property
    def alone_link(self) -> str:
        """The address that asks the question without those before it."""
        return address(self.article, self.question, collection=self.collection)


def address(article: str | None, question: str, earlier: Sequence[str] = (), *, collection: str | None = None) -> str:
    """Give the address of a question: the article or the collection it is put to, what it leans on, and itself."""
    parts = [*_put_to(article, collection), *(("h", each) for each in earlier), ("q", question)]
    return "/?" + urlencode(parts, errors="replace")


def start_address(article: str | None, *, collection: str | None = None) -> str:
    """Give the address where the article or the collection can be asked."""
    parts = _put_to(article, collection)
    return "/?" + urlencode(parts, errors="replace") if parts else "/"


def _put_to(article: str | None, collection: str | None) -> list[tuple[str, str]]:
    return [(name, value) for name, value in (("collection", collection), ("article", article)) if value is not None]


def ask_address(bot: Bot, asked: str) -> Exchange | None:
    """Ask what an address, as ``address`` gives it, asks; None where it asks nothing.

    Raises:
        NoSuchArticleError: what it is put to is not there.
    """
    parts = urlsplit(asked)
    try:
        fields = parse_qs(parts.query, max_num_fields=2 * MOST_EARLIER + 3)
    except ValueError:
        return None
    question = fields.get("q", [""])[0]
    if (parts.scheme, parts.netloc, parts.path) != ("", "", "/") or not question:
        return None
    article, collection = (fields.get(name, [None])[0] for name in ("article", "collection"))
    return ask(bot, question, article, fields.get("h", []), collection=collection)


def put_to(exchange: Exchange) -> Filter:
    """Give the articles that a question was put to."""
    if exchange.article is not None:
        return Filter(articles=frozenset({exchange.article}))
    return Filter(collections=frozenset({exchange.collection})) if exchange.collection is not None else ALL


def ask(
    bot: Bot, question: str, article: str | None, earlier: Sequence[str] = (), *, collection: str | None = None
) -> Exchange:
    """Ask the article with that id, else that collection, else all; one that cannot be asked becomes an error to show.

    Of ``earlier``, as an address gives them, the last few that could be questions count.
    """
    earlier = [each for each in earlier if each.strip() and len(each) <= MAX_CHARACTERS][-MOST_EARLIER:]
    where = Filter(collections=frozenset({collection})) if collection is not None and article is None else ALL
    try:
        answer = bot.ask(question, article=article, where=where, history=earlier)
        return Exchange(question, article, earlier, answer=answer, collection=collection)
    except QuestionError as error:
        return Exchange(question, article, earlier, error=str(error), collection=collection)


def shown_first(answer: Answer) -> str:
    """Name what an answer shows first, so that it is known whether it is still the same."""
    first = (*answer.citations, *answer.nearest)[:1]
    return f"{first[0].article.fingerprint[:12]}:{first[0].sentence.start}" if first else ""
