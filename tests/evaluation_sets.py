"""A small data set that the evaluation's tests share: two articles, every sort of question."""

import json
from pathlib import Path
from typing import Any

BRIDGE = (
    "The old bridge opened in 1931. It carries forty thousand cars a day. The toll was dropped in 1986.\n\n"
    "Painters work on it all year. Their names are Ana Ruiz and Tom Bell."
)
FERRY = "The ferry crosses every hour. Tickets cost two crowns. Dogs travel free."


def _question(text: str, id: str, question: str, *answers: str, **more: Any) -> dict[str, Any]:
    found = [{"text": answer, "start": text.index(answer)} for answer in answers]
    return {"id": id, "question": question, "answers": found, "answerable": bool(answers), **more}


DOCUMENTS = [
    {
        "id": "the bridge",
        "title": "A bridge",
        "text": BRIDGE,
        "questions": [
            _question(BRIDGE, "b1", "When was the old bridge opened?", "1931", kind="date"),
            _question(BRIDGE, "b2", "How many cars a day does it carry?", "forty thousand", kind="number"),
            _question(BRIDGE, "b3", "What are the names of those who work on it?", "Ana Ruiz", "Tom Bell", all=True),
            _question(BRIDGE, "b4", "Who designed the towers?", kind="near-miss"),
            _question(BRIDGE, "b5", "<b>And</b> the toll & co?", "dropped in 1986", history=["user: When?"]),
        ],
    },
    {
        "id": "ferry",
        "title": "A ferry",
        "text": FERRY,
        "questions": [
            _question(FERRY, "f1", "What do tickets cost?", "two crowns", kind="number"),
            _question(FERRY, "f2", "<script>alert(1)</script> do dogs swim?", kind="near-miss"),
            _question(FERRY, "f3", "Which animals pay nothing?", "Dogs"),
        ],
    },
]


def write_set(folder: Path, name: str = "set.jsonl", documents: list[dict[str, Any]] = DOCUMENTS) -> Path:
    """Write ``documents`` as a data set."""
    path = folder / name
    path.write_text("".join(json.dumps(document) + "\n" for document in documents), encoding="utf-8")
    return path
