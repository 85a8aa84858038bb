"""Train the reader: `python -m bot.reader.train DATA --base FOLDER --out FOLDER`; it goes on where it was stopped.

The learning rate rises, stays, and falls only when told to: any checkpoint can begin its descent, so that the length of
a run need not be known when it starts.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import signal
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from bot.reader.batches import Arrays, Batch, Place, batches
from bot.reader.examples import Corpus, load_tokenizer
from bot.reader.network import ReaderNetwork, ReaderOutput, freeze, from_bert_folder

SENTENCE_WEIGHT, ANSWERABLE_WEIGHT = 0.5, 0.3
# About one sentence in seven answers its question.
SENTENCE_POSITIVE_WEIGHT = 2.0


@dataclass(frozen=True)
class Schedule:
    """The learning rate of every step: warm-up, a plateau, and from `decay_from` a descent to nothing."""

    peak: float = 1.2e-4
    warm_up: int = 500
    decay_from: int | None = None
    decay_steps: int = 1500

    def at(self, step: int) -> float:
        """The rate of step `step`, counted from 0."""
        rate = self.peak * min(1.0, (step + 1) / self.warm_up)
        if self.decay_from is None or step < self.decay_from:
            return rate
        done = min(1.0, (step - self.decay_from) / self.decay_steps)
        return rate * (1.0 - math.sqrt(done))

    def over(self, step: int) -> bool:
        """Whether the descent has ended before step `step`."""
        return self.decay_from is not None and step >= self.decay_from + self.decay_steps


def pooled(relevance: Tensor, sentence_of: Tensor, sentences: int) -> Tensor:
    """A sentence's score: the mean over its tokens."""
    members = sentence_of[:, None, :] == torch.arange(sentences, device=relevance.device)[None, :, None]
    weights = members.to(relevance.dtype)
    return (weights * relevance[:, None, :]).sum(-1) / weights.sum(-1).clamp(min=1.0)


def losses(output: ReaderOutput, batch: Batch[Tensor]) -> dict[str, Tensor]:
    """The parts of the loss, each a mean over the batch."""
    start, end, relevance, answerable = (logits.float() for logits in output)
    span = torch.zeros_like(batch.weight)
    for logits, label in ((start, batch.start), (end, batch.end)):
        masked = logits.masked_fill(~batch.allowed, -1e4)
        span = span + functional.cross_entropy(masked, label, reduction="none") / 2
    scores = pooled(relevance, batch.sentence_of, batch.gold_sentences.shape[1])
    real = (batch.gold_sentences >= 0).float() * batch.weight[:, None].clamp(min=0.1)
    positive = torch.tensor(SENTENCE_POSITIVE_WEIGHT, device=scores.device)
    each = functional.binary_cross_entropy_with_logits(
        scores, batch.gold_sentences.clamp(min=0.0), reduction="none", pos_weight=positive
    )
    has_answer = (batch.gold_sentences > 0).any(-1).float()
    return {
        "span": (span * batch.weight).sum() / batch.weight.sum().clamp(min=1.0),
        "sentence": (each * real).sum() / real.sum().clamp(min=1.0),
        "answerable": functional.binary_cross_entropy_with_logits(answerable, has_answer),
    }


def total(parts: dict[str, Tensor]) -> Tensor:
    """The loss that is learned from."""
    return parts["span"] + SENTENCE_WEIGHT * parts["sentence"] + ANSWERABLE_WEIGHT * parts["answerable"]


class Trainer:
    """The network, its optimiser, its running average, and where in the data it stands."""

    def __init__(
        self,
        network: ReaderNetwork,
        schedule: Schedule,
        device: torch.device,
        *,
        ema: float = 0.999,
        mixed: bool = True,  # bfloat16 products, 1.6 times as fast
    ) -> None:
        self.network = network.to(device).train()
        self.schedule, self.device, self.ema_decay, self.mixed = schedule, device, ema, mixed
        self.step, self.place = 0, Place()
        self.learned = [weight for weight in network.parameters() if weight.requires_grad]
        matrices = [weight for weight in self.learned if weight.ndim > 1]
        vectors = [weight for weight in self.learned if weight.ndim == 1]
        groups = [{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=schedule.peak, betas=(0.9, 0.98))
        self.ema = [weight.detach().clone() for weight in self.learned]

    def learn(self, arrays: Arrays, place: Place) -> dict[str, float]:
        """One step; the batch's losses."""
        batch = Batch(*(torch.from_numpy(array).to(self.device) for array in arrays))
        for group in self.optimiser.param_groups:
            group["lr"] = self.schedule.at(self.step)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.mixed):
            output = self.network(batch.input_ids, batch.attention_mask, batch.token_type_ids)
        parts = losses(output, batch)
        total(parts).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.learned, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        # A young average forgets fast, so that it does not carry the first steps along.
        decay = min(self.ema_decay, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(self.ema, [weight.detach() for weight in self.learned], 1.0 - decay)
        self.step, self.place = self.step + 1, place
        return {name: part.item() for name, part in parts.items()}

    def averaged(self) -> dict[str, Tensor]:
        """The averaged weights, the frozen ones among them."""
        state = dict(self.network.state_dict())
        names = [name for name, weight in self.network.named_parameters() if weight.requires_grad]
        return state | dict(zip(names, self.ema, strict=True))

    def save(self, path: Path) -> None:
        """Write a checkpoint; a reader of `path` finds the old one or the new one, never half of one."""
        stored = {
            "config": asdict(self.network.config),
            "weights": self.network.state_dict(),
            "averaged": self.averaged(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "place": asdict(self.place),
            "random": torch.get_rng_state(),
        }
        torch.save(stored, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").replace(path)

    def load(self, path: Path) -> None:
        """Stand exactly where the checkpoint was written."""
        stored: dict[str, Any] = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(stored["weights"])
        self.optimiser.load_state_dict(stored["optimiser"])
        names = [name for name, weight in self.network.named_parameters() if weight.requires_grad]
        self.ema = [stored["averaged"][name].clone() for name in names]
        self.step, self.place = stored["step"], Place(**stored["place"])
        torch.set_rng_state(stored["random"].cpu())


@dataclass
class Log:
    """Means over some steps, as JSON lines."""

    path: Path
    every: int = 50

    def __post_init__(self) -> None:
        self.parts: list[dict[str, float]] = []
        self.examples, self.since = 0, time.monotonic()

    def add(self, trainer: Trainer, parts: dict[str, float], examples: int) -> None:
        """Note one step; write a line when there are enough."""
        self.parts.append(parts)
        self.examples += examples
        if len(self.parts) < self.every:
            return
        means = {name: round(sum(part[name] for part in self.parts) / len(self.parts), 4) for name in parts}
        speed = round(self.examples / (time.monotonic() - self.since), 1)
        line = {"step": trainer.step, **asdict(trainer.place), **means, "rate": trainer.schedule.at(trainer.step - 1)}
        with self.path.open("a") as log:
            log.write(json.dumps(line | {"examples_per_s": speed, "time": round(time.time())}) + "\n")
        self.__post_init__()


def run(trainer: Trainer, corpus: Corpus, options: argparse.Namespace) -> None:
    """Learn until told to stop, or until the descent or the passes are done."""
    stop: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: stop.append(received))
    log, last, saved = Log(options.out / "log.jsonl"), options.out / "last.pt", time.monotonic()
    tokenizer = load_tokenizer(options.base)
    for batch, place in batches(corpus, tokenizer, options.batch, options.seed, trainer.place):
        if stop or trainer.schedule.over(trainer.step) or trainer.place.epoch >= options.passes:
            break
        log.add(trainer, trainer.learn(batch, place), len(batch.weight))
        keep = trainer.step % options.keep_every == 0
        if keep or time.monotonic() - saved > options.save_seconds:
            trainer.save(last)
            saved = time.monotonic()
        if keep:
            shutil.copyfile(last, options.out / f"step-{trainer.step:06d}.pt")
    trainer.save(last)


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bot.reader.train", description=__doc__)
    parser.add_argument("data", type=Path, help="questions and articles, gzipped JSON lines")
    parser.add_argument("--base", type=Path, required=True, help="folder of the BERT model to start from")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and the log")
    parser.add_argument("--resume", type=Path, help="checkpoint to go on from (default: OUT/last.pt, if there is one)")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=Schedule.peak)
    parser.add_argument("--warm-up", type=int, default=Schedule.warm_up)
    parser.add_argument("--decay-from", type=int, help="step at which the learning rate begins to fall")
    parser.add_argument("--decay-steps", type=int, default=Schedule.decay_steps)
    parser.add_argument("--dropout", type=float, default=0.0, help="share of features dropped; few passes need none")
    parser.add_argument("--frozen-layers", type=int, default=0, help="lowest layers that are not learned")
    parser.add_argument("--passes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save-seconds", type=float, default=600)
    parser.add_argument("--keep-every", type=int, default=2500, help="steps between checkpoints that are kept")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> None:
    """Train from the command line."""
    options = arguments(given)
    options.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    schedule = Schedule(options.rate, options.warm_up, options.decay_from, options.decay_steps)
    network = from_bert_folder(options.base, options.dropout)
    freeze(network, options.frozen_layers)
    trainer = Trainer(network, schedule, device)
    last = options.resume or options.out / "last.pt"
    if options.resume or last.exists():
        trainer.load(last)
    run(trainer, Corpus(options.data, load_tokenizer(options.base)), options)


if __name__ == "__main__":
    main()
