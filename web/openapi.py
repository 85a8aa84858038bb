"""The committed copy of the API's description: ``python -m web.openapi`` renews it and says what breaks clients."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from bot.bot import Bot
from web.app import create_app

COPY = Path(__file__).parent.parent / "docs" / "openapi.json"
_REFERENCE = "#/components/schemas/"


def described() -> dict[str, Any]:
    """Give the API's OpenAPI document, as plain JSON."""
    app = create_app(cast("Bot", None))  # nothing is asked for a description
    document: dict[str, Any] = json.loads(json.dumps(app.openapi()))
    return document


def to_text(document: dict[str, Any]) -> str:
    """Give a document as it is kept."""
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def breaking_changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Say what a client made for ``old`` may stumble over in ``new``, a line each."""
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            name = f"{method.upper()} {path}"
            after = new["paths"].get(path, {}).get(method)
            if after is None:
                yield f"{name} is gone"
                continue
            yield from _changed_parameters(name, before, after)
            yield from (
                f"{name} no longer answers {status}" for status in before["responses"].keys() - after["responses"]
            )
    yield from _changed_shapes(old, new)


def _changed_parameters(name: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    old = {item["name"]: item for item in before.get("parameters", [])}
    new = {item["name"]: item for item in after.get("parameters", [])}
    yield from (f"{name} takes no parameter {gone} any more" for gone in old.keys() - new)
    for item in new.values():
        if item.get("required") and not old.get(item["name"], {}).get("required"):
            yield f"{name} requires the parameter {item['name']}"


def _changed_shapes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    shapes = new["components"]["schemas"]
    taken = set(_taken(old))
    for name, before in old["components"]["schemas"].items():
        after = shapes.get(name)
        if after is None:
            yield f"{name} is gone"
            continue
        for member, shape in before.get("properties", {}).items():
            if member not in after.get("properties", {}):
                yield f"{name}.{member} is gone"
            elif _kind(shape) != _kind(after["properties"][member]):
                yield f"{name}.{member} is of another type"
        if name in taken:
            required = set(after.get("required", [])) - set(before.get("required", []))
            yield from (f"{name}.{member} is required" for member in sorted(required))


def _taken(document: dict[str, Any]) -> Iterator[str]:
    """Give the names of the shapes that requests may hold."""
    waiting = [
        operation["requestBody"]
        for methods in document["paths"].values()
        for operation in methods.values()
        if "requestBody" in operation
    ]
    seen: set[str] = set()
    while waiting:
        node = waiting.pop()
        values = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
        waiting += values
        reference = node.get("$ref") if isinstance(node, dict) else None
        if isinstance(reference, str) and (name := reference.removeprefix(_REFERENCE)) not in seen:
            seen.add(name)
            waiting.append(document["components"]["schemas"][name])
            yield name


def _kind(shape: dict[str, Any]) -> str:
    """Give what a member is, without its words and limits."""
    if "anyOf" in shape:
        return "|".join(sorted(_kind(choice) for choice in shape["anyOf"]))
    if "$ref" in shape:
        return str(shape["$ref"])
    return f"{shape.get('type')}[{_kind(shape['items'])}]" if "items" in shape else str(shape.get("type"))


def main() -> None:
    """Renew the copy."""
    new = described()
    if COPY.exists():
        for change in breaking_changes(json.loads(COPY.read_text("utf-8")), new):
            print(f"breaks clients: {change}", file=sys.stderr)
    COPY.write_text(to_text(new), "utf-8")
    print(COPY)


if __name__ == "__main__":
    main()
