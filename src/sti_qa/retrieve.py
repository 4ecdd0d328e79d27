"""Question to ranking. One ``search`` serves the command line, the chat, the API and the evals."""

import json
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import zip_longest
from pathlib import Path

import numpy as np

from sti_qa.lexical import Scores
from sti_qa.morphology import bigrams
from sti_qa.normalize import fold
from sti_qa.signs import SIGNS, SearchIndex, SignTable, signs
from sti_qa.types import Hit, Passage, Query, Ranking
from sti_qa.years import era_name, without_years

_FUSION_FILE = Path(__file__).parent / "fusion.json"
_MOST_ASPECTS = 6
_ALIKE = 0.6
"""Share of common bigrams from which two passages are editions of the same text."""
_LATER = 0.35
"""What an edition of a passage already shown loses: it comes after what is new."""
_LOOKED_AT = 30


@dataclass(frozen=True)
class Fusion:
    """How signs are added up; learned by training/fusion.py."""

    base: tuple[float, ...]
    """Weight of each sign."""
    unmatched: tuple[float, ...]
    """Further weight of each sign, times the share of the question's words that no passage has."""


@cache
def shipped_fusion() -> Fusion:
    """The weights in the package."""
    content = json.loads(_FUSION_FILE.read_text(encoding="utf-8"))
    return Fusion(*(tuple(content[part][sign] for sign in SIGNS) for part in ("base", "unmatched")))


def search(index: SearchIndex, query: Query, k: int, fusion: Fusion | None = None) -> Ranking:
    """The ``k`` best passages (fewer where nothing speaks for more), best first.

    A question for several years or programmes is asked for each, and the rankings take turns.
    """
    if not index.passages or k < 1:
        return ()
    chosen = fusion or shipped_fusion()
    rankings = [_ranked(index, part, chosen) for part in aspects(query)]
    merged = _taking_turns(rankings)[:k]
    return tuple(
        Hit(index.passages[row], round(score, 4), rank, _why(index.passages[row], query))
        for rank, (row, score) in enumerate(merged, start=1)
    )


def aspects(query: Query) -> tuple[Query, ...]:
    """One query for each side and year of a question that has several."""
    sides = query.sides or (query,)
    if len(query.years) < 2 or len(sides) * len(query.years) > _MOST_ASPECTS:
        return sides if len(sides) <= _MOST_ASPECTS else (query,)
    return tuple(_in_year(side, year) for side in sides for year in query.years)


def _in_year(query: Query, year: int) -> Query:
    text = f"{without_years(query.standalone)} {era_name(year)}"
    return replace(query, standalone=text, years=(year,))


def fused(table: SignTable, fusion: Fusion) -> Scores:
    """The score of each candidate."""
    if not len(table):
        return np.zeros(0, dtype=np.float32)
    unmatched = 1.0 - float(table[:, SIGNS.index("coverage")].max())
    weights = np.array(fusion.base) + unmatched * np.array(fusion.unmatched)
    scores: Scores = (table @ weights).astype(np.float32)
    return scores


def _ranked(index: SearchIndex, query: Query, fusion: Fusion) -> list[tuple[int, float]]:
    """(row, score), best first; ties broken by passage_id; other editions of a text come later."""
    rows, table = signs(index, query)
    scored = [(row, float(score)) for row, score in zip(rows, fused(table, fusion), strict=True)]
    scored.sort(key=lambda pair: (-pair[1], index.passages[pair[0]].passage_id))
    return scored if query.years else _spread(index, scored)


def _spread(index: SearchIndex, scored: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """The ranking with further editions of a text moved down.

    Without this, four years' editions of one slide fill the first places.
    """
    first, rest = scored[:_LOOKED_AT], scored[_LOOKED_AT:]
    kept: list[tuple[int, float, frozenset[str]]] = []
    for row, score in first:
        grams = _grams(index.passages[row].text)
        again = any(_overlap(grams, other) > _ALIKE for _, _, other in kept)
        kept.append((row, score - _LATER if again else score, grams))
    kept.sort(key=lambda item: (-item[1], index.passages[item[0]].passage_id))
    return [(row, score) for row, score, _ in kept] + rest


@lru_cache(maxsize=4096)
def _grams(text: str) -> frozenset[str]:
    return frozenset(bigrams(text))


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / max(1, min(len(a), len(b)))


def _taking_turns(rankings: list[list[tuple[int, float]]]) -> list[tuple[int, float]]:
    """First of each, second of each, …; every row once."""
    merged: dict[int, float] = {}
    for level in zip_longest(*rankings):
        for pair in level:
            if pair is not None:
                merged.setdefault(*pair)
    return list(merged.items())


def _why(passage: Passage, query: Query) -> tuple[str, ...]:
    reasons = [f"読み替え: {wrong} → {right}" for wrong, right in query.corrections if right in passage.text]
    reasons += [f"事業: {name}" for name in query.programmes if name in passage.programmes]
    reasons += [f"年度: {era_name(year)}" for year in query.years if year in passage.years]
    text = fold(passage.text)
    shared = [term for term in query.terms if term in text]
    if shared:
        reasons.append("語: " + "、".join(shared[:8]))
    return tuple(reasons or ["意味の近さ"])
