"""Traces: what a request and its question are told as, and that nothing is loaded or sent where none are wanted."""

import subprocess
import sys
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient

from corpus.errors import MissingPackageError
from tests.web_bot import StubBot
from web import create_app
from web.operations import tracing
from web.operations.operations import Operations
from web.operations.tracing import OtelTracing, open_tracing

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def client(spans: InMemorySpanExporter) -> TestClient:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    return TestClient(create_app(StubBot(), operations=Operations(tracing=OtelTracing(provider))))  # type: ignore[arg-type]


def test_a_request_its_question_and_the_stages_are_one_trace(client, spans):
    sent = {"question": "zanzibar cracks in pillars?"}
    client.post("/api/v1/ask", json=sent, headers={"traceparent": PARENT, "x-request-id": "r-1"})
    found = {span.name: span for span in spans.get_finished_spans()}
    assert set(found) == {"POST /api/v1/ask", "ask", "encode", "search", "read"}
    request, ask = found["POST /api/v1/ask"], found["ask"]
    assert {f"{span.context.trace_id:032x}" for span in found.values()} == {"4bf92f3577b34da6a3ce929d0e0e4736"}
    assert f"{request.parent.span_id:016x}" == "00f067aa0ba902b7"
    assert ask.parent.span_id == request.context.span_id
    assert all(found[stage].parent.span_id == ask.context.span_id for stage in ("encode", "search", "read"))
    assert found["encode"].end_time - found["encode"].start_time == 500_000
    assert found["encode"].end_time <= found["search"].start_time
    assert dict(request.attributes) == {
        "http.request.method": "POST",
        "http.route": "/api/v1/ask",
        "http.response.status_code": 200,
        "askarticle.request_id": "r-1",
    }
    assert ask.attributes["found"] is False
    assert "zanzibar" not in "".join(span.to_json() for span in found.values())


def test_an_address_is_not_told(client, spans):
    client.get("/zanzibar", params={"q": "zanzibar"})
    (span,) = spans.get_finished_spans()
    assert "zanzibar" not in span.to_json()


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(tracing, "find_spec", lambda _: None)
    with pytest.raises(MissingPackageError, match=r"pip install 'askarticle\[otel\]'"):
        open_tracing()


def test_where_they_go_the_variables_of_opentelemetry_say(monkeypatch):
    monkeypatch.setenv("OTEL_SERVICE_NAME", "newsroom")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9/none")
    opened = open_tracing()
    assert opened._provider.resource.attributes["service.name"] == "newsroom"
    opened.close()


def test_serving_without_traces_loads_nothing_for_them():
    code = "import sys, askarticle, web.operations.serving; print('opentelemetry.sdk' in sys.modules)"
    root = Path(__file__).parent.parent
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert out.stdout.strip() == "False"
