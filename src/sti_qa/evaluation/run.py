"""Run a system over gold questions, and keep the outcome as a file."""

import json
import platform
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sti_qa.errors import GoldError
from sti_qa.evaluation.gold import GoldQuestion
from sti_qa.evaluation.judge import Judgement, judge
from sti_qa.evaluation.measures import Row, question_rows
from sti_qa.evaluation.systems import System
from sti_qa.types import Answer

RESULTS = Path("evals/results")
Wrap = Callable[[Sequence[GoldQuestion]], Sequence[GoldQuestion]]
"""Something to iterate through, such as a progress bar around the questions."""


@dataclass(frozen=True, slots=True)
class Run:
    """One system's outcome on one gold set."""

    system: str
    gold: str
    commit: str
    configuration: dict[str, Any]
    judgements: tuple[Judgement, ...]
    found: tuple[tuple[str, ...], ...]
    """The first passages found for each question, as doc_id#start-end."""
    stages: dict[str, tuple[float, float]]
    """Stage → (p50, p95) in milliseconds."""

    @property
    def rows(self) -> list[Row]:
        """The measures of every question, in order."""
        return question_rows(self.judgements)

    @property
    def name(self) -> str:
        """File name without suffix."""
        return f"{self.system}-{Path(self.gold).stem}-{self.commit}"


def run_system(
    name: str,
    system: System,
    gold: str,
    questions: Sequence[GoldQuestion],
    texts: dict[str, str],
    configuration: dict[str, Any],
    wrap: Wrap = lambda questions: questions,
) -> Run:
    """Ask every question, in order. A crash is recorded as an error, never as a wrong answer."""
    judgements: list[Judgement] = []
    found: list[tuple[str, ...]] = []
    stages: list[dict[str, float]] = []
    for question in wrap(questions):
        begin = time.perf_counter()
        try:
            answer = system(question)
        except Exception as error:
            judgements.append(_crashed(question, f"{type(error).__name__}: {error}"))
            found.append(())
            continue
        judgements.append(judge(question, answer, texts, 1000 * (time.perf_counter() - begin)))
        found.append(_found(answer))
        stages.append(answer.timings_ms)
    return Run(
        name, gold, current_commit(), configuration, tuple(judgements), tuple(found), _quantiles(stages)
    )


def _found(answer: Answer) -> tuple[str, ...]:
    return tuple(hit.passage.passage_id for hit in answer.ranking[:5])


def _crashed(question: GoldQuestion, error: str) -> Judgement:
    return Judgement(
        question_id=question.question_id,
        type=question.type,
        answerable=question.answerable,
        n_groups=len(question.groups) if question.answerable else 0,
        found_at=(),
        in_budget=False,
        answered_right=False,
        answered_early=False,
        supported=False,
        verbatim=True,
        abstained=False,
        confidence=0.0,
        milliseconds=0.0,
        error=error,
    )


def _quantiles(stages: Sequence[dict[str, float]]) -> dict[str, tuple[float, float]]:
    names = dict.fromkeys(name for timing in stages for name in timing)
    return {n: _p50_p95([timing[n] for timing in stages if n in timing]) for n in names}


def _p50_p95(values: list[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def current_commit() -> str:
    """Short id of the checkout, with '+' where files differ from it; 'none' outside of one."""
    try:
        commit = _git("rev-parse", "--short=12", "HEAD")
        return commit + ("+" if _git("status", "--porcelain", "--", "src", "corpus", "evals/gold") else "")
    except (OSError, subprocess.CalledProcessError):
        return "none"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def machine() -> str:
    """What the times were measured on."""
    import os

    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def save_run(run: Run, folder: Path = RESULTS) -> Path:
    """Write ``<system>-<gold>-<commit>.json``; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run.name}.json"
    content = asdict(run) | {"measures": run.rows}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return path


def load_run(path: Path) -> Run:
    """What ``save_run`` wrote. Raises GoldError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        content.pop("measures")
        content["judgements"] = tuple(
            Judgement(**(row | {"found_at": tuple(row["found_at"])})) for row in content["judgements"]
        )
        content["found"] = tuple(map(tuple, content["found"]))
        content["stages"] = {name: tuple(pair) for name, pair in content["stages"].items()}
        return Run(**content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GoldError(f"評価結果 {path} を読めません: {error}") from error
