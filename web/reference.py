"""The API's description for people, drawn from its OpenAPI document."""

import json
import re
import shlex
from dataclasses import dataclass
from typing import Any

from web.problem_types import PROBLEM_TYPES, ProblemType


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
    problem_types: list[ProblemType]
    shapes: list[Shape]


def describe(openapi: dict[str, Any], server: str) -> Reference:
    """Describe every operation and shape of ``openapi``; ``server`` is the address its examples call."""
    schemas: dict[str, Any] = openapi["components"]["schemas"]
    operations = [
        _operation(method, path, operation, schemas, server)
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    ]
    shapes = [_shape(name, schema) for name, schema in schemas.items() if "properties" in schema]
    return Reference(
        openapi["info"]["title"], openapi["info"]["version"], operations, list(PROBLEM_TYPES.values()), shapes
    )


def _operation(method: str, path: str, spec: dict[str, Any], schemas: dict[str, Any], server: str) -> Operation:
    content = spec.get("requestBody", {}).get("content", {})
    request = _example(content, schemas)
    good = {status: body for status, body in spec["responses"].items() if status.startswith("2")}
    responses = [_example(body.get("content", {}), schemas) for body in good.values()]
    response = next((example for example in responses if example is not None), None)
    return Operation(
        method=method.upper(),
        path=path,
        anchor=spec["operationId"],
        description=spec.get("description", ""),
        parameters=[
            Field(item["name"], _type(item["schema"]), item.get("description", ""), item.get("required", False))
            for item in spec.get("parameters", [])
        ],
        request=_shown(request),
        response=_shown(response),
        problems=[(status, body["description"]) for status, body in spec["responses"].items() if status not in good],
        curl=_curl(method, f"{server}{path}", request, content, spec),
    )


def _example(content: dict[str, Any], schemas: dict[str, Any]) -> Any:
    schema = content.get("application/json", {}).get("schema", {})
    return schemas[_name(schema)]["examples"][0] if "$ref" in schema else None


def _shown(example: Any) -> str | None:
    return None if example is None else json.dumps(example, indent=2, ensure_ascii=False)


def _name(reference: dict[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _curl(method: str, address: str, request: Any, content: dict[str, Any], spec: dict[str, Any]) -> str:
    words = ["curl", "-s"]
    if (method, bool(content)) not in (("get", False), ("post", True)):
        words += ["-X", method.upper()]
    # curl would take the braces for a set of addresses
    words.append(re.sub(r"\{\w+\}", "ID", address))
    if any(item["name"].lower() == "if-match" for item in spec.get("parameters", [])):
        words += ["-H", 'If-Match: "ETAG"']
    if request is not None:
        words += ["-H", "Content-Type: application/json", "-d", json.dumps(request, ensure_ascii=False)]
    elif "multipart/form-data" in content:
        words += ["-F", "file=@story.pdf"]
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
