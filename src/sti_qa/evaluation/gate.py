"""Floors that a change must not break, by type of question."""

import tomllib
from pathlib import Path
from typing import NamedTuple

from sti_qa.errors import GoldError
from sti_qa.evaluation.run import Run
from sti_qa.evaluation.tables import COLUMNS, summary

GATE = Path("evals/gate.toml")
_LOWER_IS_BETTER = frozenset({"abstained wrong"})


class Floor(NamedTuple):
    """The least (for 'abstained wrong': the most) that a measure may be for a type."""

    type: str
    measure: str
    value: float


def read_floors(path: Path = GATE) -> list[Floor]:
    """The floors of a TOML file: ``[type]`` tables of measure = value. Raises GoldError."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise GoldError(f"{path} を読めません: {error}") from error
    floors = [Floor(t, m, float(v)) for t, values in tables.items() for m, v in values.items()]
    unknown = sorted({f.measure for f in floors} - set(COLUMNS))
    if unknown or not floors:
        raise GoldError(f"{path} の指標 {unknown} は使えません。使えるもの: {', '.join(COLUMNS)}")
    return floors


def broken(run: Run, floors: list[Floor]) -> list[str]:
    """A line for every floor that ``run`` breaks; a type without questions breaks its floors.

    A crash breaks the gate whatever the figures are.
    """
    lines = [f"エラー {j.question_id}: {j.error}" for j in run.judgements if j.error]
    figures = summary(run)
    for floor in floors:
        value = figures.get(floor.type, {}).get(floor.measure, float("nan"))
        lower = floor.measure in _LOWER_IS_BETTER
        kept = value <= floor.value if lower else value >= floor.value
        if not kept:
            sign = "以下" if lower else "以上"
            lines.append(
                f"{floor.type} の {floor.measure} は {value:.3f} です({floor.value:.3f} {sign}が条件)"
            )
    return lines
