"""Gold questions: their format, reading and checking.

Gold points at spans of documents, never at passages, so that cutting the corpus anew does not
invalidate it.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sti_qa.errors import GoldError
from sti_qa.morphology import terms
from sti_qa.types import Turn

GOLD_FOLDER = Path("evals/gold")
TYPES = (
    "budget", "number", "fact", "definition", "list", "reason", "people", "table",
    "across_years", "compare", "low_overlap", "typo", "follow_up", "english", "unanswerable",
)  # fmt: skip
HARD = frozenset({"across_years", "compare", "low_overlap", "typo", "follow_up", "english"})
"""Types that ask more than an ordinary look-up; the others are called ordinary."""
LOW_OVERLAP = 0.34
_QUOTE_LENGTH = range(10, 161)


@dataclass(frozen=True, slots=True)
class GoldEvidence:
    """A verbatim piece of a document that answers the question."""

    doc_id: str
    quote: str
    group: str
    """For mode 'all': one piece of every group is needed. '' for mode 'any'."""


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """One line of a gold file."""

    question_id: str
    question: str
    lang: Literal["ja", "en"]
    type: str
    answerable: bool
    answers: tuple[str, ...]
    """One of them in the answer makes it right."""
    answers_all: tuple[str, ...]
    """All of these must stand in the answer; () where one of ``answers`` is enough."""
    evidence: tuple[GoldEvidence, ...]
    mode: Literal["any", "all"]
    history: tuple[Turn, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of evidence that are needed, sorted; ('',) for mode 'any'."""
        return tuple(sorted({e.group if self.mode == "all" else "" for e in self.evidence}))


def gold_path(name: str) -> Path:
    """The file of a split ('dev', 'test'), or ``name`` as a path."""
    return GOLD_FOLDER / f"{name}.jsonl" if name in ("dev", "test") else Path(name)


def read_gold(path: Path) -> tuple[GoldQuestion, ...]:
    """The questions of a JSONL file. Raises GoldError with the line's number."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"質問集 {path} を読めません: {error}") from error
    found = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                found.append(_question(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                raise GoldError(f"{path} の {number} 行目: {type(error).__name__}: {error}") from error
    if not found:
        raise GoldError(f"質問集 {path} に質問がありません。")
    return tuple(found)


def _question(row: dict[str, Any]) -> GoldQuestion:
    evidence = tuple(
        GoldEvidence(e["doc"], e["quote"], str(e.get("group") or "")) for e in row.get("evidence") or []
    )
    return GoldQuestion(
        question_id=str(row["id"]),
        question=str(row["question"]),
        lang=row.get("lang", "ja"),
        type=str(row["type"]),
        answerable=bool(row["answerable"]),
        answers=tuple(map(str, row.get("answers") or [])),
        answers_all=tuple(map(str, row.get("answers_all") or [])),
        evidence=evidence,
        mode=row.get("mode", "any"),
        history=tuple(Turn(t["role"], t["content"]) for t in row.get("history") or []),
    )


def faults(questions: Iterable[GoldQuestion], texts: dict[str, str]) -> list[str]:
    """What is wrong with a gold set, a line each; [] for a sound one.

    ``texts`` maps file name to decoded text.
    """
    listed = list(questions)
    found = [
        f"{i}: この id は {n} 回あります" for i, n in Counter(q.question_id for q in listed).items() if n > 1
    ]
    for question in listed:
        found += [f"{question.question_id}: {fault}" for fault in _faults_of(question, texts)]
    return found


def _faults_of(question: GoldQuestion, texts: dict[str, str]) -> list[str]:
    found = []
    if question.type not in TYPES:
        found.append(f"type {question.type} は {', '.join(TYPES)} のどれでもありません")
    if question.answerable != bool(question.evidence) or question.answerable != bool(question.answers):
        found.append("answerable なら answers と evidence が要り、そうでなければ空にします")
    if question.mode == "all" and (len(question.groups) < 2 or "" in question.groups):
        found.append("mode all には 2 つ以上の group が要ります")
    if question.type == "follow_up" and not question.history:
        found.append("follow_up には history が要ります")
    for evidence in question.evidence:
        if evidence.quote not in texts.get(evidence.doc_id, ""):
            found.append(f"{evidence.doc_id} に「{evidence.quote[:30]}」がありません")
        if len(evidence.quote) not in _QUOTE_LENGTH:
            found.append(f"quote が {len(evidence.quote)} 文字です(10〜160)")
    return found


def overlap(question: GoldQuestion) -> float:
    """Share of the question's content terms that stand in its evidence, 0 to 1."""
    asked = set(terms(question.question))
    held = {term for evidence in question.evidence for term in terms(evidence.quote)}
    return len(asked & held) / len(asked) if asked else 0.0


def overlap_report(questions: Iterable[GoldQuestion]) -> str:
    """Number of questions and mean overlap by type, and the share of low overlap (under 0.34)."""
    by_type: dict[str, list[float]] = {}
    for question in questions:
        by_type.setdefault(question.type, []).append(overlap(question))
    lines = [f"{'':<14}{'n':>5}{'overlap':>9}{'low':>6}"]
    for name, values in by_type.items():
        low = sum(v < LOW_OVERLAP for v in values) / len(values)
        lines.append(f"{name:<14}{len(values):>5}{sum(values) / len(values):>9.2f}{low:>6.2f}")
    every = [v for name, values in by_type.items() if name != "unanswerable" for v in values]
    low = sum(v < LOW_OVERLAP for v in every) / max(1, len(every))
    lines.append(f"{'answerable':<14}{len(every):>5}{sum(every) / max(1, len(every)):>9.2f}{low:>6.2f}")
    return "\n".join(lines)
