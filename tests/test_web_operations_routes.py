"""Every route stands in the line of those that ask, or is known to be light."""

from collections.abc import Iterator
from typing import Any

from fastapi.routing import APIRoute

from tests.web_bot import StubBot
from web import create_app
from web.operations.admission import ADMITTED, ADMITTED_IF_ASKED

# Routes that neither search nor read nor encode while somebody waits: a new one is sorted in here, or admitted.
LIGHT = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/docs",
    "/story",
    "/openapi.json",
    "/theme",
    "/sign-in",
    "/sign-out",
    "/suggestions",
    "/widget.js",
    "/components",
    "/static/",
    "/widget/",
    "/library",
    "/api/v1/articles",
    "/api/v1/imports",
    "/api/v1/jobs",
    "/api/v1/collections",
    "/api/v1/citations",
    "/api/v1/conversations",
    "/api/v1/feedback",
    "/v1/models",
    "/conversation/{id}",
    "/feedback/{id}",
    "/favicon.ico",
)


def routes(router: Any) -> Iterator[APIRoute]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif inner := getattr(route, "original_router", None):
            yield from routes(inner)


def test_every_route_is_admitted_or_known_to_be_light() -> None:
    app = create_app(StubBot(), develop=True)  # type: ignore[arg-type]
    gates = {ADMITTED.dependency, ADMITTED_IF_ASKED.dependency}
    assert {"/", "/answer", "/api/v1/ask", "/api/v1/ask/batch"} <= {route.path for route in routes(app)}
    for route in routes(app):
        admitted = any(each.call in gates for each in route.dependant.dependencies)
        light = route.path.startswith(LIGHT)
        assert admitted or light, f"{route.path} is neither admitted nor known to be light"
