"""How sure it is that the documents hold the answer: a logistic model over what speaks for it."""

import json
import math
import re
from functools import cache
from pathlib import Path

from sti_qa.asked import NUMERIC, Asked
from sti_qa.countries import countries, speaks_of
from sti_qa.evidence import Evidence
from sti_qa.normalize import fold
from sti_qa.signs import SearchIndex
from sti_qa.types import Query

GROUNDS = (
    "own", "own_heading", "around", "page", "meaning", "meaning_line", "meaning_near", "key", "key_match",
    "key_sharp", "passage", "margin", "value_missing", "other_year", "other_topic", "unknown", "names_missing", "country_missing",
)  # fmt: skip
"""What the confidence is computed from, in order."""

_FILE = Path(__file__).parent / "confidence.json"
_NAME = re.compile(r"[ァ-ヺー]{3,}|[a-z][a-z0-9-]{2,}")


@cache
def _shipped() -> dict[str, float]:
    content: dict[str, float] = json.loads(_FILE.read_text(encoding="utf-8"))
    return content


def confidence(index: SearchIndex, question: Asked, evidence: list[Evidence], near: str) -> float:
    """0 to 1: how sure the answer is. ``near`` is the folded text of the pages of the evidence."""
    weights = _shipped()
    found = grounds(index, question, evidence, near)
    total = weights["bias"] + sum(weights[name] * found[name] for name in GROUNDS)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def grounds(index: SearchIndex, question: Asked, evidence: list[Evidence], near: str) -> dict[str, float]:
    """The numbers of ``GROUNDS`` for the best of ``evidence``, best first."""
    best, query = evidence[0].signs, question.query
    closest = question.keys[0][3] if question.keys else 0.0
    top = max((e.signs["faq_first"] for e in evidence[:2]), default=0.0)
    return {
        "own": best["own"],
        "own_heading": best["own"] + best["heading"],
        "around": best["around"],
        "page": best["page"],
        "meaning": best["meaning"],
        "meaning_line": best["meaning_line"],
        "meaning_near": best["meaning_near"],
        "key": closest,
        "key_match": top * closest,
        "key_sharp": closest**4,
        "passage": best["passage"],
        "margin": min(4.0, evidence[0].score - evidence[1].score) if len(evidence) > 1 else 4.0,
        "value_missing": best["no_value"] * (query.kind in NUMERIC),
        "other_year": best["other_year"],
        "other_topic": best["other_topic"],
        "unknown": _unknown(index, question),
        "country_missing": float(bool(countries_missing(query, near))),
        "names_missing": float(_names_missing(query, near)),
    }


def _unknown(index: SearchIndex, question: Asked) -> float:
    """Share of the question's weight on terms that stand nowhere in the documents."""
    counts = index.words.document_frequencies(list(question.weights))
    total = sum(question.weights.values())
    return sum(w for t, w in question.weights.items() if not counts[t]) / total if total else 1.0


def countries_missing(query: Query, near: str) -> tuple[str, ...]:
    """The countries that the question names and the evidence's pages do not."""
    return tuple(c for c in countries(fold(query.standalone)) if not speaks_of(near, c))


def _names_missing(query: Query, near: str) -> int:
    """How many names in katakana or Latin letters of the question the evidence's pages lack."""
    names = {name for name in _NAME.findall(fold(query.question)) if name not in near}
    return min(3, len(names))
