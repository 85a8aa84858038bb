"""The API's description for people, drawn from its OpenAPI document."""

import json
import re
import shlex
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a JSON object, or a parameter."""

    name: str
    type: str
    description: str
    required: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing the API does."""

    method: str
    path: str
    anchor: str
    description: str
    parameters: list[Field]
    request: str | None  # an example, as JSON text
    response: str | None
    problems: list[tuple[str, str]]  # status, when it comes
    curl: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A JSON object that the API takes or gives."""

    name: str
    description: str
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Reference:
    """All of it."""

    title: str
    version: str
    operations: list[Operation]
    shapes: list[Shape]


def describe(openapi: dict[str, Any], server: str) -> Reference:
    """Describe every operation and shape of ``openapi``; ``server`` is the address its examples call."""
    schemas: dict[str, Any] = openapi["components"]["schemas"]
    operations = [
        _operation(method, path, operation, schemas, server)
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    ]
    shapes = [_shape(name, schema) for name, schema in schemas.items()]
    return Reference(openapi["info"]["title"], openapi["info"]["version"], operations, shapes)


def _operation(method: str, path: str, spec: dict[str, Any], schemas: dict[str, Any], server: str) -> Operation:
    request = _example(spec.get("requestBody"), schemas)
    good = {status: body for status, body in spec["responses"].items() if status.startswith("2")}
    return Operation(
        method=method.upper(),
        path=path,
        anchor=spec["operationId"],
        description=spec.get("description", ""),
        parameters=[
            Field(item["name"], _type(item["schema"]), item.get("description", ""), item.get("required", False))
            for item in spec.get("parameters", [])
        ],
        request=request and json.dumps(request, indent=2, ensure_ascii=False),
        response=next(
            (json.dumps(_example(body, schemas), indent=2, ensure_ascii=False) for body in good.values()), None
        ),
        problems=[(status, body["description"]) for status, body in spec["responses"].items() if status not in good],
        curl=_curl(method, f"{server}{path}", request),
    )


def _example(body: dict[str, Any] | None, schemas: dict[str, Any]) -> Any:
    if body is None:
        return None
    schema = body["content"]["application/json"]["schema"]
    return schemas[_name(schema)]["examples"][0]


def _name(reference: dict[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _curl(method: str, address: str, request: Any) -> str:
    words = ["curl", "-s", re.sub(r"\{\w+\}", "ID", address)]  # curl would take the braces for a set of addresses
    if request is not None:
        words += ["-H", "Content-Type: application/json", "-d", json.dumps(request, ensure_ascii=False)]
    return shlex.join(words)


def _shape(name: str, schema: dict[str, Any]) -> Shape:
    required = schema.get("required", [])
    fields = [
        Field(member, _type(spec), spec.get("description", ""), member in required)
        for member, spec in schema["properties"].items()
    ]
    return Shape(_short(name), schema.get("description", ""), fields)


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _short(_name(schema))
    if "anyOf" in schema:
        return " or ".join(_type(choice) for choice in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("type", "any"))


def _short(name: str) -> str:
    return name.removesuffix("Body")
