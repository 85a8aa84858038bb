"""What is tried: so many clients for some seconds, many requests in a row, an addition beside, a stop amid it all."""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter

from evaluation.load.client import LostError, NotTakenError, Reply
from evaluation.load.served import Served, articles, questions

ASK = "/api/v1/ask"
_LONGEST_PAUSE = 5.0  # seconds a refused client waits at most, whatever it is told


@dataclass(slots=True)
class Outcome:
    """What a number of clients got."""

    clients: int
    seconds: float = 0.0
    answered: list[float] = field(default_factory=list)  # seconds each answer took
    refused: list[float] = field(default_factory=list)  # seconds until each 503
    others: Counter[str] = field(default_factory=Counter)  # other statuses, and requests that got no answer

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.answered) / self.seconds if self.seconds else 0.0

    def note(self, reply: Reply) -> None:
        """Count a reply."""
        if reply.status == 200:
            self.answered.append(reply.seconds)
        elif reply.status == 503 and "retry-after" in reply.headers:
            self.refused.append(reply.seconds)
        else:
            self.others[str(reply.status)] += 1


def percentile(seconds: list[float], share: float) -> float:
    """Give the value that ``share`` of all lie at or below (nearest rank), in ms; 0 for none."""
    ranked = sorted(seconds)
    return 1e3 * ranked[max(0, -(-len(ranked) * round(100 * share) // 100) - 1)] if ranked else 0.0


def new_questions() -> Iterator[str]:
    """Give questions without an end, no two alike, so that none is answered from what was read before."""
    return (f"{question} ({number})" for number, question in enumerate(itertools.cycle(questions()), 1))


async def ask_for(server: Served, clients: int, seconds: float, asked: Iterator[str]) -> Outcome:
    """Let ``clients`` ask one question after the other for so long; one that is refused comes back when told to."""
    outcome, began = Outcome(clients), perf_counter()

    async def ask() -> None:
        client = server.client()
        while perf_counter() - began < seconds:
            try:
                reply = await client.post(ASK, {"question": next(asked)})
            except (LostError, NotTakenError) as error:
                outcome.others[type(error).__name__] += 1
                continue
            outcome.note(reply)
            if reply.status != 200:
                await asyncio.sleep(min(float(reply.headers.get("retry-after", "1")), _LONGEST_PAUSE))
        await client.close()

    await asyncio.gather(*(ask() for _ in range(clients)))
    outcome.seconds = perf_counter() - began
    return outcome


async def ask_many(server: Served, clients: int, requests: int, look: Callable[[int], None]) -> Outcome:
    """Ask ``requests`` times, the same few questions over and over; ``look`` is told how many are done, now and then.

    They are answered from what was read lately, which is quick; all else is done anew for each.
    """
    outcome, began = Outcome(clients), perf_counter()
    few = questions()[:20]
    left = iter(range(requests))

    async def ask() -> None:
        client = server.client()
        for number in left:
            outcome.note(await client.post(ASK, {"question": few[number % len(few)]}))
            done = number + 1
            if done % max(requests // 20, 1) == 0:
                look(done)
        await client.close()

    await asyncio.gather(*(ask() for _ in range(clients)))
    outcome.seconds = perf_counter() - began
    return outcome


async def ask_beside_an_addition(server: Served, clients: int, seconds: float) -> tuple[Outcome, Outcome]:
    """Ask for so long, then as long again while a long addition is at work, which is cancelled in the end."""
    asked = new_questions()
    before = await ask_for(server, clients, seconds, asked)
    client = server.client()
    started = await _import(server, _many_articles())
    during = await ask_for(server, clients, seconds, asked)
    job = json.loads((await client.get(f"/api/v1/jobs/{started}")).body)
    if job["status"] not in ("queued", "running"):
        during.others[f"addition {job['status']}"] += 1
    added = sum(job["counts"].values())
    await client.post(f"/api/v1/jobs/{started}/cancel", {})
    await client.close()
    during.others["articles added meanwhile"] = added
    return before, during


async def stop_under_load(server: Served, clients: int, seconds: float) -> Outcome:
    """Let clients ask, tell the server to stop after so long, and count what becomes of every request."""
    outcome, began, asked = Outcome(clients), perf_counter(), new_questions()

    async def ask() -> None:
        client = server.client()
        while True:
            try:
                outcome.note(await client.post(ASK, {"question": next(asked)}))
            except NotTakenError:
                return
            except LostError:
                outcome.others["lost"] += 1
                return

    asking = [asyncio.create_task(ask()) for _ in range(clients)]
    await asyncio.sleep(seconds)
    server.process.terminate()
    await asyncio.gather(*asking)
    outcome.seconds = perf_counter() - began
    return outcome


def _many_articles() -> bytes:
    """Give a JSON Lines file of more articles than are encoded within minutes, no two of them alike."""
    texts = [record["text"] for record in articles()]
    lines = []
    for number in range(400):
        told = [sentence.strip() for sentence in texts[number % len(texts)].split(". ")]
        text = ". ".join(f"{sentence} in case {number}" for sentence in told)
        lines.append(json.dumps({"id": f"load-{number}", "text": text}))
    return "\n".join(lines).encode()


async def _import(server: Served, content: bytes) -> str:
    import httpx2

    async with httpx2.AsyncClient(timeout=60) as client:
        sent = {"file": ("load.jsonl", content)}
        reply = await client.post(f"http://{server.host}:{server.port}/api/v1/imports/file", files=sent)
    reply.raise_for_status()
    return str(reply.json()["id"])
