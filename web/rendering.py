"""Templates: where they lie, that they escape, and what all of them may use."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from corpus.normalise import normalise
from web.assets import Asset


def make_templates(assets: Mapping[str, Asset]) -> Jinja2Templates:
    """Make the template environment: it escapes in every template, whatever its name ends in."""
    environment = Environment(
        loader=PackageLoader("web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = lambda name: f"/static/{name}?v={assets[name].version}"
    environment.filters["shown"] = normalise  # a control character or a lone surrogate cannot be shown
    environment.filters["percent"] = percent
    return Jinja2Templates(env=environment)


def render(
    request: Request,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Render ``template``; ``base`` in it is where the application is mounted, "" or "/somewhere"."""
    templates: Jinja2Templates = request.app.state.templates
    base = request.scope.get("root_path", "").rstrip("/")
    return templates.TemplateResponse(request, template, {"base": base, **context}, status_code=status, headers=headers)


def percent(probability: float) -> str:
    """Give a probability as whole per cent, never as a certainty that it is not.

    >>> percent(0.934), percent(0.9999), percent(0.001)
    ('93 %', 'over 99 %', 'under 1 %')
    """
    figure = round(probability * 100)
    if figure >= 100 and probability < 1:
        return "over 99\u00a0%"
    if figure <= 0 and probability > 0:
        return "under 1\u00a0%"
    return f"{figure}\u00a0%"
