"""The API a program uses, a module for each resource. The answer's shape is the contract of ``bot.answer_json``."""

from typing import Any

from fastapi import APIRouter
from pydantic.json_schema import models_json_schema

from web.api import (
    articles,
    changing,
    chat_completions,
    citations,
    conversations,
    embeddings,
    feedback,
    health,
    jobs,
    models,
    questions,
    search,
)
from web.api.common import DEFAULT
from web.schemas import ProblemBody

# Whoever may read, and whoever may change: what guards one of them is given to its router.
reading = APIRouter()
changing_ = APIRouter()
open_to_all = APIRouter()
for _module in (
    questions,
    search,
    articles,
    citations,
    conversations,
    feedback,
    chat_completions,
    models,
    embeddings,
):
    reading.include_router(_module.router)
for _module in (changing, jobs):
    changing_.include_router(_module.router)
for _telling in (conversations, feedback):
    changing_.include_router(_telling.listing)
open_to_all.include_router(health.router)

router = APIRouter(responses=DEFAULT)
router.include_router(reading)
router.include_router(changing_)
router.include_router(open_to_all)


def add_problem_shape(openapi: dict[str, Any]) -> None:
    """Put the shape that errors point to among the components of an OpenAPI document."""
    _, shapes = models_json_schema([(ProblemBody, "serialization")], ref_template="#/components/schemas/{model}")
    openapi["components"]["schemas"].update(shapes["$defs"])
