"""A bot for tests of the web: no index, no model; a sentence answers when it holds every long word of the question."""

import re
from collections.abc import Sequence

from bot.answer import Answer, Citation, Span, Speaker, Timing
from bot.conversation import stand_alone
from corpus import Article, Sentence
from corpus.errors import EmptyQuestionError, NoSuchArticleError, QuestionTooLongError
from corpus.library.types import ALL, Filter

TEXT = (
    "The bridge at Arnfels closed on Monday. Engineers found cracks in two of its nine pillars.\n"
    "Repairs will cost about 4 million euros, the mayor said. Nobody was hurt."
)
LONGEST = 200


class StubBot:
    """Has what ``web`` uses of ``bot.Bot``; every line of an article is split at ". "."""

    def __init__(self, *texts: str, titles: Sequence[str] = ("Arnfels bridge closed",)) -> None:
        named = zip(texts or (TEXT,), [*titles, *[""] * len(texts)], strict=False)
        self.articles = tuple(Article.create(text, title=title) for text, title in named)

    def article(self, article_id: str) -> Article:
        for article in self.articles:
            if article.id == article_id:
                return article
        raise NoSuchArticleError(f"No article '{article_id}'.")

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        article = self.article(article_id)
        spans = [match.span() for match in re.finditer(r"\S.*?(?:[.](?=\s)|$)", article.text, re.MULTILINE)]
        return tuple(Sentence(article, index, *span) for index, span in enumerate(spans))

    def suggestions(self, article_id: str) -> tuple[str, ...]:
        self.article(article_id)
        return ()

    def beside(self, answer: Answer) -> Answer:
        return answer

    def ask(
        self, question: str, *, article: str | None = None, where: Filter = ALL, history: Sequence[str] = ()
    ) -> Answer:
        standalone = stand_alone(question, history)
        words = [word for word in re.findall(r"\w+", standalone.lower()) if len(word) > 3]
        if not question.strip():
            raise EmptyQuestionError("The question is empty. Type one.")
        if len(question) > LONGEST:
            raise QuestionTooLongError(f"The question has {len(question)} characters; the limit is {LONGEST}.")
        named = where.articles or ([] if article is None else [article])
        asked = [self.article(one) for one in named] or self.articles
        sentences = [sentence for one in asked for sentence in self.sentences(one.id)]
        found = [each for each in sentences if words and all(word in each.text.lower() for word in words)]
        return Answer(
            question=question,
            standalone_question=standalone,
            found=bool(found),
            confidence=0.93 if found else 0.04,
            citations=[_cite(sentence) for sentence in found],
            nearest=[] if found else [Citation(sentence, 0.04) for sentence in sentences[:2]],
            timing=Timing(1.0, 0.5, 0.25, 0.25),
        )


def _cite(sentence: Sentence) -> Citation:
    at = sentence.text.find("about 4 million euros")
    if at < 0:
        return Citation(sentence, 0.93)
    answer = Span(sentence.start + at, sentence.start + at + len("about 4 million euros"))
    return Citation(sentence, 0.93, answer, Speaker("the mayor", "said"))
