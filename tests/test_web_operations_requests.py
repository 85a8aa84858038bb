"""What a server says of its requests: ids, log lines, metrics."""

import io
import json
import logging
import logging.config
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient
from uvicorn.config import LOGGING_CONFIG

from bot.answer import Answer
from tests.api_server import FERRY, make_app
from tests.web_bot import StubBot
from web import create_app
from web.operations.logs import set_up_logs
from web.operations.operations import Operations

MARKER = "zanzibar"
PLAIN = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}", re.ASCII)


class FaultyBot(StubBot):
    """Fails at every question, quoting it."""

    def ask(self, question: str, **_: Any) -> Answer:
        raise KeyError(question)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Give what is logged as JSON; put the suite's logging back afterwards."""
    root, hook = logging.getLogger(), threading.excepthook
    handlers, level, out = root.handlers[:], root.level, io.StringIO()
    set_up_logs("json", to=out)
    yield out
    root.handlers[:], threading.excepthook = handlers, hook
    root.setLevel(level)
    for name in ("askarticle", "web.requests"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def client_of(bot: StubBot, **options: Any) -> TestClient:
    return TestClient(create_app(bot, **options), raise_server_exceptions=False)


def ask_everywhere(client: TestClient) -> int:
    """Put the marker wherever a question can stand; give how many requests that were."""
    question = f"where is {MARKER}?"
    replies = [
        client.get("/", params={"q": question, "h": [f"{MARKER} before?"]}),
        client.get("/answer", params={"q": question}),
        client.get(f"/{MARKER}", params={"q": question}),
        client.post("/api/v1/ask", json={"question": question, "history": [f"{MARKER}?"]}),
        client.post("/api/v1/ask", json={"question": question * 200}),
        client.post("/api/v1/ask", json={"question": question, MARKER: MARKER}),
        client.post("/api/v1/ask", content=MARKER),
        client.post("/api/v1/ask/batch", json={"questions": [{"question": question}]}),
        client.post("/api/v1/search", json={"query": question}),
        client.post("/api/v1/citations/verify", json={"citations": [{"article": {"id": MARKER}}]}),
        client.post("/v1/chat/completions", json={"model": "x", "messages": [{"role": "user", "content": question}]}),
        client.post("/v1/embeddings", json={"model": "askarticle", "input": question}),
        client.get(f"/api/v1/articles/{MARKER}"),
        client.request(MARKER.upper(), "/api/v1/ask"),
    ]
    return len(replies)


@pytest.mark.parametrize("bot", [StubBot(), FaultyBot()], ids=["answers", "fails"])
def test_each_request_is_one_line_of_json_without_a_word_of_the_question(bot, log, capfd):
    asked = ask_everywhere(client_of(bot))
    told = [line for line in lines(log) if line["event"] == "request"]
    assert len(told) == asked
    assert len({line["request_id"] for line in told}) == asked
    assert all({"time", "level", "method", "route", "status", "ms", "bytes"} <= set(line) for line in told)
    said = log.getvalue() + "".join(capfd.readouterr())
    assert MARKER not in said.lower()


def test_a_line_says_what_came_of_the_question(log):
    client_of(StubBot()).post("/api/v1/ask", json={"question": "cracks in pillars?"})
    (line,) = lines(log)
    assert (line["method"], line["route"], line["status"]) == ("POST", "/api/v1/ask", 200)
    assert (line["questions"], line["found"], line["confidence"]) == (1, True, 0.93)
    assert (line["encode_ms"], line["search_ms"], line["read_ms"]) == (0.5, 0.2, 0.2)
    assert line["wait_ms"] >= 0


def test_the_questions_are_logged_when_that_is_asked_for(log):
    set_up_logs("json", messages=True, to=log)
    client = client_of(FaultyBot(), operations=Operations(log_questions=True))
    client.post("/api/v1/ask", json={"question": f"{MARKER}?"})
    request = next(line for line in lines(log) if line["event"] == "request")
    assert request["question"] == f"{MARKER}?"


def test_an_error_nobody_foresaw_is_told_by_its_kind_and_place(log):
    logging.config.dictConfig(LOGGING_CONFIG)  # as whoever starts a server without our logs does
    set_up_logs("json", to=log)
    try:
        raise KeyError(MARKER)
    except KeyError:
        logging.getLogger("uvicorn.error").exception("Exception in %s", MARKER)
    (line,) = lines(log)
    assert line["error"] == "KeyError"
    assert any("test_web_operations_requests.py" in place for place in line["raised_in"])
    assert line["event"] == "Exception in %s"
    assert MARKER not in log.getvalue()


def test_a_thread_that_ends_by_an_error_says_so_in_the_log(log):
    def fail() -> None:
        raise ValueError(MARKER)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert [line["error"] for line in lines(log)] == ["ValueError"]
    assert MARKER not in log.getvalue()


def test_plain_lines_are_for_warnings_alone(log):
    set_up_logs("plain", to=log)
    ask_everywhere(client_of(StubBot()))
    assert log.getvalue() == ""
    logging.getLogger("web.x").warning("The disk is %s.", "full")
    assert log.getvalue() == "warning: The disk is full.\n"


@pytest.mark.parametrize("given", ["abc-1", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "a" * 128])
def test_a_plain_request_id_is_taken_and_given_back(given, log):
    response = client_of(StubBot()).get("/healthz", headers={"X-Request-ID": given})
    assert response.headers["x-request-id"] == given
    assert lines(log)[0]["request_id"] == given


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/api/v1/nowhere", "/?q=", "/static/nothing.js"])
def test_every_answer_has_a_request_id(path):
    assert PLAIN.fullmatch(client_of(StubBot()).get(path).headers["x-request-id"])


def test_the_answer_to_a_fault_has_a_request_id_too():
    response = client_of(FaultyBot()).post("/api/v1/ask", json={"question": "why?"}, headers={"x-request-id": "r1"})
    assert (response.status_code, response.headers["x-request-id"]) == (500, "r1")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(given=st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=300))
def test_no_request_id_can_break_a_header_or_a_line(given):
    response = client_of(StubBot()).get("/healthz", headers={"x-request-id": given.encode("latin-1")})
    echoed = response.headers["x-request-id"]
    assert PLAIN.fullmatch(echoed)
    assert echoed == given or not PLAIN.fullmatch(given)
    assert len(response.headers.get_list("x-request-id")) == 1


def counted(client: TestClient) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.name.removeprefix("askarticle_"), *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_the_metrics_count_what_happened():
    client = client_of(StubBot())
    before = counted(client)
    assert before["questions_total", "found"] == before["questions_total", "declined"] == 0
    for question in ("cracks pillars", "nothing like it", "nothing either"):
        client.post("/api/v1/ask", json={"question": question})
    client.post("/api/v1/ask", json={"question": ""})
    client.get("/one"), client.get("/two"), client.request("BREW", "/three")
    now = counted(client)
    assert (now["questions_total", "found"], now["questions_total", "declined"]) == (1, 2)
    assert now["question_stage_seconds_count", "encode"] == 3
    assert now["question_stage_seconds_sum", "encode"] == pytest.approx(0.0015)
    assert now["http_requests_total", "POST", "/api/v1/ask", "200"] == 3
    assert now["http_requests_total", "POST", "/api/v1/ask", "422"] == 1
    assert now["http_requests_total", "GET", "none", "404"] == 2
    assert now["http_request_seconds_count", "/api/v1/ask"] == 4
    assert now["question_wait_seconds_count",] == 4
    assert (now["questions_at_work",], now["questions_waiting",]) == (0, 0)


def test_no_client_can_make_up_series():
    client = client_of(StubBot())
    client.get("/metrics")
    before = len(counted(client))
    for number in range(20):
        client.get(f"/x{number}?y={number}")
        client.request(f"VERB{number}", "/x", headers={"x-request-id": str(number)})
    names = {sample for sample in counted(client) if sample[0].startswith("http")}
    assert not any("x1" in " ".join(name) or "VERB1" in " ".join(name) for name in names)
    assert len(counted(client)) <= before + 40  # of the patterns and statuses that are new, each with its buckets


def test_the_metrics_know_the_library(tmp_path):
    with TestClient(make_app(tmp_path)) as client:
        assert "library_passages" not in {name for name, *_ in counted(client)}
        client.post("/api/v1/articles", json={"text": FERRY, "id": "ferry"}).raise_for_status()
        now = counted(client)
        assert (now["articles",], now["library_versions",], now["library_readable",]) == (1, 1, 1)
        assert now["library_passages",] >= 1
        assert now["library_bytes",] > 0
        assert (now["jobs", "queued"], now["jobs", "running"]) == (0, 0)


def test_a_server_whose_library_cannot_be_read_is_alive_and_not_ready(tmp_path):
    with TestClient(make_app(tmp_path)) as client:
        client.post("/api/v1/articles", json={"text": FERRY, "id": "ferry"}).raise_for_status()
        assert client.get("/readyz").json() == {"status": "ready", "articles": 1}
        library = tmp_path / "library.sqlite"
        parts = [path for path in tmp_path.glob("library.sqlite*") if path.is_file()]  # its log may hold all of it
        for path in parts:
            path.rename(path.with_name(f"away-{path.name}"))
        library.write_bytes(b"no database at all" * 500)
        refused = client.get("/readyz")
        assert (refused.status_code, refused.json()["type"]) == (503, "urn:askarticle:problem:library-unavailable")
        assert "retry-after" in refused.headers
        assert str(tmp_path) not in refused.text
        assert client.get("/healthz").status_code == 200
        assert counted(client)["library_readable",] == 0
        for path in parts:
            path.with_name(f"away-{path.name}").replace(path)
        assert client.get("/readyz").status_code == 200
