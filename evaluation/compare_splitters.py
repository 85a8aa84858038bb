"""Compare sentence splitters: python -m evaluation.compare_splitters dev_selqa.jsonl.gz [hard_sentences.json].

The first file holds one document a line with ``text`` and ``sentences``; the second a list of ``{"name", "marked"}``,
sentences parted by "|". nupunkt and pysbd are needed for this alone: pip install nupunkt pysbd.
"""

import gzip
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from corpus.sentences import sentence_spans, sentencex_ends

Span = tuple[int, int]
FindEnds = Callable[[str], Iterable[int]]
Document = tuple[str, list[Span]]  # a text and the spans of its gold sentences

# Measured in a fresh process: import, set-up and one sentence.
_START = {
    "naive": "import re; re.split('[.] ', 'A b. C d.')",
    "sentencex": "import sentencex; sentencex.get_sentence_boundaries('en', 'A b. C d.')",
    "nupunkt": "import nupunkt; nupunkt.sent_spans('A b. C d.')",
    "pysbd": "import pysbd; pysbd.Segmenter('en', clean=False, char_span=True).segment('A b. C d.')",
}


def main(arguments: Sequence[str]) -> None:
    """Print one line for each splitter, alone and inside this project's own rules."""
    documents = read_gold(Path(arguments[0]))
    cases = read_cases(Path(arguments[1] if len(arguments) > 1 else "tests/data/hard_sentences.json"))
    print(f"{len(documents)} documents, {sum(len(gold) for _, gold in documents)} gold sentences; {len(cases)} cases")
    print(f"{'':22}{'precision':>10}{'recall':>8}{'F1':>7}{'exact':>7}{'cases':>7}{'MB/s':>8}{'start':>9}")
    for name, find_ends in splitters().items():
        start = start_up(name)
        for label, split in ((name, alone(find_ends)), (f"{name} + own rules", with_own_rules(find_ends))):
            print(f"{label:22}{report(split, documents, cases)}{start:6.0f} ms")


def read_gold(path: Path) -> list[Document]:
    """Find each gold sentence in its text; a document where one is missing is left out."""
    documents = []
    for line in filter(None, gzip.decompress(path.read_bytes()).split(b"\n")):
        record = json.loads(line)
        spans, end = [], 0
        for sentence in filter(None, map(str.strip, record["sentences"])):
            start = record["text"].find(sentence, end)
            if start < 0:
                break
            end = start + len(sentence)
            spans.append((start, end))
        else:
            documents.append((record["text"], spans))
    return documents


def read_cases(path: Path) -> list[Document]:
    """Read the marked sentences."""
    cases = []
    for case in json.loads(path.read_text("utf-8")):
        ends, text = [], ""
        for piece in case["marked"].split("|"):
            text += piece
            ends.append(len(text))
        cases.append((text, trimmed(text, ends)))
    return cases


def splitters() -> dict[str, FindEnds]:
    """Give the finders of sentence ends to compare."""
    import nupunkt
    import pysbd

    segmenter = pysbd.Segmenter(language="en", clean=False, char_span=True)
    stop = re.compile(r"[.!?]+[\"”’)\]]*\s+")
    return {
        "naive": lambda text: [match.end() for match in stop.finditer(text)],
        "sentencex": sentencex_ends,
        "nupunkt": lambda text: [end for _, end in nupunkt.sent_spans(text)],
        "pysbd": lambda text: [span.end for span in segmenter.segment(text)],
    }


def alone(find_ends: FindEnds) -> Callable[[str], list[Span]]:
    """Split with the library only; blanks are trimmed."""
    return lambda text: trimmed(text, find_ends(text))


def with_own_rules(find_ends: FindEnds) -> Callable[[str], list[Span]]:
    """Split as the project does, with another finder of ends."""
    return lambda text: sentence_spans(text, find_ends)


def trimmed(text: str, ends: Iterable[int]) -> list[Span]:
    """Give the stretches between the ends, without blanks around them."""
    spans, start = [], 0
    for end in sorted({*(end for end in ends if 0 < end < len(text)), len(text)}):
        piece = text[start:end]
        if piece.strip():
            spans.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
        start = end
    return spans


def report(split: Callable[[str], list[Span]], documents: list[Document], cases: list[Document]) -> str:
    """Score sentence ends within a document (its last end is given) and sentences found exactly."""
    began = time.perf_counter()
    found = [split(text) for text, _ in documents]
    seconds = time.perf_counter() - began
    right = wrong = missed = exact = total = 0
    for (_, gold), spans in zip(documents, found, strict=True):
        gold_ends, ends = {end for _, end in gold[:-1]}, {end for _, end in spans[:-1]}
        right += len(gold_ends & ends)
        wrong += len(ends - gold_ends)
        missed += len(gold_ends - ends)
        exact += len({*gold} & {*spans})
        total += len(gold)
    precision, recall = right / (right + wrong), right / (right + missed)
    f1 = 2 * precision * recall / (precision + recall)
    solved = sum(split(text) == gold for text, gold in cases)
    speed = sum(len(text.encode()) for text, _ in documents) / seconds / 1e6
    return f"{precision:10.4f}{recall:8.4f}{f1:7.4f}{exact / total:7.4f}{solved:7}{speed:8.1f}"


def start_up(name: str) -> float:
    """Give the milliseconds a fresh process needs to split its first sentence, the best of five."""
    code = f"import time; t = time.perf_counter(); {_START[name]}; print(time.perf_counter() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(5)]  # noqa: S603
    return min(float(run.stdout) for run in runs) * 1000


if __name__ == "__main__":
    main(sys.argv[1:])
