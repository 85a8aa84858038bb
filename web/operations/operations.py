"""The parts of operations that one application has."""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp

from bot.settings import Settings
from index.onnx_session import usable_cores
from web.operations.admission import Gate
from web.operations.metrics import Metrics
from web.operations.tracing import NoTracing, Tracing, open_tracing

_AT_WORK, _WAITING, _WAIT_SECONDS = 0, 64, 10.0


@dataclass(slots=True)
class Operations:
    """What watches and guards one application; without settings, as a test or a small server needs it."""

    metrics: Metrics = field(default_factory=Metrics)
    gate: Gate = None  # type: ignore[assignment]  # made below, of the metrics
    tracing: Tracing = field(default_factory=NoTracing)
    log_questions: bool = False
    within: Callable[[ASGIApp], ASGIApp] = lambda app: app  # a layer around all but what observes
    stopping: bool = False  # told to stop: what is at work is finished, and clients are told to go
    stop_by: float = 0.0  # by time.monotonic: until then what is at work may go on

    def __post_init__(self) -> None:
        if self.gate is None:
            self.gate = Gate(_at_work(_AT_WORK), _WAITING, _WAIT_SECONDS, self.metrics)

    @classmethod
    def of(cls, settings: Settings) -> "Operations":
        """Make those that ``settings`` describe.

        Raises:
            MissingPackageError: traces are wanted, and what makes them is not installed.
        """
        metrics = Metrics()
        gate = Gate(_at_work(settings.at_work, settings.workers), settings.waiting, settings.wait_seconds, metrics)
        tracing = open_tracing() if settings.traces else NoTracing()
        return cls(metrics, gate, tracing, settings.log_questions)


def _at_work(wanted: int, workers: int = 1) -> int:
    return wanted or max(1, usable_cores() // workers)
