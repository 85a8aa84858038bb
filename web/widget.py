"""The widget's script: for pages of other origins, whose browsers keep its parts for good under their version."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from importlib.resources import files

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web.assets import KEEP, Asset, load_assets, send
from web.widget_words import widget_words

ENTRY = "widget.js"
_ENTRY_KEPT = "public, max-age=300"  # seconds; so long a page may still use the version before
# A module script is fetched as CORS has it. Without a key to bring and without cookies, it is public.
_FOR_ALL = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
_COMMENT = re.compile(rb"^ *//[^\n]*\n|^ */\*.*?\*/\n", re.MULTILINE | re.DOTALL)

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Widget:
    """The script that a page names, and the parts that it imports: name -> Asset."""

    entry: Asset
    parts: dict[str, Asset]
    version: str  # of all the parts; it stands in their addresses


def load_widget() -> Widget:
    """Read the parts; what is said and how it looks become modules too, for a strict policy lets in nothing else."""
    found = {name: _bare(part) for name, part in load_assets(files("web").joinpath("static", "widget")).items()}
    entry, sheet = found.pop(ENTRY), found.pop("widget.css")
    found["style.js"] = _module(sheet.content.decode("utf-8"))
    found["words.js"] = _module(widget_words())
    digest = hashlib.sha256(b"".join(name.encode() + part.content for name, part in sorted(found.items())))
    version = digest.hexdigest()[:12]
    return Widget(replace(entry, content=entry.content.replace(b"VERSION", version.encode())), found, version)


@router.api_route("/widget.js", methods=["GET", "HEAD"])
def widget(request: Request) -> Response:
    """Serve the script that a page names."""
    served = _widget(request)
    entry = replace(served.entry, version=f"{served.entry.version}-{served.version}")
    return send(request, entry, _FOR_ALL | {"cache-control": _ENTRY_KEPT})


@router.api_route("/widget/{version}/{name}", methods=["GET", "HEAD"])
def part(request: Request, version: str, name: str) -> Response:
    """Serve a part; under another version than today's, which an old script may ask for, it is not to be kept."""
    served = _widget(request)
    if name not in served.parts:
        raise HTTPException(404)
    kept = KEEP if version == served.version else "no-cache"
    return send(request, served.parts[name], _FOR_ALL | {"cache-control": kept})


def _widget(request: Request) -> Widget:
    found: Widget = request.app.state.widget
    return found


def _bare(asset: Asset) -> Asset:
    """Leave out the comments that have lines of their own: a fifth of what readers of other pages would load."""
    return Asset.of(_COMMENT.sub(b"", asset.content), asset.media_type)


def _module(value: object) -> Asset:
    # As ASCII: JSON may hold line ends that older scripts may not.
    return Asset.of(f"export default {json.dumps(value)};\n".encode("ascii"), "text/javascript")
