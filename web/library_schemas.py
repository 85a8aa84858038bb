"""The shapes of what concerns the library: searching, adding, versions, jobs."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from web.schemas import (
    ArticleRefBody,
    Body,
    CollectionName,
    Day,
    ProblemBody,
    ScopeBody,
    SentenceBody,
    SpanBody,
    Text,
    Whole,
    check_text,
)

MOST_PASSAGES = 50
LONGEST_TEXT = 10_000_000  # characters of an article
LONGEST_URL = 2_000
MOST_WAIT = 60  # seconds

Url = Annotated[
    str, Field(max_length=LONGEST_URL, pattern=r"^https?://[^\s<>\x22'\x00-\x1f]+$"), AfterValidator(check_text)
]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Line = Annotated[Text, Field(max_length=300)]


class SearchBody(ScopeBody):
    """A query for passages."""

    query: Text = Field(description="What to look for, in words.")
    k: Whole = Field(default=10, ge=1, le=MOST_PASSAGES, description="At most so many passages.")
    mode: Literal["hybrid", "dense", "lexical"] = Field(
        default="hybrid", description="By meaning and words, by meaning alone, or by words alone."
    )


class SentenceTextBody(SentenceBody):
    """A sentence: its place in code points of the article's text, and its words."""

    text: str = Field(description="The sentence, verbatim.")


class HitBody(Body):
    """A passage that was found."""

    article: ArticleRefBody = Field(description="The article it is from.")
    passage: SpanBody = Field(description="Its place in the article's text, in code points.")
    text: str = Field(description="The passage, verbatim.")
    sentences: list[SentenceBody] = Field(description="The places of its sentences.")
    score: float = Field(description="Higher is nearer; comparable within one search only.")
    dense: float = Field(description="The cosine of query and passage, -1 to 1.")
    lexical: float = Field(description="The BM25 score, 0 where no word is shared.")


class SearchResultBody(Body):
    """The passages nearest to a query."""

    query: str = Field(description="The query as it was given.")
    hits: list[HitBody] = Field(description="Best first.")


class SentenceListBody(Body):
    """A page of an article's sentences."""

    article: ArticleRefBody = Field(description="The article, in the version they are from.")
    sentences: list[SentenceTextBody] = Field(description="In text order.")
    total: int = Field(description="How many the article has.")
    next: int | None = Field(description="What to give as first to get the next page; null on the last one.")


class VersionBody(Body):
    """A state of an article's text."""

    version: int = Field(description="1 for the text as first taken in.")
    fingerprint: str = Field(description="The sha256 of the text, in hex.")
    title: str = Field(description="The headline.")
    characters: int = Field(description="How long the text is, in code points.")
    added: str | None = Field(description="When it was stored, ISO 8601 in UTC; null when not in the library.")


class VersionListBody(Body):
    """All versions of an article."""

    id: str = Field(description="The article's id.")
    versions: list[VersionBody] = Field(description="The oldest first; the last one answers.")


class CollectionBody(Body):
    """A collection of the library."""

    name: str = Field(description="What to give as collection.")
    articles: int = Field(description="How many articles it holds.")


class CollectionListBody(Body):
    """All collections."""

    collections: list[CollectionBody] = Field(description="By name.")


class ReplaceArticleBody(Body):
    """An article's text, and what is known of it."""

    text: Annotated[Text, Field(max_length=LONGEST_TEXT)] = Field(
        min_length=1, description="Plain text; line ends part paragraphs."
    )
    title: Line | None = Field(default=None, description="The headline; without it, the first line.")
    url: Url | None = Field(default=None, description="The publisher's page.")
    source: Line | None = Field(default=None, description="The publisher.")
    author: Line | None = Field(default=None, description="Who wrote it.")
    published: Day | None = Field(default=None, description="The day, as YYYY-MM-DD.")
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = Field(
        default=None, description="An ISO 639-1 code; without it, told from the text."
    )


class AddArticleBody(ReplaceArticleBody):
    """An article to add."""

    id: Id | None = Field(default=None, description="The id it shall have; without it, one is made from the text.")
    collection: CollectionName | None = Field(
        default=None, description="Where it goes; without it, to the default collection."
    )


class AddUrlBody(Body):
    """A page, file or feed on the web to add."""

    url: Url = Field(description="http or https; it may not lead to the server's own machine or network.")
    collection: CollectionName | None = Field(
        default=None, description="Where it goes; without it, to the default collection."
    )


class TakenBody(Body):
    """What became of one article that was given."""

    outcome: Literal["added", "replaced", "moved", "unchanged", "duplicate", "refused"] = Field(
        description="added: new; replaced: a new version; moved: into another collection; unchanged: known already; "
        "duplicate: stored, but another one that it repeats answers for it; refused: not stored."
    )
    source: str = Field(description="What it was given as.")
    id: str | None = Field(description="The article's id; this and the next two are null when it was refused.")
    version: int | None = Field(description="Its version now.")
    title: str | None = Field(description="Its headline.")
    duplicate_of: str | None = Field(description="The id of the article that it repeats.")
    reason: str | None = Field(description="Why it was refused.")


class ProgressBody(Body):
    """How far the encoding of the article at hand is."""

    done: int = Field(description="Texts encoded.")
    of: int = Field(description="Texts in all; 0 before the first is read.")


class CountsBody(Body):
    """How many articles came to what; see outcome."""

    added: int = Field(description="New.")
    replaced: int = Field(description="New versions.")
    moved: int = Field(description="Put into another collection.")
    unchanged: int = Field(description="Known already.")
    duplicate: int = Field(description="Repeating another.")
    refused: int = Field(description="Not stored.")


class JobBody(Body):
    """Articles being taken in, beside the answering."""

    id: str = Field(description="What to ask for it by.")
    kind: Literal["text", "file", "url", "replace", "move"] = Field(
        description="What was given; move: an article's way to another collection, asked for on a page."
    )
    status: Literal["queued", "running", "done", "failed", "cancelled"] = Field(
        description="done: it came to its end, whatever was refused; see counts. failed: see problem. What was stored "
        "before a failure or a cancellation stays stored."
    )
    created: str = Field(description="ISO 8601 in UTC, as the next two.")
    started: str | None = Field(description="When its turn came.")
    ended: str | None = Field(description="When it came to an end.")
    progress: ProgressBody = Field(description="Of the article at hand.")
    counts: CountsBody = Field(description="Of all its articles so far.")
    articles: list[TakenBody] = Field(description="The first 1,000 that were taken in or refused.")
    problem: ProblemBody | None = Field(description="Why it failed.")


class JobListBody(Body):
    """The jobs that are known: those that wait or run, and those that ended within the last 24 hours."""

    jobs: list[JobBody] = Field(description="The newest first, without their articles.")
