"""The API's shapes: what OpenAPI describes and the tests hold the bot's answers to."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

Probability = Annotated[float, Field(ge=0, le=1)]


def _check_text(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise PydanticCustomError("not_text", "half a surrogate pair is no text")  # JSON can spell it, UTF-8 can't
    return text


Text = Annotated[str, AfterValidator(_check_text)]

# FastAPI leaves null members out of examples, so these have none.
QUOTE = "U.S. officials estimate that around 3,000 troops might be involved."
_ARTICLE_REF: JsonDict = {
    "id": "north-korea",
    "title": "North Korean troops in Russia",
    "url": "https://example.org/troops",
    "fingerprint": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "version": 1,
}
_CITATION: JsonDict = {
    "article": _ARTICLE_REF,
    "sentence": {"index": 4, "start": 655, "end": 722},
    "quote": QUOTE,
    "answer": {"start": 684, "end": 703, "text": "around 3,000 troops"},
    "utf16": {"start": 655, "end": 722},
    "score": 0.97,
    "speaker": {"name": "U.S. officials", "mode": "estimated"},
    "link": "https://example.org/troops#:~:text=U.S.%20officials%20estimate%20that%20around%203%2C000%20troops",
}
_ANSWER: JsonDict = {
    "contract": 1,
    "question": "how many troops?",
    "standalone_question": "how many troops?",
    "found": True,
    "confidence": 0.93,
    "citations": [_CITATION],
    "nearest": [],
    "timing_ms": {"total": 24.1, "encode": 3.2, "search": 0.9, "read": 20.0},
}


class Body(BaseModel):
    """What is common to all shapes: an unknown member is a mistake."""

    model_config = ConfigDict(extra="forbid")


class AskBody(Body):
    """A question."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"question": "how many troops?"}]})

    question: Text = Field(description="The question, in the asker's own words.")
    article: Text | None = Field(default=None, description="The id of the one article to ask; without it, all.")


class SpanBody(Body):
    """Offsets, end exclusive."""

    start: int
    end: int


class SentenceBody(SpanBody):
    """A sentence's place, in code points of the article's text."""

    index: int = Field(description="0 for the article's first sentence.")


class TextSpanBody(SpanBody):
    """A span in code points of the article's text, and its text."""

    text: str


class SpeakerBody(Body):
    """Who says what the quote says."""

    name: str
    mode: str = Field(description="said, claimed, denied, estimated, quoted or reported.")


class ArticleRefBody(Body):
    """Which article, and which state of its text."""

    id: str
    title: str
    url: str | None
    fingerprint: str = Field(description="The sha256 of the text, in hex.")
    version: int


class CitationBody(Body):
    """A quoted sentence and where it stands."""

    article: ArticleRefBody
    sentence: SentenceBody
    quote: str = Field(description="The sentence, verbatim: text[start:end] in code points.")
    answer: TextSpanBody | None = Field(description="The shortest span that answers, when it is known.")
    utf16: SpanBody = Field(description="The sentence's place in UTF-16 units, as JavaScript counts.")
    score: Probability = Field(description="The probability that this sentence answers the question.")
    speaker: SpeakerBody | None
    link: str | None = Field(description="The publisher's page, opened at the quote; null when it has no address.")


class TimingBody(Body):
    """Milliseconds, whole and by stage."""

    total: float
    encode: float
    search: float
    read: float


class AnswerBody(Body):
    """Citations and a confidence, or found=false with the nearest sentences."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWER]})

    contract: int = Field(description="The version of this shape.")
    question: str
    standalone_question: str = Field(description="The question as it was understood, able to stand alone.")
    found: bool = Field(description="Whether the article answers.")
    confidence: Probability = Field(description="The probability that the first citation answers the question.")
    citations: list[CitationBody] = Field(description="Best first; empty when nothing was found.")
    nearest: list[CitationBody] = Field(description="The nearest sentences, when nothing was found; else empty.")
    timing_ms: TimingBody


_METADATA: JsonDict = {"source": "The Example", "author": "A. Writer", "published": "2024-10-24", "language": "en"}
_LISTED: JsonDict = _ARTICLE_REF | _METADATA


class ArticleBody(ArticleRefBody):
    """An article without its text."""

    source: str | None
    author: str | None
    published: str | None = Field(description="The day, as YYYY-MM-DD.")
    language: str


class ArticleListBody(Body):
    """All articles that are asked."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"articles": [_LISTED]}]})

    articles: list[ArticleBody]


class WholeArticleBody(ArticleBody):
    """An article with its text and the places of its sentences."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [_LISTED | {"text": QUOTE, "sentences": [{"index": 0, "start": 0, "end": 67}]}]}
    )

    text: str
    sentences: list[SentenceBody] = Field(description="In text order.")


class HealthBody(Body):
    """That the process is alive."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})

    status: str


class ReadinessBody(HealthBody):
    """That questions can be answered, and from how many articles."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ready", "articles": 1}]})

    articles: int


class InvalidMemberBody(Body):
    """One thing that is wrong with a request."""

    detail: str
    pointer: str = Field(description="Where in the body: a JSON pointer in a URI fragment.")


class ProblemBody(Body):
    """An error: RFC 9457 problem details."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"type": "about:blank", "title": "Not Found", "status": 404, "detail": "No article 'abc'."}]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    errors: list[InvalidMemberBody] | None = None
