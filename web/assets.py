"""The static files: held in memory, addressed by their content so that a browser may keep them for good."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_KEEP = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file."""

    content: bytes
    media_type: str
    version: str  # the first 12 hex digits of its content's sha256


def load_assets() -> dict[str, Asset]:
    """Read the package's static files, name -> Asset."""
    found = {}
    for file in files("web").joinpath("static").iterdir():
        media_type = _MEDIA_TYPES.get("." + file.name.rpartition(".")[2])
        if media_type:
            content = file.read_bytes()
            found[file.name] = Asset(content, media_type, hashlib.sha256(content).hexdigest()[:12])
    return found


@router.api_route("/static/{name}", methods=["GET", "HEAD"])
def static(request: Request, name: str, v: str = "") -> Response:
    """Serve one file; for good when the address carries its version, else checked each time by its ETag."""
    asset: Asset | None = request.app.state.assets.get(name)
    if asset is None:
        raise HTTPException(404)
    headers = {"etag": f'"{asset.version}"', "cache-control": _KEEP if v == asset.version else "no-cache"}
    if request.headers.get("if-none-match", "").removeprefix("W/") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(asset.content, media_type=asset.media_type, headers=headers)
