"""Measure what a user waits for; writes evals/benchmark.json. Run with `make bench`.

Medians of several runs on the machine at hand; whole processes where the user starts one.
"""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sti_qa.app import build_index, open_engine
from sti_qa.config import Settings
from sti_qa.encode import load_encoder

ROOT = Path(__file__).parent.parent
QUESTIONS = [
    json.loads(line)["question"] for line in (ROOT / "evals/gold/dev.jsonl").read_text("utf-8").splitlines()
]
RUNS = 5


def main() -> None:
    load_encoder()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(corpus=ROOT / "corpus", index=Path(folder) / "index")
        results = {
            "index_from_scratch_s": median(lambda: _fresh(settings), RUNS),
            "index_nothing_changed_s": median(lambda: build_index(settings), RUNS),
            "open_index_s": median(lambda: open_engine(settings), RUNS),
            **_asking(settings),
            "cold_ask_s": median(lambda: _cold_ask(settings), 3),
            "help_s": median(_help, RUNS),
            "ask_peak_memory_mb": _peak_memory(),
        }
    report = {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "results": {name: round(value, 3) for name, value in results.items()},
    }
    text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    (ROOT / "evals/benchmark.json").write_text(text, encoding="utf-8")
    print(text, end="")


def median(action: Callable[[], object], runs: int) -> float:
    """Median seconds of ``action``."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        action()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def _fresh(settings: Settings) -> None:
    with tempfile.TemporaryDirectory() as folder:
        build_index(Settings(settings.corpus, Path(folder)))
    build_index(settings) if not (settings.index / "CURRENT").exists() else None


def _asking(settings: Settings) -> dict[str, float]:
    """Warm asking, in milliseconds."""
    engine = open_engine(settings)
    engine.ask(QUESTIONS[0])
    times = sorted(1000 * median(lambda q=q: engine.ask(q), 1) for q in QUESTIONS)
    return {
        "ask_warm_p50_ms": statistics.median(times),
        "ask_warm_p95_ms": times[int(len(times) * 0.95)],
    }


def _cold_ask(settings: Settings) -> None:
    command = [sys.executable, "-m", "sti_qa.cli", "ask", QUESTIONS[0], "--index", str(settings.index)]
    subprocess.run(command, check=True, capture_output=True)


def _peak_memory() -> float:
    """Largest memory of the `sti-qa ask` processes started so far."""
    kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return kilobytes / 1024


def _help() -> None:
    subprocess.run([sys.executable, "-m", "sti_qa.cli", "--help"], check=True, capture_output=True)


if __name__ == "__main__":
    main()
