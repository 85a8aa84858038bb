"""The shapes of an answer: the contract of ``bot.answer_json``."""

from typing import Literal

from pydantic import Field

from web.schemas import ArticleRefBody, Body, Probability, ProblemBody, SentenceBody, SpanBody


class TextSpanBody(SpanBody):
    """A span in code points of the article's text, and its text."""

    text: str = Field(description="The article's text[start:end].")


class SpeakerBody(Body):
    """Who says what the quote says."""

    name: str = Field(description="As the article names them.")
    mode: str = Field(description="said, claimed, denied, estimated, quoted or reported.")


class ContextBody(SentenceBody):
    """The sentence before the quote that it leans on."""

    text: str = Field(description="Its words: the article's text[start:end].")
    utf16: SpanBody = Field(description="Its place in UTF-16 units.")


class ValueBody(TextSpanBody):
    """A number or a date in the quote, in code points of the article's text, and what it means."""

    kind: Literal["count", "money", "percent", "duration", "measure", "date"] = Field(description="What it is.")
    low: float | None = Field(description="The number; of a range, its lower end. Null for a date.")
    high: float | None = Field(description="The number; of a range, its upper end. Null for a date.")
    bound: str | None = Field(description="How the number is meant: about, at least or at most; null for as it stands.")
    unit: str | None = Field(description="What is counted, or measured in: soldier, dollar, year; null for nothing.")
    first: str | None = Field(description="The first day of a date, as YYYY-MM-DD; null where it is not known.")
    last: str | None = Field(description="The last day of a date, as YYYY-MM-DD; null where it is not known.")
    time: str | None = Field(description="The time of day, as HH:MM; null for none.")
    resolved: bool = Field(
        description="Whether its days were worked out from the article's date, or from one before it."
    )


class CitationBody(Body):
    """A quoted sentence and where it stands."""

    article: ArticleRefBody = Field(description="The article that is quoted.")
    sentence: SentenceBody = Field(description="The sentence's place in the article's text.")
    quote: str = Field(description="The sentence, verbatim: text[start:end] in code points.")
    answer: TextSpanBody | None = Field(description="The words in it that answer; null when no span is sure.")
    utf16: SpanBody = Field(description="The sentence's place in UTF-16 units, as JavaScript counts.")
    score: Probability = Field(description="The probability that this sentence answers the question.")
    speaker: SpeakerBody | None = Field(description="Who says it; null when nobody does or it is not sure.")
    context: ContextBody | None = Field(description="The sentence before that the quote leans on; else null.")
    dates: list[ValueBody] = Field(description="The quote's dates that were worked out from the article's date.")
    values: list[ValueBody] = Field(description="The numbers or dates for which a group or a conflict shows it.")
    page: int | None = Field(description="The printed page it begins on, from 1; null where the article has no pages.")
    link: str | None = Field(description="The publisher's page, opened at the quote; null when the article has no url.")


class GroupBody(Body):
    """A part of a list."""

    kind: str = Field(description="speaker, date, or a kind of number.")
    heading: str = Field(description="The speaker, the days, or the kind of number in words.")
    citations: list[CitationBody] = Field(description="Its sentences, in text order.")


class TimingBody(Body):
    """Milliseconds, whole and by stage."""

    total: float = Field(description="From the question to the answer.")
    encode: float = Field(description="Turning the question into a vector.")
    search: float = Field(description="Finding the nearest passages.")
    read: float = Field(description="Weighing their sentences.")


class AnswerBody(Body):
    """Citations and a confidence, or found=false with the nearest sentences."""

    contract: int = Field(description="The version of this shape.")
    question: str = Field(description="The question as it was asked.")
    standalone_question: str = Field(description="The question as it was understood, able to stand alone.")
    found: bool = Field(description="Whether a sentence answers surely enough to be cited.")
    confidence: Probability = Field(description="The probability that the best sentence found answers the question.")
    citations: list[CitationBody] = Field(description="Best first; empty when nothing was found.")
    nearest: list[CitationBody] = Field(description="The nearest sentences, when nothing was found; else empty.")
    groups: list[GroupBody] = Field(description="The whole list where the question asks for one; else empty.")
    partial: bool = Field(description="Whether the articles are too long for the whole list.")
    conflict: list[CitationBody] = Field(
        description="Sentences of one article that answer with different values, in text order; else empty."
    )
    timing_ms: TimingBody = Field(description="How long it took.")


class BatchAnswerBody(Body):
    """What came of one question of a batch: an answer, or why it could not be asked."""

    answer: AnswerBody | None = Field(description="The answer; null when there is a problem.")
    problem: ProblemBody | None = Field(description="Why there is no answer; else null.")


class AnswerBatchBody(Body):
    """The answers to a batch."""

    answers: list[BatchAnswerBody] = Field(description="In the order of the questions.")
