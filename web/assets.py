"""The static files: held in memory, addressed by their content so that a browser may keep them for good."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
KEEP = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file."""

    content: bytes
    media_type: str
    version: str  # the first 12 hex digits of its content's sha256

    @classmethod
    def of(cls, content: bytes, media_type: str) -> "Asset":
        """Make one of its content."""
        return cls(content, media_type, hashlib.sha256(content).hexdigest()[:12])


def load_assets(folder: Traversable | None = None) -> dict[str, Asset]:
    """Read the static files of ``folder``, by default those of the pages: name -> Asset."""
    found = {}
    for file in (folder or files("web").joinpath("static")).iterdir():
        media_type = _MEDIA_TYPES.get("." + file.name.rpartition(".")[2])
        if media_type:
            found[file.name] = Asset.of(file.read_bytes(), media_type)
    return found


def send(request: Request, asset: Asset, headers: Mapping[str, str]) -> Response:
    """Answer with ``asset`` and ``headers``, or with 304 where the client has it already."""
    said = {"etag": f'"{asset.version}"', **headers}
    if request.headers.get("if-none-match", "").removeprefix("W/") == said["etag"]:
        return Response(status_code=304, headers=said)
    return Response(asset.content, media_type=asset.media_type, headers=said)


@router.api_route("/static/{name}", methods=["GET", "HEAD"])
def static(request: Request, name: str, v: str = "") -> Response:
    """Serve one file; for good when the address carries its version, else checked each time by its ETag."""
    asset: Asset | None = request.app.state.assets.get(name)
    if asset is None:
        raise HTTPException(404)
    return send(request, asset, {"cache-control": KEEP if v == asset.version else "no-cache"})
