"""Questions over a library of many passages: ``python -m evaluation.bench.sized DATA``, in a process of its own.

Its input is a JSON list of questions. It prints JSON: ``warm_ms`` by stage, as p50, p95 and longest; ``index_bytes`` on
disk; and ``open_s``, the seconds until the first answer.
"""

import json
import sys
from pathlib import Path
from time import perf_counter

from bot import Settings, open_bot
from evaluation.bench.warm import latency


def main() -> None:
    """Ask and time."""
    questions = json.load(sys.stdin)
    settings = Settings(data=Path(sys.argv[1]))
    started = perf_counter()
    bot = open_bot(settings)
    bot.ask(questions[0])
    opened = perf_counter() - started
    size = sum(file.stat().st_size for file in settings.library_index.rglob("*") if file.is_file())
    print(json.dumps({"warm_ms": latency(bot, questions, 1), "index_bytes": size, "open_s": round(opened, 3)}))


if __name__ == "__main__":
    main()
