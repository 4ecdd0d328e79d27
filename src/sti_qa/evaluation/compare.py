"""Two runs on the same questions: what became better, what became worse, and which questions."""

from collections.abc import Sequence
from typing import NamedTuple

from sti_qa.errors import GoldError
from sti_qa.evaluation.run import Run
from sti_qa.evaluation.statistics import Interval, difference

MEASURES = ("Success@1", "Success@5", "RR@10", "nDCG@10", "answer right", "supported", "abstained right")
_BY_NAME = ("Success@5", "answer right", "abstained right")


class Change(NamedTuple):
    """A measure's change from one run to another."""

    measure: str
    before: float
    after: float
    difference: Interval
    fixed: tuple[str, ...]
    """Ids of questions that were 0 and are 1; only for measures of yes or no."""
    broken: tuple[str, ...]


def compare(before: Run, after: Run) -> list[Change]:
    """Changes by measure. Raises GoldError when the runs are not of the same questions."""
    ids = [j.question_id for j in before.judgements]
    if ids != [j.question_id for j in after.judgements]:
        raise GoldError(
            f"{before.name} と {after.name} は質問が違うので比べられません。同じ質問集で評価し直してください。"
        )
    return [_change(measure, ids, before, after) for measure in MEASURES]


def _change(measure: str, ids: Sequence[str], before: Run, after: Run) -> Change:
    pairs = [
        (i, a[measure], b[measure])
        for i, a, b in zip(ids, before.rows, after.rows, strict=True)
        if measure in a and measure in b
    ]
    old, new = [a for _, a, _ in pairs], [b for _, _, b in pairs]
    named = pairs if measure in _BY_NAME else []
    return Change(
        measure=measure,
        before=sum(old) / max(1, len(old)),
        after=sum(new) / max(1, len(new)),
        difference=difference(old, new),
        fixed=tuple(i for i, a, b in named if a < b),
        broken=tuple(i for i, a, b in named if a > b),
    )


def comparison_text(changes: Sequence[Change]) -> str:
    """The changes as lines."""
    lines = [f"{'':<18}{'before':>8}{'after':>8}{'difference':>12}  95 %"]
    for c in changes:
        d = c.difference
        sure = "*" if d.low > 0 or d.high < 0 else " "
        lines.append(
            f"{c.measure:<18}{c.before:>8.3f}{c.after:>8.3f}{d.mean:>+12.3f}{sure} {d.low:+.3f}..{d.high:+.3f}"
        )
    for c in changes:
        if c.fixed or c.broken:
            lines.append(f"{c.measure}: 直った {len(c.fixed)} 問: {' '.join(c.fixed) or '-'}")
            lines.append(f"{c.measure}: 壊れた {len(c.broken)} 問: {' '.join(c.broken) or '-'}")
    return "\n".join(lines)
