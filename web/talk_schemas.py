"""The shapes of conversations and feedback."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from bot.question import MAX_CHARACTERS
from web.answer_schemas import TextSpanBody
from web.citation_schemas import CitedArticleBody, CitedSpanBody, PlaceBody
from web.schemas import MOST_HISTORY, Body, Earlier, Probability, ScopeBody, SentenceBody, SpanBody, Text

LONGEST_ID = 100  # characters

Verdict = Literal["right", "wrong"]


class StartBody(ScopeBody):
    """A conversation to begin: what its questions are put to, where they do not say."""


class TalkScopeBody(Body):
    """What a conversation's questions are put to: the articles that fit every part."""

    articles: list[str] | None = Field(description="Their ids; null for any.")
    collections: list[str] | None = Field(description="The collections they are in; null for any.")
    sources: list[str] | None = Field(description="Their publishers; null for any.")
    languages: list[str] | None = Field(description="Their languages; null for any.")
    published_from: str | None = Field(description="Published on this day or later; null for any.")
    published_to: str | None = Field(description="Published on this day or before; null for any.")


class QuotedArticleBody(Body):
    """Which article, and which state of its text; what it is called, while it is there."""

    id: str = Field(description="Its id.")
    title: str | None = Field(description="Its headline; null when it is gone.")
    url: str | None = Field(description="The publisher's page; null when it is not known, or the article is gone.")
    fingerprint: str = Field(description="The sha256 of the text that was quoted.")
    version: int = Field(description="The version that was quoted.")


class QuotedBody(Body):
    """A sentence that was shown, read from the library at this moment: only its place is kept."""

    status: Literal["valid", "moved", "changed", "gone"] = Field(
        description="valid: the article has the sentence at that place; moved: at another place; changed: only an "
        "older version has it; gone: the article is not there, nor are its words."
    )
    article: QuotedArticleBody = Field(description="The article that was quoted.")
    sentence: SentenceBody = Field(description="The sentence's place in the version that was quoted.")
    quote: str | None = Field(description="The sentence, verbatim; null when it is gone.")
    answer: TextSpanBody | None = Field(description="The words in it that answer; null when no span is sure, or gone.")
    utf16: SpanBody | None = Field(description="The sentence's place in UTF-16 units; null when it is gone.")
    score: Probability = Field(description="The probability that this sentence answers, as it was given.")
    link: str | None = Field(description="The publisher's page, opened at the quote; null when it does not hold.")
    now: PlaceBody | None = Field(
        description="The sentence of the current version that has the quote, or stands for it; null when valid or gone."
    )


class TurnBody(Body):
    """One question of a conversation, and what was shown for it."""

    number: int = Field(description="1 for the first.")
    question: str = Field(description="The question as it was asked.")
    standalone_question: str = Field(description="The question as it was understood.")
    found: bool = Field(description="Whether a sentence answered surely enough to be cited.")
    confidence: Probability = Field(description="The probability that the best sentence found answers.")
    asked: str = Field(description="When, ISO 8601 in UTC.")
    citations: list[QuotedBody] = Field(description="What was cited, best first; empty when nothing was found.")
    nearest: list[QuotedBody] = Field(description="The nearest sentences, when nothing was found; else empty.")


class ConversationBody(Body):
    """A conversation, its quotes read from the library at this moment."""

    id: str = Field(description="What to give as conversation when asking. Whoever knows it can read this.")
    scope: TalkScopeBody = Field(description="What its questions are put to, where they do not say.")
    created: str = Field(description="When it began, ISO 8601 in UTC.")
    used: str = Field(description="When its last turn was added or taken off.")
    expires: str = Field(description="When it will be deleted if it is not used before.")
    turns: list[TurnBody] = Field(description="Oldest first.")


class ConversationSummaryBody(Body):
    """A conversation in a list."""

    id: str = Field(description="Its id.")
    scope: TalkScopeBody = Field(description="What its questions are put to.")
    created: str = Field(description="When it began, ISO 8601 in UTC.")
    used: str = Field(description="When its last turn was added or taken off.")
    turns: int = Field(description="How many it has.")
    question: str | None = Field(description="The first one; null before there is one.")


class ConversationListBody(Body):
    """A page of the conversations."""

    conversations: list[ConversationSummaryBody] = Field(description="Oldest first.")
    next: str | None = Field(description="What to give as after to get the next page; null on the last one.")


class ShownPlaceBody(Body):
    """A sentence that was shown: a citation as an Answer has it, or its article and sentence alone."""

    model_config = Body.model_config | {"extra": "ignore"}

    article: CitedArticleBody = Field(description="The article, as the Answer names it.")
    sentence: CitedSpanBody = Field(description="The sentence's place, in code points.")
    score: Probability = Field(default=0.0, description="The probability that it answers, as it was given.")


class GiveFeedbackBody(Body):
    """What a reader says of an answer."""

    question: Text = Field(description="The question as it was asked.")
    standalone_question: Annotated[Text, Field(max_length=MAX_CHARACTERS)] | None = Field(
        default=None, description="The question as it was understood; without it, as it was asked."
    )
    history: list[Earlier] = Field(
        default=[], max_length=MOST_HISTORY, description="The questions before it, oldest first."
    )
    verdict: Verdict = Field(description="Whether the first sentence that was shown answers; see found.")
    found: bool = Field(
        default=True, description="As the Answer has it; false: the verdict is on saying that there is no answer."
    )
    place: ShownPlaceBody | None = Field(default=None, description="What was shown first, cited or nearest.")
    right: ShownPlaceBody | None = Field(
        default=None, description='The sentence that answers rightly; only with "wrong".'
    )
    conversation: Annotated[Text, Field(max_length=LONGEST_ID)] | None = Field(
        default=None, description="The conversation it was asked in: the questions before it are taken from there."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.right is not None and self.verdict == "right":
            raise PydanticCustomError(
                "right_given", "what was right needs no other sentence: leave out the member right"
            )
        return self


class FeedbackBody(Body):
    """Feedback as it is kept, its quotes read from the library at this moment."""

    id: str = Field(description="What to give to take it back.")
    created: str = Field(description="When it was given, ISO 8601 in UTC.")
    question: str = Field(description="The question as it was asked.")
    standalone_question: str = Field(description="The question as it was understood.")
    history: list[str] = Field(description="The questions before it, oldest first.")
    verdict: Verdict = Field(description="right or wrong.")
    found: bool = Field(description="Whether a sentence was cited, or none was found.")
    place: QuotedBody | None = Field(description="What was shown first; null when nothing was.")
    right: QuotedBody | None = Field(description="The sentence that the reader says is right; else null.")
    conversation: str | None = Field(description="Where it was asked; null outside of one, or when that is deleted.")


class FeedbackListBody(Body):
    """A page of the feedback."""

    feedback: list[FeedbackBody] = Field(description="Oldest first.")
    next: str | None = Field(description="What to give as after to get the next page; null on the last one.")
