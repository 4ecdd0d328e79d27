"""Which windows of the pages found answer the question: scored spans, best first."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sti_qa.asked import Asked, asked
from sti_qa.cite import Quote
from sti_qa.proof import PROOFS, Table, pages_found, proofs
from sti_qa.signs import SearchIndex
from sti_qa.types import Query, Ranking
from sti_qa.windows import PageWindows, Windows

_WEIGHTS_FILE = Path(__file__).parent / "evidence.json"
_NO_VALUE, _VALUE = PROOFS.index("no_value"), PROOFS.index("value")
_LONGEST_COMPLETED = 260
_KEPT = 8
_LOOKED_AT = 200

Weights = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span that may answer the question."""

    quote: Quote
    score: float
    """Compares inside one question only."""
    signs: dict[str, float]
    """What speaks for it, by the names of ``PROOFS``."""

    @property
    def coverage(self) -> float:
        """0 to 1: how much of the question stands in it, in its heading, near it or on its page."""
        return sum(self.signs[name] for name in ("own", "heading", "around", "page"))


@cache
def shipped_weights() -> Weights:
    """The weights in the package, learned by training/evidence.py."""
    content = json.loads(_WEIGHTS_FILE.read_text(encoding="utf-8"))
    return np.array([content[name] for name in PROOFS], dtype=np.float32)


def find_evidence(index: SearchIndex, windows: Windows, query: Query, ranking: Ranking) -> list[Evidence]:
    """Spans of the pages found, best first; overlapping ones only once."""
    pages = pages_found(windows, ranking)
    if not pages:
        return []
    return best_windows(index, pages, asked(index, query), ranking)


def best_windows(
    index: SearchIndex, pages: list[PageWindows], question: Asked, ranking: Ranking
) -> list[Evidence]:
    """The best windows of ``pages`` that do not overlap."""
    tables = proofs(index, pages, question, ranking)
    place = [(page, i) for page in pages for i in range(len(page.start))]
    table = np.concatenate(tables)
    scores = table @ shipped_weights()
    kept: list[Evidence] = []
    for row in np.argsort(-scores, kind="stable")[:_LOOKED_AT]:
        page, i = place[row]
        at, quote = _completed(table, int(row), i, page)
        if not any(_overlap(quote, other.quote) for other in kept):
            signs = dict(zip(PROOFS, map(float, table[at]), strict=True))
            kept.append(Evidence(quote, float(scores[row]), signs))
        if len(kept) == _KEPT:
            break
    return kept


def _completed(table: Table, at: int, i: int, page: PageWindows) -> tuple[int, Quote]:
    """Window ``i`` (row ``at``), or the shortest one around it that holds the value asked for.

    A person's name, an amount or a date often stands in the line before or after what is said of it.
    """
    if not table[at, _NO_VALUE]:
        return at, page.quote(i)
    rows = np.arange(at - i, at - i + len(page.start))
    around = (page.first <= page.first[i]) & (page.last >= page.last[i]) & (table[rows, _VALUE] > 0)
    length = np.where(around & (page.end - page.start <= _LONGEST_COMPLETED), page.end - page.start, 10**6)
    best = int(length.argmin())
    if length[best] == 10**6:
        return at, page.quote(i)
    return int(rows[best]), page.quote(best)


def _overlap(a: Quote, b: Quote) -> bool:
    return a.doc_id == b.doc_id and a.start < b.end and b.start < a.end
