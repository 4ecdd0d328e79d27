"""A JSONL file of questions, read whole and checked before anything is asked."""

import json
import sys
from pathlib import Path
from typing import NamedTuple

from sti_qa.errors import UsageError
from sti_qa.types import Turn


class BatchQuestion(NamedTuple):
    """One line of the file."""

    id: str | int | None
    question: str
    history: tuple[Turn, ...]


def read_batch(name: str) -> list[BatchQuestion]:
    """The questions of the file ``name`` ('-' is standard input), in order; blank lines passed over.

    Raises UsageError, with the line's number where a line is at fault.
    """
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{name} を UTF-8 の JSONL として読めません: {error}") from error
    lines = enumerate(text.split("\n"), start=1)
    return [_batch_question(line, f"{name} の {number} 行目") for number, line in lines if line.strip()]


def _batch_question(line: str, where: str) -> BatchQuestion:
    try:
        row = json.loads(line)
        history = tuple(Turn(t["role"], t["content"]) for t in row.get("history") or [])
        question = BatchQuestion(row.get("id"), row["question"], history)
        _check(question)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f'{where}を読めません。{{"question": "..."}} の形にしてください。') from error
    return question


def _check(question: BatchQuestion) -> None:
    """Raises TypeError where a field is not of its type."""
    texts = [question.question, *(turn.content for turn in question.history)]
    roles = all(turn.role in ("user", "assistant") for turn in question.history)
    if not roles or not all(isinstance(text, str) for text in texts):
        raise TypeError("question, role or content")
    if not isinstance(question.id, str | int | None):
        raise TypeError("id")
