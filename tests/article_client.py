"""A client that adds articles to a server, and what it is told."""

import time

from starlette.testclient import TestClient

from tests.api_server import FERRY
from web.library_schemas import JobBody
from web.problem_types import PROBLEM_TYPES

ARTICLES = "/api/v1/articles"


def add(client: TestClient, text: str = FERRY, status: int = 201, **members: object):
    response = client.post(ARTICLES, json={"text": text, **members})
    assert response.status_code == status, response.text
    return response


def assert_problem(response, name: str):
    known = PROBLEM_TYPES[name]
    assert response.status_code == known.status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == known.uri
    return response.json()


def ended(client: TestClient, job: dict) -> JobBody:
    until = time.monotonic() + 60
    while job["status"] in ("queued", "running") and time.monotonic() < until:
        time.sleep(0.02)
        job = client.get(f"/api/v1/jobs/{job['id']}").json()
    return JobBody.model_validate(job)
