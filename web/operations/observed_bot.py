"""A bot whose questions are counted, timed, noted and traced; it answers as the bot that it is made of."""

from typing import TYPE_CHECKING, Any, cast

from bot.answer import Answer
from web.operations.request_facts import current, note

if TYPE_CHECKING:
    from bot.bot import Bot
    from web.operations.operations import Operations

_STAGES = ("encode", "search", "read", "total")


def observed(bot: "Bot", operations: "Operations") -> "Bot":
    """Give ``bot`` with every question that is put to it told to ``operations``."""
    return cast("Bot", _ObservedBot(bot, operations))


class _ObservedBot:
    """Passes everything on but what it says of the questions."""

    def __init__(self, bot: "Bot", operations: "Operations") -> None:
        self._bot, self._operations = bot, operations

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bot, name)

    def asking(self, *args: Any, **kwargs: Any) -> "Bot":
        """Give the bot on another index, as ``Bot.asking`` says."""
        return observed(self._bot.asking(*args, **kwargs), self._operations)

    def ask(self, question: str, **scope: Any) -> Answer:
        """Ask, as ``Bot.ask`` says."""
        if self._operations.log_questions:
            note(question=question)
        with self._operations.tracing.question() as span:
            answer = self._bot.ask(question, **scope)
            self._operations.tracing.stages(answer.timing)
            span.tell(found=answer.found, confidence=answer.confidence)
        self._tell(answer)
        return answer

    def _tell(self, answer: Answer) -> None:
        metrics, timing = self._operations.metrics, answer.timing
        metrics.questions.labels("found" if answer.found else "declined").inc()
        for stage in _STAGES:
            metrics.stage_seconds.labels(stage).observe(getattr(timing, stage) / 1e3)
        request = current()
        before = request.noted.get("questions", 0) if request else 0
        took = {f"{stage}_ms": round(getattr(timing, stage), 1) for stage in _STAGES if stage != "total"}
        note(questions=before + 1, found=answer.found, confidence=round(answer.confidence, 3), **took)
