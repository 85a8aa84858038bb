"""The OpenAI-compatible list of models: the collections, and one name for everything."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.api.common import library_of, problem, readable
from web.openai_schemas import ModelBody, ModelListBody
from web.problems import Problem

router = APIRouter(tags=["openai-compatible"])

EVERYTHING = "askarticle"  # a collection of that name can be asked by /api/v1/ask alone
_NO_SUCH_MODEL = problem("There is no collection of that name.")


@readable(router, "/v1/models", response_model=ModelListBody)
def list_models(request: Request) -> Response:
    """List what can be named as model: askarticle, which is everything, and the collections."""
    return JSONResponse({"object": "list", "data": [_model_to_dict(name) for name in _names(request)]})


@readable(router, "/v1/models/{model:path}", response_model=ModelBody, responses={404: _NO_SUCH_MODEL})
def get_model(
    request: Request, model: Annotated[str, Path(max_length=200, description="A name of the list of models.")]
) -> Response:
    """Say that there is such a model."""
    check_model(request, model)
    return JSONResponse(_model_to_dict(model))


def check_model(request: Request, name: str) -> None:
    """Do nothing for a name of the list.

    Raises:
        Problem: it is none.
    """
    names = _names(request)
    if name not in names:
        shown = ", ".join(repr(known) for known in names[:5])
        raise Problem("no-such-model", f"There is no such model. There are: {shown}.")


def _names(request: Request) -> list[str]:
    library = library_of(request)
    store = library.reading() if library else None
    collections = store.collections() if store else {}
    return [EVERYTHING, *(name for name in collections if name != EVERYTHING)]


def _model_to_dict(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "askarticle"}
