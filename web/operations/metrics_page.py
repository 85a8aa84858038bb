"""Where Prometheus reads the metrics: a router of its own, for they are not for everybody."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web.api.common import readable
from web.operations.metrics import MEDIA_TYPE

router = APIRouter(tags=["health"])
_TEXT = {"description": "The metrics, as text.", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}


@readable(router, "/metrics", response_class=Response, responses={200: _TEXT})
def metrics(request: Request) -> Response:
    """Give the metrics in Prometheus' text format."""
    app = request.app
    return Response(app.state.operations.metrics.exposition(app), media_type=MEDIA_TYPE)
