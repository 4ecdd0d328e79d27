"""One peer in a process of its own: ``worker.py MODULE TASK.json RESULT.json``.

It imports nothing but the peer, so that its memory is the peer's.
"""

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from pieces import Search


def main(module: str, task_file: Path, result_file: Path) -> None:
    """Build the peer's index and ask every question of the task."""
    task = json.loads(task_file.read_text(encoding="utf-8"))
    build = importlib.import_module(module).build
    encoder = _encoder() if task["vectors"] else None
    begin = time.perf_counter()
    search = build(task["texts"], encoder)
    index_s = time.perf_counter() - begin
    found = [_asked(search, question, task["k"]) for question in task["questions"]]
    result = {"index_s": index_s, "found": found, "peak_mb": peak_mb()}
    result_file.write_text(json.dumps(result), encoding="utf-8")


def _encoder() -> object:
    """sti-qa's embedding model, loaded before the clock starts: every peer waits for it alike."""
    from sti_qa.encode import load_encoder

    encoder = load_encoder()
    encoder.encode_queries(["予算"])
    return encoder


def _asked(search: Search, question: str, k: int) -> dict[str, Any]:
    begin = time.perf_counter()
    try:
        spans, error = search(question, k), ""
    except Exception as fault:
        spans, error = [], f"{type(fault).__name__}: {fault}".splitlines()[0][:200]
    return {"spans": spans, "error": error, "ms": 1000 * (time.perf_counter() - begin)}


def peak_mb() -> float:
    """Most resident memory that this process has had.

    Linux: from /proc, because what getrusage says there includes the parent's memory at the fork.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
