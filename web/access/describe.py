"""What the API's description says of keys."""

from typing import Any

from web.access.scopes import needed

_KEY = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "aa_<id>_<secret>",
    "description": "A key, made by `askarticle keys create`, where the server asks for keys.",
}


def add_security(openapi: dict[str, Any]) -> None:
    """Say of every operation of an OpenAPI document which scope its key needs; a server may be without keys."""
    openapi["components"]["securitySchemes"] = {"key": _KEY}
    for path, operations in openapi["paths"].items():
        for method, operation in operations.items():
            scope = needed(method.upper(), path)
            operation["security"] = [{}] if scope is None else [{"key": [scope]}, {}]
