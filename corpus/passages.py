"""An article's passages: runs of whole sentences, the units that are searched."""

from collections.abc import Sequence

from corpus.article import Article, Passage, Sentence

DEFAULT_MAX_CHARACTERS = 700
# A passage may stop this far short of the limit to end with its paragraph.
_LEAST_FILL = 0.6


def cut_passages(
    article: Article,
    sentences: Sequence[Sentence],
    max_characters: int = DEFAULT_MAX_CHARACTERS,
    overlap: int = 1,
) -> tuple[Passage, ...]:
    """Cut an article into passages of at most ``max_characters``, each starting ``overlap`` sentences back.

    A sentence longer than the limit is a passage of its own. A passage ends with a paragraph where that leaves it at
    least 60 % full. Every sentence is in a passage; no passage lies wholly inside the one before it.

    Raises:
        ValueError: ``max_characters`` is below 1 or ``overlap`` below 0.
    """
    if max_characters < 1 or overlap < 0:
        raise ValueError(f"max_characters must be at least 1 and overlap at least 0, not {max_characters}, {overlap}.")
    passages: list[Passage] = []
    first = new = 0  # the passage's first sentence, and the first that no passage holds yet
    while new < len(sentences):
        first = _first_that_fits(sentences, first, new, max_characters)
        stop = _stop(article, sentences, first, new, max_characters)
        passages.append(Passage(article, len(passages), tuple(sentences[first:stop])))
        first, new = max(stop - overlap, first + 1), stop
    return tuple(passages)


def _first_that_fits(sentences: Sequence[Sentence], first: int, new: int, limit: int) -> int:
    """Drop sentences of the overlap until the first new one fits behind them."""
    while first < new and sentences[new].end - sentences[first].start > limit:
        first += 1
    return first


def _stop(article: Article, sentences: Sequence[Sentence], first: int, new: int, limit: int) -> int:
    """Give the index after the passage's last sentence; at least ``new + 1``."""
    start = sentences[first].start
    stop = new + 1
    while stop < len(sentences) and sentences[stop].end - start <= limit:
        stop += 1
    if stop == len(sentences):
        return stop
    for earlier in range(stop, new, -1):
        if sentences[earlier - 1].end - start < _LEAST_FILL * limit:
            break
        if "\n" in article.text[sentences[earlier - 1].end : sentences[earlier].start]:
            return earlier
    return stop
