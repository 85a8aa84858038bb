"""A client of conversations over HTTP, for tests."""

from starlette.testclient import TestClient

from tests.api_server import FERRY
from web.problem_types import PROBLEM_TYPES
from web.talk_schemas import ConversationBody

TALKS = "/api/v1/conversations"


def add(client: TestClient, text: str = FERRY, id: str = "ferry") -> None:
    assert client.post("/api/v1/articles", json={"text": text, "id": id}).status_code == 201


def start(client: TestClient, **scope: object) -> str:
    response = client.post(TALKS, json=scope)
    assert response.status_code == 201, response.text
    body = ConversationBody.model_validate(response.json())
    assert response.headers["location"] == f"{TALKS}/{body.id}"
    assert response.headers["cache-control"] == "no-store"
    return body.id


def ask(client: TestClient, question: str, status: int = 200, **members: object) -> dict:
    response = client.post("/api/v1/ask", json={"question": question, **members})
    assert response.status_code == status, response.text
    return response.json()


def read(client: TestClient, id: str) -> ConversationBody:
    return ConversationBody.model_validate(client.get(f"{TALKS}/{id}").json())


def assert_problem(response, name: str) -> None:
    known = PROBLEM_TYPES[name]
    assert response.status_code == known.status, response.text
    assert response.json()["type"] == known.uri


def shown(turn) -> list:
    return [*turn.citations, *turn.nearest]
