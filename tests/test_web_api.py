import json

import pytest
from starlette.testclient import TestClient

from bot import Bot
from bot.answer_json import answer_to_dict
from bot.question import MAX_CHARACTERS
from corpus import Article, default_article, split_sentences
from index import PassageIndex
from tests.fakes import FakeEncoder
from tests.web_bot import TEXT, StubBot
from web import create_app
from web.answer_schemas import AnswerBody
from web.app import MAX_BODY
from web.examples import QUOTE
from web.reference import describe
from web.schemas import MOST_HISTORY, ArticleListBody, ProblemBody, WholeArticleBody


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(StubBot()), raise_server_exceptions=False)


def assert_problem(response, status: int) -> ProblemBody:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = ProblemBody.model_validate(response.json(), strict=True)
    assert problem.status == status
    return problem


@pytest.mark.parametrize("question", ["repairs", "what is the capital of France"])
def test_asking_gives_the_contract_and_nothing_else(client, question):
    response = client.post("/api/v1/ask", json={"question": question})
    assert response.status_code == 200
    assert response.json() == answer_to_dict(StubBot().ask(question))


@pytest.mark.parametrize("question", ["How much will repairs cost?", "what is the capital of France"])
def test_the_described_shape_is_the_contract(question):
    bots = [StubBot(), Bot(PassageIndex.build([Article.create(TEXT)], FakeEncoder()))]
    for answer in [bot.ask(question) for bot in bots]:
        contract = json.loads(json.dumps(answer_to_dict(answer)))
        assert AnswerBody.model_validate(contract).model_dump() == contract


def test_one_article_can_be_asked_alone():
    bot = StubBot("Cats sleep.", "Whales sing.", titles=("Cats", "Whales"))
    client = TestClient(create_app(bot))
    body = {"question": "whales", "article": bot.articles[0].id}
    assert client.post("/api/v1/ask", json={"question": "whales"}).json()["found"] is True
    assert client.post("/api/v1/ask", json=body).json()["found"] is False
    assert_problem(client.post("/api/v1/ask", json=body | {"article": "nowhere"}), 404)


def test_articles_are_listed_and_given_with_their_sentences(client):
    listed = ArticleListBody.model_validate(client.get("/api/v1/articles").json()).articles
    assert [article.title for article in listed] == ["Arnfels bridge closed"]
    whole = WholeArticleBody.model_validate(client.get(f"/api/v1/articles/{listed[0].id}").json())
    assert whole.text == TEXT
    first = whole.sentences[0]
    assert whole.text[first.start : first.end] == "The bridge at Arnfels closed on Monday."
    assert [sentence.index for sentence in whole.sentences] == [0, 1, 2, 3]


def test_head_is_answered_like_get_without_a_body(client):
    paths = ["/api/v1/articles", f"/api/v1/articles/{StubBot().articles[0].id}", "/openapi.json"]
    for path in paths:
        named = {"x-request-id": "1"}
        assert client.head(path, headers=named).headers == client.get(path, headers=named).headers
        assert client.head(path).status_code == 200
    assert client.head("/api/v1/articles/nowhere").status_code == 404


def test_health_and_readiness(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "articles": 1}


def test_a_bot_without_articles_is_alive_but_not_ready():
    bot = StubBot()
    bot.articles = ()
    client = TestClient(create_app(bot))
    assert client.get("/healthz").status_code == 200
    assert_problem(client.get("/readyz"), 503)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/api", 404),
        ("GET", "/api/v1/articles/nowhere", 404),
        ("GET", "/api/v1/ask", 405),
        ("DELETE", "/healthz", 405),
    ],
)
def test_a_wrong_address_is_a_problem(client, method, path, status):
    assert assert_problem(client.request(method, path), status).detail.endswith(".")


def test_a_wrong_method_names_the_right_one(client):
    assert client.get("/api/v1/ask").headers["allow"] == "POST"
    assert client.options("/api/v1/feedback/export").headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"", "#"),
        (b"{", "#"),
        (b"[]", "#"),
        (b"{}", "#/question"),
        (b'{"question": 5}', "#/question"),
        (b'{"question": null}', "#/question"),
        (b'{"question": "a", "a/b~": 1}', "#/a~1b~0"),
        (b'{"question": "a", "\\ud800": 1}', "#"),
        (b'{"question": "\\ud800"}', "#/question"),
        (b'{"question": "a", "article": "\\udfff"}', "#/article"),
    ],
)
def test_a_body_of_the_wrong_shape_is_a_problem_that_points_at_it(client, body, pointer):
    response = client.post("/api/v1/ask", content=body, headers={"content-type": "application/json"})
    problem = assert_problem(response, 422)
    assert [error.pointer for error in problem.errors or []] == [pointer]


@pytest.mark.parametrize("body", [b'{"question": "\xff"}', b"[" * 20_000])
def test_a_body_that_cannot_be_read_is_a_clean_problem(client, body):
    response = client.post("/api/v1/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 422)
    assert_problem(response, response.status_code)


@pytest.mark.parametrize("headers", [{}, {"content-type": "text/plain"}])
@pytest.mark.parametrize("body", [b'{"question": "repairs"}', b""])
def test_a_body_that_is_not_said_to_be_json_is_refused_with_the_cure(client, body, headers):
    problem = assert_problem(client.post("/api/v1/ask", content=body, headers=headers), 422)
    assert "send JSON with Content-Type: application/json" in problem.detail


def test_a_body_that_is_no_object_is_refused_in_words_of_json(client):
    assert "Send a JSON object" in assert_problem(client.post("/api/v1/ask", json=["repairs"]), 422).detail


def test_a_follow_up_is_understood_from_the_history(client):
    body = {"question": "and in euros?", "history": ["Who came?", "Will repairs cost?"]}
    answer = client.post("/api/v1/ask", json=body).json()
    assert answer["question"] == "and in euros?"
    assert all(word in answer["standalone_question"] for word in ("repairs", "euros"))
    alone = client.post("/api/v1/ask", json={"question": "and in euros?"}).json()
    assert alone["standalone_question"] == "and in euros?"


def test_the_longest_history_is_taken(client):
    # Escaped as pairs of surrogates it is as many bytes as a body can need.
    body = {"question": "and euros?", "history": ["\U0001f30a" * MAX_CHARACTERS] * MOST_HISTORY}
    escaped = json.dumps(body).encode()
    assert len(escaped) > 12 * MAX_CHARACTERS * MOST_HISTORY
    response = client.post("/api/v1/ask", content=escaped, headers={"content-type": "application/json"})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("history", "pointer"),
    [
        (["why?"] * (MOST_HISTORY + 1), "#/history"),
        (["why?", "w" * (MAX_CHARACTERS + 1)], "#/history/1"),
        ([5], "#/history/0"),
        (["\ud800"], "#/history/0"),
        ("why?", "#/history"),
        (None, "#/history"),
    ],
)
def test_a_history_of_the_wrong_shape_is_a_problem_that_points_at_it(client, history, pointer):
    content = json.dumps({"question": "and euros?", "history": history})
    response = client.post("/api/v1/ask", content=content, headers={"content-type": "application/json"})
    assert [error.pointer for error in assert_problem(response, 422).errors or []] == [pointer]


@pytest.mark.parametrize("question", ["", " \n", "why " * 100])
def test_a_question_that_cannot_be_asked_is_a_problem(client, question):
    assert "question" in assert_problem(client.post("/api/v1/ask", json={"question": question}), 422).detail


def test_a_body_over_the_limit_is_refused_whether_or_not_it_says_its_length(client):
    def parts():
        for _ in range(MAX_BODY // 1024 + 1):
            yield b" " * 1024

    headers = {"content-type": "application/json"}
    assert_problem(client.post("/api/v1/ask", content=b" " * (MAX_BODY + 1), headers=headers), 413)
    assert_problem(client.post("/api/v1/ask", content=parts(), headers=headers), 413)


def test_a_body_at_the_limit_is_read(client):
    body = b'{"question": "repairs"}'
    response = client.post(
        "/api/v1/ask", content=body + b" " * (MAX_BODY - len(body)), headers={"content-type": "application/json"}
    )
    assert response.status_code == 200


def test_a_fault_of_ours_is_a_problem_that_tells_nothing(client, monkeypatch):
    monkeypatch.setattr(StubBot, "ask", lambda *_, **__: 1 / 0)
    response = client.post("/api/v1/ask", json={"question": "repairs"})
    assert_problem(response, 500)
    assert "ZeroDivision" not in response.text
    page = client.get("/?q=repairs")
    assert (page.status_code, page.template.name) == (500, "error.html")


def test_the_contract_is_described_and_its_errors_are_problems(client):
    openapi = client.get("/openapi.json").json()
    assert openapi["openapi"].startswith("3.1")
    assert {"/api/v1/ask", "/api/v1/articles", "/api/v1/articles/{article_id}", "/healthz", "/readyz"} <= set(
        openapi["paths"]
    )
    responses = openapi["paths"]["/api/v1/ask"]["post"]["responses"]
    assert responses["200"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/AnswerBody"}
    for status, response in responses.items():
        if status != "200":
            assert list(response["content"]) == ["application/problem+json"]
    shapes = openapi["components"]["schemas"]
    assert "ProblemBody" in shapes
    assert "HTTPValidationError" not in shapes
    references = set(_references(openapi))
    assert references <= {f"#/components/schemas/{name}" for name in shapes}


def test_the_examples_have_the_shapes_they_illustrate(client):
    shapes = client.get("/openapi.json").json()["components"]["schemas"]
    AnswerBody.model_validate(shapes["AnswerBody"]["examples"][0])
    ArticleListBody.model_validate(shapes["ArticleListBody"]["examples"][0])
    WholeArticleBody.model_validate(shapes["WholeArticleBody"]["examples"][0])
    ProblemBody.model_validate(shapes["ProblemBody"]["examples"][0])


def test_the_example_answer_is_true_of_the_default_article(client):
    text = default_article().text
    example = client.get("/openapi.json").json()["components"]["schemas"]["AnswerBody"]["examples"][0]
    citation = example["citations"][0]
    sentence, utf16 = citation["sentence"], citation["utf16"]
    assert text[sentence["start"] : sentence["end"]] == citation["quote"] == QUOTE
    assert text.encode("utf-16-le")[2 * utf16["start"] : 2 * utf16["end"]].decode("utf-16-le") == QUOTE
    assert split_sentences(default_article())[sentence["index"]].text == QUOTE
    assert citation["article"]["fingerprint"] == default_article().fingerprint
    assert citation["link"] is None


def test_every_member_is_described(client):
    openapi = client.get("/openapi.json").json()
    reference = describe(openapi, "")
    fields = [field for shape in reference.shapes for field in shape.fields]
    fields += [field for operation in reference.operations for field in operation.parameters]
    assert [field.name for field in fields if not field.description] == []


def test_the_docs_page_shows_every_operation_and_shape(client):
    openapi = client.get("/openapi.json").json()
    response = client.get("/docs")
    assert response.template.name == "docs.html"
    reference = response.context["reference"]
    described = {(operation.method.lower(), operation.path) for operation in reference.operations}
    assert described == {(method, path) for path, methods in openapi["paths"].items() for method in methods}
    assert len(reference.shapes) == len(openapi["components"]["schemas"])
    ask = next(operation for operation in reference.operations if operation.path == "/api/v1/ask")
    assert ask.curl == (
        "curl -s http://testserver/api/v1/ask -H 'Content-Type: application/json' "
        """-d '{"question": "how many troops?"}'"""
    )
    assert list(json.loads(ask.response))[:4] == ["contract", "question", "standalone_question", "found"]
    one = next(operation for operation in reference.operations if operation.path.endswith("{article_id}"))
    assert one.curl == "curl -s http://testserver/api/v1/articles/ID"
    assert [parameter.name for parameter in one.parameters] == ["article_id", "if-none-match"]


def _references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
