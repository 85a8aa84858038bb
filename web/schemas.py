"""The API's shapes: what OpenAPI describes and the tests hold the bot's answers to. ``web.examples`` shows them."""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.bot import MOST_CITATIONS
from bot.question import MAX_CHARACTERS
from corpus.library.names import LONGEST_NAME, is_collection_name

Probability = Annotated[float, Field(ge=0, le=1)]


def check_text(text: str) -> str:
    """Give the text; raises PydanticCustomError for one that no encoding can carry."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise PydanticCustomError("not_text", "half a surrogate pair is no text")  # JSON can spell it, UTF-8 can't
    return text


def _check_day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("not_a_day", "there is no such day") from None
    return text


def _check_collection(name: str) -> str:
    if not is_collection_name(name):
        raise PydanticCustomError("not_a_name", "a name shows all its characters and has no blanks at its ends")
    return name


Text = Annotated[str, AfterValidator(check_text)]


def _check_whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value  # JSON knows one kind of number


Whole = Annotated[int, BeforeValidator(_check_whole)]
Day = Annotated[
    str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", json_schema_extra={"format": "date"}), AfterValidator(_check_day)
]
CollectionName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_check_collection)]
Earlier = Annotated[Text, Field(max_length=MAX_CHARACTERS)]
Names = Annotated[list[Annotated[Text, Field(max_length=200)]], Field(max_length=100)]
MOST_QUESTIONS = 50  # in a batch
MOST_HISTORY = 20  # earlier questions; the bot leans on the last ones only


class Body(BaseModel):
    """What is common to all shapes: an unknown member is a mistake."""

    model_config = ConfigDict(extra="forbid", strict=True)


class FilterBody(Body):
    """Which articles: those that fit every part that is given."""

    articles: Names | None = Field(default=None, description="Their ids.")
    collections: Names | None = Field(default=None, description="The collections they are in.")
    sources: Names | None = Field(default=None, description="Their publishers.")
    languages: Names | None = Field(default=None, description="Their languages, as ISO 639-1 codes such as en.")
    published_from: Day | None = Field(default=None, description="Published on this day or later: YYYY-MM-DD.")
    published_to: Day | None = Field(default=None, description="Published on this day or before: YYYY-MM-DD.")


class ScopeBody(Body):
    """What is asked: everything, one article, one collection, or what a filter lets through."""

    article: Text | None = Field(default=None, description="The id of the one article to ask; without it, all.")
    collection: Text | None = Field(default=None, description="The name of the one collection to ask; without it, all.")
    filter: FilterBody | None = Field(default=None, description="Which articles to ask; without it, all.")


class AskBody(ScopeBody):
    """A question."""

    question: Text = Field(description="The question, in the asker's own words.")
    history: list[Earlier] = Field(
        default=[],
        max_length=MOST_HISTORY,
        description=f"The conversation's earlier questions, oldest first: a follow-up is understood from them. At most "
        f"{MOST_HISTORY}, each of at most {MAX_CHARACTERS:,} characters.",
    )
    conversation: Annotated[Text, Field(max_length=100)] | None = Field(
        default=None,
        description="The id of a conversation, in place of history: the question is understood from its turns, and "
        "becomes its next one. Without article, collection and filter, what it was begun about is asked.",
    )
    k: Whole = Field(
        default=MOST_CITATIONS, ge=1, le=MOST_CITATIONS, description="At most so many sentences: the likeliest ones."
    )

    @model_validator(mode="after")
    def _one_history(self) -> Self:
        if self.conversation is not None and self.history:
            raise PydanticCustomError("two_histories", "give history or conversation, not both")
        return self


class AskBatchBody(Body):
    """Several questions, each with all that belongs to it."""

    questions: list[AskBody] = Field(min_length=1, max_length=MOST_QUESTIONS, description="Answered in this order.")


class SpanBody(Body):
    """Offsets, end exclusive."""

    start: int = Field(description="Where it begins; 0 is the start of the article's text.")
    end: int = Field(description="Where it ends: the place after its last character.")


class SentenceBody(SpanBody):
    """A sentence's place, in code points of the article's text."""

    index: int = Field(
        description="0 for the article's first sentence. Pages and terminal, made for people, count from 1."
    )


class ArticleRefBody(Body):
    """Which article, and which state of its text."""

    id: str = Field(description="What to give as article when asking.")
    title: str = Field(description="Its headline.")
    url: str | None = Field(description="The publisher's page; null when it is not known.")
    fingerprint: str = Field(description="The sha256 of the text, in hex.")
    version: int = Field(description="1 for the text as first taken in; a changed text counts on.")


class ArticleBody(ArticleRefBody):
    """An article without its text."""

    source: str | None = Field(description="The publisher; null when it is not known.")
    author: str | None = Field(description="Who wrote it; null when it is not known.")
    published: str | None = Field(description="The day, as YYYY-MM-DD; null when it is not known.")
    language: str = Field(description="A language tag (BCP 47), such as en.")
    collection: str | None = Field(description="Where it is; null when it is not in the library.")
    added: str | None = Field(description="When this version was stored, ISO 8601 in UTC; null as above.")
    duplicate_of: str | None = Field(description="The id of the article that it repeats, which answers for it.")


class ArticleListBody(Body):
    """A page of the articles that are asked."""

    articles: list[ArticleBody] = Field(description="By id, where they are in the library.")
    total: int = Field(description="How many there are on all pages.")
    next: str | None = Field(description="What to give as after to get the next page; null on the last one.")


class WholeArticleBody(ArticleBody):
    """An article with its text and the places of its sentences."""

    text: str = Field(description="The text that all offsets count in.")
    sentences: list[SentenceBody] = Field(description="In text order.")


class HealthBody(Body):
    """That the process is alive."""

    status: str = Field(description="ok, or ready.")


class ReadinessBody(HealthBody):
    """That questions can be answered, and from how many articles."""

    articles: int = Field(description="How many are asked.")


class InvalidMemberBody(Body):
    """One thing that is wrong with a request."""

    detail: str = Field(description="What is wrong.")
    pointer: str | None = Field(default=None, description="Where in the body: a JSON pointer in a URI fragment.")
    parameter: str | None = Field(default=None, description="Which parameter or header, where it is not the body.")


class OpenAiErrorBody(Body):
    """An error in the shape of OpenAI's API."""

    message: str = Field(description="What went wrong and what to do about it.")
    type: str = Field(description="invalid_request_error or server_error.")
    param: str | None = Field(description="What is wrong in the body, as in messages[0].content; null for the whole.")
    code: str = Field(description="The kind of problem: the end of its type.")


class ProblemBody(Body):
    """An error: RFC 9457 problem details."""

    type: str = Field(description="What kind of error it is: a URI that never changes, of the list of problems.")
    title: str = Field(description="The kind in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What went wrong and what to do about it.")
    errors: list[InvalidMemberBody] | None = Field(
        default=None, description="What is wrong with the body, member by member; only with status 422."
    )
    error: OpenAiErrorBody | None = Field(
        default=None, description="The same as OpenAI's clients look for it; only under /v1/."
    )
