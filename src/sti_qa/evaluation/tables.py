"""Runs to tables: by type, beside each other, and as Markdown for the documents."""

from collections.abc import Sequence

from sti_qa.evaluation.gold import HARD
from sti_qa.evaluation.measures import Row, grouped, means
from sti_qa.evaluation.run import Run
from sti_qa.evaluation.statistics import interval

COLUMNS = (
    "Success@1", "Success@5", "RR@10", "nDCG@10", "in 2000 chars",
    "answer right", "right in 120", "supported", "abstained wrong", "abstained right", "verbatim",
)  # fmt: skip


def summary(run: Run) -> dict[str, Row]:
    """Means by type, then of ordinary and hard questions and of all; 'n' is their number."""
    rows = run.rows
    groups = grouped(run.judgements, rows, lambda j: j.type)
    answerable = [(j, r) for j, r in zip(run.judgements, rows, strict=True) if j.answerable]
    groups["ordinary"] = [r for j, r in answerable if j.type not in HARD]
    groups["hard"] = [r for j, r in answerable if j.type in HARD]
    groups["all"] = rows
    return {
        name: means(members, COLUMNS) | {"n": len(members)} for name, members in groups.items() if members
    }


def text_table(run: Run) -> str:
    """The summary as fixed-width text, with intervals for the last line and the times."""
    head = f"{'':<14}{'n':>5} " + " ".join(f"{name:>15}" for name in COLUMNS)
    body = [
        f"{name:<14}{int(line['n']):>5} " + " ".join(f"{cell(line[c]):>15}" for c in COLUMNS)
        for name, line in summary(run).items()
    ]
    low_high = []
    for column in COLUMNS:
        values = [row[column] for row in run.rows if column in row]
        bounds = interval(values)
        low_high.append(f"{f'{bounds.low:.2f}–{bounds.high:.2f}' if values else '-':>15}")
    times = [f"{stage} p50 {p50:.1f} ms, p95 {p95:.1f} ms" for stage, (p50, p95) in run.stages.items()]
    errors = [f"エラー {j.question_id}: {j.error}" for j in run.judgements if j.error]
    return "\n".join([head, *body, f"{'95 %':<20}" + " ".join(low_high), *times, *errors])


def markdown_by_type(run: Run, columns: Sequence[str]) -> str:
    """The summary as a Markdown table."""
    lines = [f"| | n | {' | '.join(columns)} |", "|---" * (len(columns) + 2) + "|"]
    for name, line in summary(run).items():
        lines.append(f"| {name} | {int(line['n'])} | {' | '.join(cell(line[c]) for c in columns)} |")
    return "\n".join(lines)


def markdown_systems(runs: Sequence[Run], columns: Sequence[str]) -> str:
    """All answerable and unanswerable questions together, a system a line."""
    lines = [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for run in runs:
        line = summary(run)["all"]
        lines.append(f"| {run.system} | {' | '.join(cell(line[c]) for c in columns)} |")
    return "\n".join(lines)


def cell(value: float) -> str:
    """A figure with three digits, '-' where there is none."""
    return "-" if value != value else f"{value:.3f}"
