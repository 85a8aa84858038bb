"""What a sense for news adds to one answer: speakers, context, dates, lists."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.answer import Answer, Citation, Group, Timing
from bot.attribution import Attribution
from bot.beside import beside
from bot.conflict import conflict
from bot.lists import RIGHT, ListQuestion, list_groups
from bot.voices import AT_ONCE, Voices
from corpus import Sentence
from corpus.errors import NoSuchArticleError
from index import Hit

LISTED_ARTICLES = 5  # articles nearest to the question that a list is made of
_FIRST_OF_GROUPS = 5  # sentences of a list that stand as citations


class News:
    """One question's view of the articles: each article's sentences are fetched once."""

    def __init__(self, sentences: Callable[[str], Sequence[Sentence]], voices: Voices) -> None:
        """Read articles by ``sentences``, which raises NoSuchArticleError, and speakers by ``voices``."""
        self._sentences, self._voices = sentences, voices
        self._known: dict[str, Sequence[Sentence]] = {}

    def of(self, article_id: str) -> Sequence[Sentence]:
        """Give an article's sentences in text order; none where it was deleted meanwhile."""
        if article_id not in self._known:
            try:
                self._known[article_id] = self._sentences(article_id)
            except NoSuchArticleError:
                self._known[article_id] = ()
        return self._known[article_id]

    def around(self, sentence: Sentence) -> Sequence[Sentence]:
        """Give the sentences of its article; none where that was deleted or changed since."""
        found = self.of(sentence.article.id)
        return found if found and found[0].article.fingerprint == sentence.article.fingerprint else ()

    def said(self, sentence: Sentence) -> Attribution | None:
        """Say who says a sentence; None where nobody does or it isn't sure."""
        around = self.around(sentence)
        return self._voices.of_one(sentence, around) if around else None

    def conflict(self, question: str, answer: Answer) -> Sequence[Citation]:
        """Give the sentences of the first citation's article that answer with different values; none where none do."""
        first = answer.citations[0] if answer.citations and not answer.groups else None
        around = self.around(first.sentence) if first else ()
        return conflict(question, first, around[:AT_ONCE], self.said) if first and around else ()

    def beside(self, answer: Answer) -> Answer:
        """Add to every citation what stands beside its quote."""
        return replace(
            answer,
            citations=self._beside(answer.citations),
            nearest=self._beside(answer.nearest),
            groups=[replace(group, citations=self._beside(group.citations)) for group in answer.groups],
            conflict=self._beside(answer.conflict),
        )

    def _beside(self, citations: Sequence[Citation]) -> list[Citation]:
        around = [self.around(citation.sentence) for citation in citations]
        pairs = zip(citations, around, strict=True)
        return [beside(citation, near, self.said) if near else citation for citation, near in pairs]

    def groups(self, asked: ListQuestion, hits: Sequence[Hit]) -> tuple[list[Group], bool]:
        """Give the list that is asked for, of the articles nearest to the question, and whether it is only a part."""
        sentences: list[Sentence] = []
        said: list[Attribution | None] = []
        partial = False
        for article_id in list(dict.fromkeys(hit.passage.article.id for hit in hits))[:LISTED_ARTICLES]:
            whole = self.of(article_id)
            partial = partial or len(whole) > AT_ONCE
            sentences += whole[:AT_ONCE]
            said += self._voices.of(whole)[:AT_ONCE] if asked.by == "speaker" else [None] * min(AT_ONCE, len(whole))
        groups, cut = list_groups(asked, sentences, said)
        return groups, partial or cut


def listed(question: str, asked: ListQuestion, groups: Sequence[Group], partial: bool, timing: Timing) -> Answer:
    """Make the Answer of a list that is not empty."""
    firsts = {(first.article.id, first.sentence.index): first for group in groups for first in group.citations[:1]}
    return Answer(
        question=question,
        standalone_question=question,
        found=True,
        confidence=RIGHT[asked.by],
        citations=list(firsts.values())[:_FIRST_OF_GROUPS],
        nearest=[],
        timing=timing,
        groups=groups,
        partial=partial,
    )
