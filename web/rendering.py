"""Templates: where they lie, that they escape, and what all of them may use."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from bot.beside import days
from bot.text_fragment import text_fragment_link
from corpus.normalise import normalise
from web import wording
from web.access.access import access_of
from web.asking import MOST_TYPED, address, shown_first, start_address
from web.assets import Asset
from web.theme import chosen_theme

_CLOSED_BY = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069")
_END_OF_ISOLATE = "\u2069"


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
    said = (wording.verdict, wording.attribution, wording.reference, wording.day, wording.on_day)
    for say in (*said, address, start_address, shown_first):
        environment.globals[say.__name__] = say
    environment.globals |= {"days": days, "publisher_link": text_fragment_link, "most_typed": MOST_TYPED}
    environment.globals |= {"counted": counted, "collection": None}  # the one that is asked, where one is
    environment.filters["shown"] = normalise  # a control character or a lone surrogate cannot be shown
    environment.filters["alone"] = alone
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
    """Render ``template``.

    In it, ``base`` is where the application is mounted, "" or "/somewhere"; ``here`` the page's own path and query
    behind that; ``theme`` the reader's choice; ``access`` what the reader may do.
    """
    templates: Jinja2Templates = request.app.state.templates
    base = request.scope.get("root_path", "").rstrip("/")
    everywhere = {
        "base": base,
        "here": _here(request, base),
        "theme": chosen_theme(request),
        "access": access_of(request),
    }
    return templates.TemplateResponse(request, template, everywhere | context, status_code=status, headers=headers)


def render_part(request: Request, template: str, context: dict[str, Any]) -> str:
    """Render a part of a page, for its script to insert; ``base`` is as in ``render``."""
    templates: Jinja2Templates = request.app.state.templates
    base = request.scope.get("root_path", "").rstrip("/")
    return templates.get_template(template).render({"base": base} | context)


def _here(request: Request, base: str) -> str:
    # Not request.url, which the Host header, that may be anything, is a part of.
    query = request.scope.get("query_string", b"").decode("latin-1")
    return quote(request.scope["path"].removeprefix(base)) + (f"?{query}" if query else "")


def alone(text: str) -> str:
    """Give ``text`` for the middle of a line: shown, and with every turn of direction that it leaves open closed.

    The mark-up that sets it apart (``bdi``) does not do so: its own end closes only what was opened last.

    >>> alone("plain"), alone("\u2067around \u202eturned") == "\u2067around \u202eturned\u202c\u2069"
    ('plain', True)
    """
    text, closing = normalise(text), list[str]()
    for character in text:
        if character in _CLOSED_BY:
            closing.append(_CLOSED_BY[character])
        elif character == _END_OF_ISOLATE and character in closing:  # ends what was opened within it too
            del closing[len(closing) - 1 - closing[::-1].index(character) :]
        elif closing and character == closing[-1]:
            closing.pop()
    return text + "".join(reversed(closing))


def counted(number: int, noun: str) -> str:
    """Give such as ``1 article`` and ``2,000 articles``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


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
