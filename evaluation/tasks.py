"""What is asked of a system, and which units of text are right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.answer import Span
from corpus import Passage, Sentence, cut_passages, split_sentences
from corpus.errors import EvaluationError
from evaluation.data_sets import by_paragraph
from evaluation.gold import DataSet, GoldQuestion
from evaluation.outcome import Outcome, unit_id
from evaluation.place import covered, touched


@dataclass(frozen=True, slots=True)
class Task:
    """One way of asking: which questions, within one article or all, ranking which units."""

    name: str
    says: str  # one line for people
    one_article: bool
    unit: str  # sentence | passage
    asks: Callable[[GoldQuestion], bool]


TASKS = {
    task.name: task
    for task in (
        Task("sentence", "find the sentence inside its article", True, "sentence", lambda q: _plain(q)),
        Task("corpus", "find the sentence in all articles", False, "sentence", lambda q: _plain(q)),
        Task("passage", "find the passage in all articles", False, "passage", lambda q: _plain(q)),
        Task("abstain", "answer, or say that the paragraph does not", True, "sentence", lambda q: not q.history),
        Task(
            "conversation", "find the sentence for a follow-up", True, "sentence", lambda q: q.answerable and _chat(q)
        ),
    )
}


def _plain(question: GoldQuestion) -> bool:
    return question.answerable and not question.history


def _chat(question: GoldQuestion) -> bool:
    return bool(question.history)


def usual_tasks(data_set: DataSet) -> list[str]:
    """Give the tasks that a data set is made for."""
    if data_set.judges_articles:
        return ["passage"]
    chosen = ["sentence"] if any(map(_plain, data_set.questions)) else []
    if any(not question.answerable and not question.history for question in data_set.questions):
        chosen.append("abstain")
    if any(map(TASKS["conversation"].asks, data_set.questions)):
        chosen.append("conversation")
    return chosen


class Job:
    """A task on a data set: the questions asked, and for each the units that are right.

    In sets that judge whole articles the unit is the article, whatever the system ranks: its first span of each.
    """

    def __init__(self, task: Task, data_set: DataSet) -> None:
        if data_set.judges_articles and task.one_article:
            raise EvaluationError(f"{data_set.name} judges whole articles: use --task corpus or passage with it.")
        self.task = task
        # A label "unanswerable" was judged against one paragraph, so that paragraph is all there is to quote.
        self.data_set = by_paragraph(data_set) if task.name == "abstain" else data_set
        self.questions = [question for question in self.data_set.questions if task.asks(question)]
        if not self.questions:
            raise EvaluationError(f"{data_set.name} has no question for the task {task.name}: {task.says}.")
        self.unit = "article" if data_set.judges_articles else task.unit
        self._sentences: dict[str, tuple[Sentence, ...]] = {}
        self._passages: dict[str, tuple[Passage, ...]] = {}

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Give an article's sentences."""
        if article_id not in self._sentences:
            self._sentences[article_id] = split_sentences(self.data_set.articles[article_id])
        return self._sentences[article_id]

    def gold_sentences(self, question: GoldQuestion) -> list[list[Sentence]]:
        """Give the sentences of each gold answer; none for sets that judge articles."""
        if question.article_id is None:
            return []
        sentences = self.sentences(question.article_id)
        return [found for answer in question.answers if (found := touched(answer.span, sentences))]

    def gold_groups(self, question: GoldQuestion) -> list[frozenset[str]]:
        """Give the right units of each gold answer."""
        groups = []
        for sentences in self.gold_sentences(question):
            spans: Sequence[Sentence | Passage] = sentences
            if self.unit == "passage":
                held = {sentence.index for sentence in sentences}
                passages = self._passages_of(sentences[0].article.id)
                spans = [p for p in passages if held & {sentence.index for sentence in p.sentences}]
            groups.append(frozenset(unit_id(span.article.id, span.start, span.end) for span in spans))
        return groups

    def relevant(self, question: GoldQuestion) -> Mapping[str, int]:
        """Give every right unit with its grade."""
        if self.unit == "article":
            return question.relevant
        return dict.fromkeys(sorted(frozenset().union(*self.gold_groups(question))), 1)

    def units(self, outcome: Outcome) -> list[str]:
        """Give the units that an outcome ranks, best first, each once."""
        if self.unit == "article":
            return list(dict.fromkeys(ranked.article_id for ranked in outcome.ranked))
        if self.unit == "passage":
            return list(dict.fromkeys(ranked.unit for ranked in outcome.ranked))
        return list(dict.fromkeys(unit for rank in range(len(outcome.ranked)) for unit in self.units_at(outcome, rank)))

    def units_at(self, outcome: Outcome, rank: int) -> list[str]:
        """Give the units that one ranked span stands for: a span of another system's cutting may hold several."""
        ranked = outcome.ranked[rank]
        if self.unit == "article":
            return [ranked.article_id]
        if self.unit == "passage":
            return [ranked.unit]
        if ranked.article_id not in self.data_set.articles:
            return []
        held = covered(Span(ranked.start, ranked.end), self.sentences(ranked.article_id))
        return [unit_id(s.article.id, s.start, s.end) for s in held]

    def _passages_of(self, article_id: str) -> tuple[Passage, ...]:
        if article_id not in self._passages:
            sentences = self.sentences(article_id)
            self._passages[article_id] = cut_passages(self.data_set.articles[article_id], sentences)
        return self._passages[article_id]
