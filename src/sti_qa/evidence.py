"""Which windows of the pages found answer the question: scored spans, best first."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sti_qa.cite import Quote
from sti_qa.proof import PROOFS, Asked, asked, pages_found, proofs
from sti_qa.signs import SearchIndex
from sti_qa.types import Query, Ranking
from sti_qa.windows import PageWindows, Windows

_WEIGHTS_FILE = Path(__file__).parent / "evidence.json"
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
    for at in np.argsort(-scores, kind="stable")[:_LOOKED_AT]:
        page, i = place[at]
        quote = page.quote(i)
        if not any(_overlap(quote, other.quote) for other in kept):
            signs = dict(zip(PROOFS, map(float, table[at]), strict=True))
            kept.append(Evidence(quote, float(scores[at]), signs))
        if len(kept) == _KEPT:
            break
    return kept


def _overlap(a: Quote, b: Quote) -> bool:
    return a.doc_id == b.doc_id and a.start < b.end and b.start < a.end
