"""Who says each sentence of the articles asked last, worked out once for each version of an article."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from bot.attribution import Attribution, attribute, attribute_all
from corpus import Sentence

KEPT = 64  # articles
AT_ONCE = 5_000  # sentences of an article that are worked out together: half a second


class Voices:
    """Attributions by article. Safe to share between threads; what it says depends on the sentences alone."""

    def __init__(self) -> None:
        """Begin with nothing kept."""
        self._kept: OrderedDict[tuple[str, int], tuple[Attribution | None, ...]] = OrderedDict()
        self._lock = Lock()

    def of(self, sentences: Sequence[Sentence]) -> Sequence[Attribution | None]:
        """Say who says each of an article's ``sentences``, which are all of them, in text order.

        Of an article with more than ``AT_ONCE`` sentences nothing is said after those.
        """
        if not sentences:
            return ()
        key = (sentences[0].article.fingerprint, len(sentences))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = tuple(attribute_all(sentences[:AT_ONCE])) + (None,) * max(0, len(sentences) - AT_ONCE)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def of_one(self, sentence: Sentence, sentences: Sequence[Sentence]) -> Attribution | None:
        """Say who says one of an article's ``sentences``, however long the article is."""
        if len(sentences) > AT_ONCE:
            return attribute(sentence, sentences)
        in_place = sentence.index < len(sentences) and sentences[sentence.index].start == sentence.start
        return self.of(sentences)[sentence.index] if in_place else attribute(sentence, sentences)
