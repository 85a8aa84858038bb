"""Questions that an article's page suggests: worked out beside the answering, so that no page waits for them."""

import threading
from collections import OrderedDict, deque

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.bot import Bot
from corpus import Article, default_article
from corpus.errors import AskArticleError
from web.api.common import bot_of
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
_PATIENCE = 10.0  # seconds that the end of the program waits for the article at work

_Key = tuple[str, str]  # an article's id and its text's fingerprint

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

    def known(self, article: Article) -> tuple[str, ...] | None:
        """Give the questions for ``article``; None while they aren't known: then they are being worked out."""
        default = default_article()
        if (article.id, article.fingerprint) == (default.id, default.fingerprint):
            return _DEFAULT
        key = (article.id, article.fingerprint)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
            if not self._closed:
                self._want(key)
        return None

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
                    questions = self._bot.suggestions(key[0])
                except AskArticleError:
                    pass  # removed meanwhile, or the library cannot be read now: tried again when it is looked at
                finally:
                    self._keep(key, questions)
        except BaseException:
            with self._lock:
                self._thread = None
            raise

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
def suggestions(request: Request, article: str, collection: str | None = None) -> Response:
    """Give an article's chips, for a page's script to insert; 202, to be asked again, while they aren't known."""
    suggested: Suggested = request.app.state.suggested
    questions = suggested.known(bot_of(request).article(article))
    context = {"suggestions": questions or (), "asked": article, "awaited": None, "kept": None}
    context |= {"collection": collection}
    return render(request, "_chips.html", context, status=202 if questions is None else 200)
