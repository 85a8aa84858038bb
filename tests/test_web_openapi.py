"""The API's description: complete, with examples that hold, and the same as the committed copy."""

import copy
import json
import re
import shlex

import pytest
from starlette.testclient import TestClient

from tests.api_server import FERRY, make_app
from web import openapi
from web.openapi import COPY, breaking_changes, described
from web.problem_types import PROBLEM_TYPES
from web.reference import describe

DOCUMENT = described()
OPERATIONS = [(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods]


def test_the_committed_copy_is_what_is_served():
    committed = json.loads(COPY.read_text("utf-8"))
    changes = list(breaking_changes(committed, DOCUMENT))
    assert changes == [], "these break clients; is that meant? Then renew the copy: make openapi"
    assert committed | {"info": 0} == DOCUMENT | {"info": 0}, (
        "the description has changed; renew the copy: make openapi"
    )


def test_the_command_renews_the_copy_and_says_what_breaks(tmp_path, monkeypatch, capsys):
    target = tmp_path / "openapi.json"
    monkeypatch.setattr(openapi, "COPY", target)
    openapi.main()
    assert json.loads(target.read_text("utf-8")) == DOCUMENT
    more = copy.deepcopy(DOCUMENT)
    more["paths"]["/api/v1/old"] = {"get": {"responses": {}}}
    target.write_text(json.dumps(more), "utf-8")
    openapi.main()
    assert capsys.readouterr().err == "breaks clients: GET /api/v1/old is gone\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda new: new["paths"]["/api/v1/ask"].clear(), "POST /api/v1/ask is gone"),
        (lambda new: new["components"]["schemas"]["AnswerBody"]["properties"].pop("found"), "AnswerBody.found is gone"),
        (lambda new: new["components"]["schemas"]["AskBody"]["required"].append("k"), "AskBody.k is required"),
        (
            lambda new: new["components"]["schemas"]["FilterBody"].update(required=["sources"]),
            "FilterBody.sources is required",
        ),
        (
            lambda new: new["components"]["schemas"]["HitBody"]["properties"]["score"].update(type="string"),
            "HitBody.score is of another type",
        ),
        (lambda new: new["paths"]["/api/v1/articles"]["get"]["parameters"].pop(), "takes no parameter limit any more"),
        (
            lambda new: new["paths"]["/api/v1/articles"]["get"]["parameters"][0].update(required=True),
            "requires the parameter collection",
        ),
        (lambda new: new["paths"]["/api/v1/ask"]["post"]["responses"].pop("422"), "no longer answers 422"),
    ],
)
def test_what_breaks_clients_is_seen(change, said):
    new = copy.deepcopy(DOCUMENT)
    change(new)
    assert any(said in found for found in breaking_changes(DOCUMENT, new))
    assert list(breaking_changes(DOCUMENT, DOCUMENT)) == []


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_is_described_with_examples(method, path):
    operation = DOCUMENT["paths"][path][method]
    assert operation["description"]
    assert re.fullmatch(r"[a-z_]+", operation["operationId"])
    contents = [operation["requestBody"]["content"]] if "requestBody" in operation else []
    contents += [body["content"] for body in operation["responses"].values() if "content" in body]
    for content in contents:
        for media_type, body in content.items():
            if media_type.endswith(("/json", "+json")):
                name = body["schema"]["$ref"].rpartition("/")[2]
                assert DOCUMENT["components"]["schemas"][name]["examples"]


def test_every_example_has_the_shape_it_illustrates():
    import jsonschema_rs

    for name, schema in DOCUMENT["components"]["schemas"].items():
        whole = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
        for example in schema.get("examples", []):
            jsonschema_rs.validator_for(whole).validate(example)


def test_every_example_can_be_sent(tmp_path):
    """As the page shows it, in the order of its operations, to a server with the articles that they name."""
    with TestClient(make_app(tmp_path)) as client:
        client.post("/api/v1/articles", json={"text": FERRY, "id": "ID"})
        for operation in describe(client.get("/openapi.json").json(), "").operations:
            if operation.request and "imports" not in operation.path:
                headers = {"if-match": "*"} if operation.method == "PUT" else {}
                address = re.sub(r"\{\w+\}", "ID", operation.path)
                response = client.request(
                    operation.method, address, json=json.loads(operation.request), headers=headers
                )
                assert response.is_success, (operation.path, response.text)
            assert shlex.split(operation.curl)[0] == "curl"


def test_the_docs_page_lists_every_kind_of_problem(tmp_path):
    page = TestClient(make_app(tmp_path)).get("/docs").text
    for problem in PROBLEM_TYPES.values():
        assert problem.uri in page
