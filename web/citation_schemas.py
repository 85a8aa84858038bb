"""The shapes of checking citations."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from web.schemas import Body, Text, Whole

MOST_CITED = 50  # citations checked at once
LONGEST_QUOTE = 5_000  # characters


class _Loose(Body):
    model_config = ConfigDict(extra="ignore")


class CitedArticleBody(_Loose):
    """The article that a citation names."""

    id: Text = Field(max_length=200, description="Its id.")
    fingerprint: Text = Field(max_length=200, description="The sha256 of the text that was quoted.")
    version: Whole = Field(ge=0, le=2**31 - 1, description="The version that was quoted.")


class CitedSpanBody(_Loose):
    """The place that a citation names."""

    start: Whole = Field(ge=0, le=2**31 - 1, description="Where the quote begins, in code points.")
    end: Whole = Field(ge=1, le=2**31 - 1, description="Where it ends, exclusive.")


class CitedBody(_Loose):
    """A citation as an Answer has it; what else it holds is not looked at."""

    article: CitedArticleBody = Field(description="The article that is quoted.")
    sentence: CitedSpanBody = Field(description="The sentence's place.")
    quote: Annotated[Text, Field(min_length=1, max_length=LONGEST_QUOTE)] = Field(description="The words quoted.")


class VerifyBody(Body):
    """Citations to check."""

    citations: list[CitedBody] = Field(min_length=1, max_length=MOST_CITED, description="Of any articles.")


class PlaceBody(Body):
    """A sentence in a version of the article."""

    version: int = Field(description="The version.")
    index: int = Field(description="0 for the article's first sentence.")
    start: int = Field(description="Where it begins, in code points.")
    end: int = Field(description="Where it ends, exclusive.")
    text: str = Field(description="Its words.")


class CheckedArticleBody(Body):
    """The article as it is now."""

    id: str = Field(description="Its id.")
    title: str | None = Field(description="Its headline; null when it is gone.")
    version: int | None = Field(description="Its current version; null when it is gone.")


class CheckedQuoteBody(Body):
    """The quote and its place, as they were given."""

    version: int = Field(description="The version that was quoted.")
    start: int = Field(description="Where the quote was, in code points.")
    end: int = Field(description="Where it ended, exclusive.")
    quote: str = Field(description="The words quoted.")


class CheckBody(Body):
    """What became of a citation."""

    status: Literal["valid", "moved", "changed", "gone", "unknown"] = Field(
        description="valid: the article has the quote at that place; moved: at another place; changed: only an older "
        "version has it; gone: the article is not there; unknown: no version has the quote."
    )
    holds: bool = Field(description="Whether the article still says it: valid or moved.")
    article: CheckedArticleBody = Field(description="Which article, and its state now.")
    cited: CheckedQuoteBody = Field(description="What was checked.")
    place: PlaceBody | None = Field(description="Where the quote is now; null when it does not hold.")
    before: PlaceBody | None = Field(description="The sentence in the older version that has it; only when changed.")
    after: PlaceBody | None = Field(description="The sentence that stands for it now, if one is like it.")


class ChecksBody(Body):
    """What became of the citations."""

    holds: bool = Field(description="Whether all of them hold.")
    citations: list[CheckBody] = Field(description="In the order they were given.")
