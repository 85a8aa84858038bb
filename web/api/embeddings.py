"""The OpenAI-compatible embeddings: the vectors that questions and passages are compared by."""

import base64
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from index.types import Encoder, Vectors
from web.access.guard import charge
from web.api.common import TOO_LONG, bot_of, problem
from web.api.models import EVERYTHING
from web.openai_schemas import EmbeddingListBody, EmbeddingsBody
from web.operations.admission import ADMITTED
from web.problems import Problem

router = APIRouter(tags=["openai-compatible"], dependencies=[ADMITTED])


@router.post(
    "/v1/embeddings",
    response_model=EmbeddingListBody,
    responses={
        404: problem("The model is neither askarticle nor the encoder's name."),
        413: TOO_LONG,
        422: problem("A text is empty or too long, or the body is not of the described shape."),
    },
)
def embed(request: Request, body: EmbeddingsBody) -> Response:
    """Turn texts into unit vectors, by the encoder that searching uses."""
    encoder = bot_of(request).index.encoder
    _check(encoder, body)
    texts = [body.input] if isinstance(body.input, str) else body.input
    charge(request, len(texts) - 1)
    vectors = encoder.encode(texts)
    words = sum(len(text.split()) for text in texts)
    data = [
        {"object": "embedding", "index": number, "embedding": _written(vector, body.encoding_format)}
        for number, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": words, "total_tokens": words}
    return JSONResponse({"object": "list", "model": encoder.name, "data": data, "usage": usage})


def _check(encoder: Encoder, body: EmbeddingsBody) -> None:
    if body.model not in (EVERYTHING, encoder.name):
        raise Problem("no-such-model", f"There is no such model. There are: {EVERYTHING!r}, {encoder.name!r}.")
    if body.dimensions not in (None, encoder.dim):
        raise Problem("invalid-request", f"The vectors have {encoder.dim} dimensions. Leave dimensions out.")


def _written(vector: Vectors, form: str) -> Any:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode() if form == "base64" else vector.tolist()
