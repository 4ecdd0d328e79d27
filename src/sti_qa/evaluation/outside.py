"""Outside sets: how lexical, dense and hybrid search do on questions nobody here has tuned on.

The files are not part of the project; they are read from a directory (JSQuAD valid, JaQuAD dev and the
review-sheet descriptions, as training/README.md lists them).
"""

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sti_qa.dense import DenseIndex
from sti_qa.errors import GoldError
from sti_qa.lexical import LexicalIndex
from sti_qa.morphology import bigrams, terms
from sti_qa.retrieve import fused, shipped_fusion
from sti_qa.signs import SIGNS, SearchIndex, signs
from sti_qa.types import Encoder, Passage, Query

LEXICAL, DENSE, HYBRID = "lexical", "dense", "hybrid"
_HELD_OUT_PART = 20


@dataclass(frozen=True, slots=True)
class OutsideSet:
    """Questions and the text each one belongs to."""

    name: str
    texts: tuple[str, ...]
    questions: tuple[tuple[str, int], ...]
    """(question, row of its text)."""


def outside_sets(folder: Path) -> Iterator[OutsideSet]:
    """The sets of ``folder``, one at a time. Raises GoldError when a file is missing."""
    for name, file in (("JSQuAD valid", "jsquad_valid.jsonl.gz"), ("JaQuAD dev", "jaquad_dev.jsonl.gz")):
        pairs = [(str(r["question"]), str(r["context"])) for r in _rows(folder / file)]
        yield _paired(name, pairs, [text for _, text in pairs])
    rows = [r for r in _rows(folder / "rs_projects.jsonl.gz") if r["year"] == 2025 and r["overview"]]
    overviews = [str(r["overview"]) for r in rows]
    for field in ("purpose", "name"):
        asked = [(str(r[field]), str(r["overview"])) for r in rows if r[field] and is_held_out(str(r["id"]))]
        yield _paired(f"RS {field}→overview", asked, overviews)


def _rows(path: Path) -> Iterator[dict[str, object]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from (json.loads(line) for line in file)
    except OSError as error:
        raise GoldError(f"外部の評価データ {path} を読めません: {error}") from error


def is_held_out(project: str) -> bool:
    """Whether a project, by its ID, is kept out of training in all years: one in twenty."""
    return int(hashlib.sha256(project.encode()).hexdigest(), 16) % _HELD_OUT_PART == 0


def _paired(name: str, pairs: list[tuple[str, str]], texts: list[str]) -> OutsideSet:
    """Equal texts are one."""
    row_of = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    return OutsideSet(name, tuple(row_of), tuple((question, row_of[text]) for question, text in pairs))


def index_texts(texts: Sequence[str], encoder: Encoder) -> SearchIndex:
    """The product's search structures over plain texts, in memory."""
    ids = np.arange(len(texts), dtype=np.int64)
    return SearchIndex(
        passages=tuple(
            Passage(f"{i:06d}", "", "", 1, "", None, 0, len(t), t, "", (), (), ())
            for i, t in enumerate(texts)
        ),
        ids=ids,
        words=LexicalIndex.build([terms(text) for text in texts]),
        bigrams=LexicalIndex.build([bigrams(text) for text in texts]),
        dense=DenseIndex.build(ids, encoder.encode_passages(list(texts))),
        encoder=encoder,
    )


def measure(data: OutsideSet, encoder: Encoder) -> dict[str, tuple[float, float]]:
    """System → (nDCG@10, R@1); one text is relevant to each question, ties count against."""
    index = index_texts(data.texts, encoder)
    ranks: dict[str, list[int]] = {LEXICAL: [], DENSE: [], HYBRID: []}
    for question, wanted in data.questions:
        query = Query(question, question, tuple(dict.fromkeys(terms(question))), (), (), "other")
        rows, table = signs(index, query)
        hybrid = fused(table, shipped_fusion())
        columns = {
            LEXICAL: table[:, SIGNS.index("words")] + table[:, SIGNS.index("bigrams")],
            DENSE: table[:, SIGNS.index("dense")],
            HYBRID: hybrid,
        }
        for name, scores in columns.items():
            ranks[name].append(_rank(rows, scores, wanted))
    return {name: (_ndcg(found), float(np.mean([r == 1 for r in found]))) for name, found in ranks.items()}


def _rank(rows: list[int], scores: np.ndarray, wanted: int) -> int:
    """1-based rank of the wanted row; 0 where it is no candidate."""
    if wanted not in rows:
        return 0
    return int((scores >= scores[rows.index(wanted)]).sum())


def _ndcg(ranks: list[int]) -> float:
    """nDCG@10 with a single relevant text: 1 / log2(1 + rank)."""
    return float(np.mean([1 / np.log2(1 + r) if 1 <= r <= 10 else 0.0 for r in ranks]))


def outside_table(folder: Path, encoder: Encoder) -> str:
    """Every set measured, as a Markdown table."""
    lines = ["| | texts | questions | lexical | dense | hybrid |", "|---|---|---|---|---|---|"]
    for data in outside_sets(folder):
        figures = measure(data, encoder)
        cells = [f"{figures[name][0]:.3f} / {figures[name][1]:.3f}" for name in (LEXICAL, DENSE, HYBRID)]
        lines.append(f"| {data.name} | {len(data.texts)} | {len(data.questions)} | {' | '.join(cells)} |")
    return "\n".join(lines)
