"""Who says each sentence of the articles asked last, worked out once for each version of an article, part by part."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from bot.attribution import PART, Attribution, attribute, attribute_part
from corpus import Sentence

KEPT = 1_024  # parts of articles, of some sixty sentences each
AT_ONCE = 5_000  # sentences of an article that are listed together: half a second


class Voices:
    """Attributions by article. Safe to share between threads; what it says depends on the sentences alone."""

    def __init__(self) -> None:
        """Begin with nothing kept."""
        self._kept: OrderedDict[tuple[str, int, int], tuple[Attribution | None, ...]] = OrderedDict()
        self._lock = Lock()

    def of(self, sentences: Sequence[Sentence]) -> Sequence[Attribution | None]:
        """Say who says each of an article's ``sentences``, which are all of them, in text order.

        Of an article with more than ``AT_ONCE`` sentences nothing is said after those.
        """
        listed = min(AT_ONCE, len(sentences))
        found = [one for part in range(-(-listed // PART)) for one in self._part(sentences, part)]
        return found[:listed] + [None] * (len(sentences) - listed)

    def of_one(self, sentence: Sentence, sentences: Sequence[Sentence]) -> Attribution | None:
        """Say who says one of an article's ``sentences``; the time taken doesn't grow with the article."""
        in_place = sentence.index < len(sentences) and sentences[sentence.index].start == sentence.start
        if not in_place:
            return attribute(sentence, sentences)
        return self._part(sentences, sentence.index // PART)[sentence.index % PART]

    def _part(self, sentences: Sequence[Sentence], part: int) -> Sequence[Attribution | None]:
        key = (sentences[0].article.fingerprint, len(sentences), part)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = tuple(attribute_part(sentences, part))
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found
