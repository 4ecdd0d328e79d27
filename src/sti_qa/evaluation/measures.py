"""Judgements to figures. Ranking measures come from ir-measures; the others are shares."""

from collections.abc import Callable, Sequence

import ir_measures
from ir_measures import RR, R, nDCG

from sti_qa.evaluation.judge import Judgement

DEPTHS = (1, 3, 5, 10)
_RANKED = [RR @ 10, nDCG @ 10, *(R @ depth for depth in DEPTHS)]

Row = dict[str, float]
"""Measure → value of one question."""


def question_rows(judgements: Sequence[Judgement]) -> list[Row]:
    """The measures of every question, in order.

    A measure that has no meaning for a question (retrieval for an unanswerable one) is left out
    of its row.
    """
    ranked = _ranked([j for j in judgements if j.answerable])
    return [_row(j, ranked.get(j.question_id, {})) for j in judgements]


def _row(j: Judgement, ranked: dict[str, float]) -> Row:
    if not j.answerable:
        return {"abstained right": float(j.abstained and not j.error), "verbatim": float(j.verbatim)}
    # All groups are found by depth k exactly when recall at k is complete.
    found = {f"Success@{k}": float(ranked.get(f"R@{k}", 0.0) > 0.999) for k in DEPTHS}
    return found | {
        "RR@10": ranked.get("RR@10", 0.0),
        "nDCG@10": ranked.get("nDCG@10", 0.0),
        "in 2000 chars": float(j.in_budget),
        "answer right": float(j.answered_right),
        "right in 120": float(j.answered_early),
        "supported": float(j.supported),
        "verbatim": float(j.verbatim),
        "abstained wrong": float(j.abstained),
    }


def _ranked(judgements: Sequence[Judgement]) -> dict[str, dict[str, float]]:
    """ir-measures' values by question.

    Each group of evidence is one relevant item, which stands at the rank of the first passage
    that finds it.
    """
    qrels = [ir_measures.Qrel(j.question_id, f"group {n}", 1) for j in judgements for n in range(j.n_groups)]
    run = [item for j in judgements for item in _run_of(j)]
    values: dict[str, dict[str, float]] = {}
    for metric in ir_measures.iter_calc(_RANKED, qrels, run) if qrels else ():
        values.setdefault(metric.query_id, {})[str(metric.measure)] = metric.value
    return values


def _run_of(j: Judgement) -> list[ir_measures.ScoredDoc]:
    """A ranking with the groups at their ranks and filler elsewhere."""
    items: list[str] = []
    found = list(enumerate(j.found_at))
    for rank in range(1, max((*j.found_at, max(DEPTHS))) + 1):
        here = [f"group {n}" for n, at in found if at == rank]
        items.extend(here or [f"other {rank}"])
    return [ir_measures.ScoredDoc(j.question_id, name, -float(i)) for i, name in enumerate(items)]


def means(rows: Sequence[Row], names: Sequence[str]) -> Row:
    """The mean of each measure over the rows that have it."""
    return {name: _mean([row[name] for row in rows if name in row]) for name in names}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else float("nan")


def grouped(
    judgements: Sequence[Judgement], rows: Sequence[Row], key: Callable[[Judgement], str]
) -> dict[str, list[Row]]:
    """Rows by a property of their question, in order of first appearance."""
    groups: dict[str, list[Row]] = {}
    for judgement, row in zip(judgements, rows, strict=True):
        groups.setdefault(key(judgement), []).append(row)
    return groups
