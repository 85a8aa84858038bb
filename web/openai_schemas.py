"""The shapes of the OpenAI-compatible API, as far as they mean something here; what else a client sends is not read."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from web.answer_schemas import AnswerBody
from web.schemas import Body, Text, Whole

MOST_MESSAGES = 1_000
MOST_INPUTS = 256  # texts to embed at once
LONGEST_INPUT = 20_000  # characters of one; the model reads the first few hundred words


class Loose(Body):
    """A shape that may have more members than are read."""

    model_config = ConfigDict(extra="ignore", strict=True)


class TextPartBody(Loose):
    """A part of a message; only those of type text are read."""

    type: Text = Field(description="text, or something that is not read.")
    text: Text | None = Field(default=None, description="The words of a part of type text.")


class MessageBody(Loose):
    """A message of the conversation; only the user's are read."""

    role: Text = Field(description="user, or another's.")
    content: Text | list[TextPartBody] | None = Field(default=None, description="The words.")


class StreamOptionsBody(Loose):
    """How to stream."""

    include_usage: bool | None = Field(default=None, description="Whether a last chunk says how much was read.")


class ChatBody(Loose):
    """A conversation whose last message of the user is the question."""

    model: Text = Field(description="A collection's name, or askarticle for everything.")
    messages: list[MessageBody] = Field(
        min_length=1,
        max_length=MOST_MESSAGES,
        description="The last message of the user is asked; the user's earlier ones say what a follow-up means.",
    )
    stream: bool | None = Field(default=None, description="Whether the answer comes as server-sent events.")
    stream_options: StreamOptionsBody | None = Field(default=None, description="How to stream.")


class UrlCitationBody(Body):
    """Where a quote is from."""

    url: str = Field(description="The publisher's page at the quote, or this server's page of the article.")
    title: str = Field(description="The article's headline.")
    start_index: int = Field(description="Where the quote begins in the content, in code points.")
    end_index: int = Field(description="Where it ends, exclusive.")


class AnnotationBody(Body):
    """The source of a span of the content."""

    type: Literal["url_citation"] = Field(description="Always url_citation.")
    url_citation: UrlCitationBody = Field(description="Where it is from.")


class ReplyBody(Body):
    """The answer as a message."""

    role: Literal["assistant"] = Field(description="Always assistant.")
    content: str = Field(
        description="The quoted sentences, numbered, and under them their sources; or that there is none."
    )
    refusal: str | None = Field(description="Always null: that there is no answer is said in the content.")
    annotations: list[AnnotationBody] = Field(description="For each quote in the content, where it is from.")


class ChoiceBody(Body):
    """The one answer."""

    index: int = Field(description="Always 0.")
    message: ReplyBody = Field(description="The answer.")
    logprobs: None = Field(description="Always null.")
    finish_reason: Literal["stop"] = Field(description="Always stop.")


class UsageBody(Body):
    """How much was read and written. There are no tokens here: these are words."""

    prompt_tokens: int = Field(description="Words of the user's messages.")
    completion_tokens: int = Field(description="Words of the content.")
    total_tokens: int = Field(description="Both.")


class CompletionBody(Body):
    """A chat completion."""

    id: str = Field(description="A name for it, made from question and answer.")
    object: Literal["chat.completion"] = Field(description="Always chat.completion.")
    created: int = Field(description="When, in seconds since 1970.")
    model: str = Field(description="The model that was named.")
    choices: list[ChoiceBody] = Field(description="One.")
    usage: UsageBody = Field(description="How much was read and written.")
    askarticle: AnswerBody = Field(description="The Answer in full, as POST /api/v1/ask gives it.")


class ModelBody(Body):
    """What can be asked: a collection, or everything."""

    id: str = Field(description="What to give as model.")
    object: Literal["model"] = Field(description="Always model.")
    created: int = Field(description="Not known: 0.")
    owned_by: str = Field(description="askarticle.")


class ModelListBody(Body):
    """All that can be asked."""

    object: Literal["list"] = Field(description="Always list.")
    data: list[ModelBody] = Field(description="Everything first, then the collections by name.")


Input = Annotated[Text, Field(min_length=1, max_length=LONGEST_INPUT)]


class EmbeddingsBody(Loose):
    """Texts to turn into vectors."""

    model: Text = Field(description="askarticle, or the encoder's name.")
    input: Input | Annotated[list[Input], Field(min_length=1, max_length=MOST_INPUTS)] = Field(
        description="A text or several; tokens are not taken."
    )
    encoding_format: Literal["float", "base64"] = Field(
        default="float", description="Numbers, or little-endian float32 as base64."
    )
    dimensions: Whole | None = Field(default=None, description="As many as the encoder gives, or left out.")


class EmbeddingBody(Body):
    """The vector of one text."""

    object: Literal["embedding"] = Field(description="Always embedding.")
    index: int = Field(description="Which of the texts.")
    embedding: list[float] | str = Field(description="A unit vector, as encoding_format says.")


class EmbeddingUsageBody(Body):
    """How much was read, in words."""

    prompt_tokens: int = Field(description="Words.")
    total_tokens: int = Field(description="The same.")


class EmbeddingListBody(Body):
    """The vectors."""

    object: Literal["list"] = Field(description="Always list.")
    model: str = Field(description="The encoder's name.")
    data: list[EmbeddingBody] = Field(description="In the order of the texts.")
    usage: EmbeddingUsageBody = Field(description="How much was read.")
