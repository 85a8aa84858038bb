"""Traces for OpenTelemetry, where they are asked for: the only file that loads it.

Where they go, and how many are kept, the variables of OpenTelemetry itself say (``OTEL_EXPORTER_OTLP_ENDPOINT``,
``OTEL_TRACES_SAMPLER`` ...). No span holds words of a question.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from bot.answer import Timing
from corpus.errors import MissingPackageError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_NOT_INSTALLED = "Traces need OpenTelemetry, which is not installed. Install it: pip install 'askarticle[otel]'."
_STAGES = ("encode", "search", "read")


class Span(Protocol):
    """One thing done, with facts of it."""

    def tell(self, **facts: Any) -> None:
        """Add facts; those that are None are left out."""
        ...

    def rename(self, name: str) -> None:
        """Give it its final name."""
        ...


class Tracing(Protocol):
    """Tells somebody what was done for a request, and how long each part of it took."""

    def request(self, method: str, headers: Mapping[str, str]) -> AbstractContextManager[Span]:
        """Trace a request, within the trace that its ``traceparent`` header names, if any."""
        ...

    def question(self) -> AbstractContextManager[Span]:
        """Trace a question within the request."""
        ...

    def stages(self, timing: Timing) -> None:
        """Trace the stages of a question that has just been answered, within it."""
        ...

    def close(self) -> None:
        """Send what is not yet sent."""
        ...


class _NoSpan:
    def tell(self, **facts: Any) -> None:
        pass

    def rename(self, name: str) -> None:
        pass


class NoTracing:
    """Traces nothing."""

    def request(self, method: str, headers: Mapping[str, str]) -> AbstractContextManager[Span]:
        """Do nothing."""
        return nullcontext(_NoSpan())

    def question(self) -> AbstractContextManager[Span]:
        """Do nothing."""
        return nullcontext(_NoSpan())

    def stages(self, timing: Timing) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class _OtelSpan:
    def __init__(self, span: Any) -> None:
        self._span = span

    def tell(self, **facts: Any) -> None:
        self._span.set_attributes({name.replace("__", "."): fact for name, fact in facts.items() if fact is not None})

    def rename(self, name: str) -> None:
        self._span.update_name(name)


class OtelTracing:
    """Traces by OpenTelemetry."""

    def __init__(self, provider: "TracerProvider") -> None:
        """Send spans to ``provider``."""
        self._provider = provider
        self._tracer = provider.get_tracer("askarticle")

    @contextmanager
    def request(self, method: str, headers: Mapping[str, str]) -> Iterator[Span]:
        """Trace a request as a server's span."""
        from opentelemetry import trace
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        parent = TraceContextTextMapPropagator().extract(headers)
        with self._tracer.start_as_current_span(
            method, parent, trace.SpanKind.SERVER, record_exception=False, set_status_on_exception=True
        ) as span:
            yield _OtelSpan(span)

    @contextmanager
    def question(self) -> Iterator[Span]:
        """Trace a question."""
        with self._tracer.start_as_current_span("ask", record_exception=False) as span:
            yield _OtelSpan(span)

    def stages(self, timing: Timing) -> None:
        """Trace the stages, which end now, one behind the other."""
        durations = [int(1e6 * getattr(timing, stage)) for stage in _STAGES]
        begin = time.time_ns() - sum(durations)
        for stage, duration in zip(_STAGES, durations, strict=True):
            self._tracer.start_span(stage, start_time=begin).end(begin + duration)
            begin += duration

    def close(self) -> None:
        """Send what is not yet sent."""
        self._provider.shutdown()


def open_tracing() -> OtelTracing:
    """Trace to where OpenTelemetry's variables say, by OTLP over HTTP.

    Raises:
        MissingPackageError: OpenTelemetry is not installed.
    """
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.exporter.otlp.proto.http") is None:
        raise MissingPackageError(_NOT_INSTALLED)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource({"service.name": "askarticle"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return OtelTracing(provider)
