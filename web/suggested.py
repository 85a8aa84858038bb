"""Questions that an article's page suggests: worked out beside the answering, so that no page waits for them."""

import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from itertools import chain, zip_longest

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.bot import Bot
from corpus import default_article
from corpus.errors import AskArticleError
from index.types import ArticleFacts
from web.api.common import bot_of
from web.asked_articles import asked_articles
from web.rendering import render

# Written for the article that ships with the program, which is what a newcomer sees: they are there at once.
_DEFAULT = (
    "How many troops might be involved?",
    "How did Austin describe the deployment?",
    "Who is Victor Cha?",
    "How many Russian soldiers have been killed or wounded?",
)
MOST_WAITING = 8  # articles; more are not worked out until they are looked at again
KEPT = 1_000  # articles whose questions are remembered
NEWEST = 3  # articles of a list that it suggests questions from
MOST_OF_LIST = 4  # questions that a list suggests
_PATIENCE = 10.0  # seconds that the end of the program waits for the article at work

_Key = tuple[str, str, bool]  # an article's id, its text's fingerprint, and whether all articles are asked

router = APIRouter(include_in_schema=False)


class Suggested:
    """The questions to suggest for each article that was looked at. Safe to use from many threads.

    One thread works them out, an article at a time, and ends when none waits.
    """

    def __init__(self, bot: Bot) -> None:
        """Suggest what ``bot`` answers surely."""
        self._bot = bot
        self._known: OrderedDict[_Key, tuple[str, ...]] = OrderedDict()
        self._waiting: deque[_Key] = deque()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def known(self, article: ArticleFacts, *, among_all: bool = False) -> tuple[str, ...] | None:
        """Give the questions for ``article``; None while they aren't known: then they are being worked out.

        ``among_all``: those that it answers when all articles are asked, too.
        """
        default = default_article()
        if (article.id, article.fingerprint) == (default.id, default.fingerprint):
            return _DEFAULT
        key = (article.id, article.fingerprint, among_all)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
            if not self._closed:
                self._want(key)
        return None

    def known_of_list(self, articles: Sequence[ArticleFacts]) -> tuple[str, ...] | None:
        """Give questions for a list, from each of its first articles in turn; None while those of any aren't known."""
        found = [self.known(article, among_all=True) for article in articles[:NEWEST]]
        known = [questions for questions in found if questions is not None]
        if len(known) < len(found):
            return None
        taken = [question for question in chain(*zip_longest(*known)) if question is not None]
        return tuple(dict.fromkeys(taken))[:MOST_OF_LIST]

    def _want(self, key: _Key) -> None:
        if key not in self._waiting and len(self._waiting) < MOST_WAITING:
            self._waiting.append(key)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="suggestions", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        try:
            while (key := self._next()) is not None:
                questions: tuple[str, ...] | None = None
                try:
                    questions = self._work_out(key)
                except AskArticleError:
                    pass  # removed meanwhile, or the library cannot be read now: tried again when it is looked at
                finally:
                    self._keep(key, questions)
        except BaseException:
            with self._lock:
                self._thread = None
            raise

    def _work_out(self, key: _Key) -> tuple[str, ...]:
        article_id, _, among_all = key
        questions = self._bot.suggestions(article_id)
        return tuple(each for each in questions if self._is_its_own(each, article_id)) if among_all else questions

    def _is_its_own(self, question: str, article_id: str) -> bool:
        """Say whether the article still is what answers where all are asked."""
        answer = self._bot.ask(question)
        return answer.found and answer.citations[0].article.id == article_id

    def _next(self) -> _Key | None:
        with self._lock:
            if self._waiting and not self._closed:
                return self._waiting[0]  # it waits until it is known: asked for meanwhile, it is not begun again
            self._thread = None  # under the same lock: what is wanted from now on starts another
            return None

    def _keep(self, key: _Key, questions: tuple[str, ...] | None) -> None:
        with self._lock:
            self._waiting.popleft()
            if questions is not None:
                self._known[key] = questions
            while len(self._known) > KEPT:
                self._known.popitem(last=False)

    def close(self) -> None:
        """Begin no other article; wait a little for the one at work."""
        with self._lock:
            self._closed, thread = True, self._thread
        if thread is not None:
            thread.join(_PATIENCE)


@router.get("/suggestions")
def suggestions(request: Request, article: str | None = None, collection: str | None = None) -> Response:
    """Give the chips of an article, or of the list, for a page's script; 202, to be asked again, while not known."""
    suggested: Suggested = request.app.state.suggested
    if article is None:
        listed = asked_articles(request, collection or None, NEWEST)
        questions, several = suggested.known_of_list(listed.articles), listed.count > 1
    else:
        questions, several = suggested.known(bot_of(request).article(article)), False
    asked = {"asked": article, "collection": collection, "several": several}
    context = {"suggestions": questions or (), "awaited": None, "kept": None}
    return render(request, "_chips.html", asked | context, status=202 if questions is None else 200)
