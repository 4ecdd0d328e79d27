"""Runs as one self-contained HTML page: tables, plots, and what was found instead at every miss.

The only module that imports matplotlib (the extra ``report``).
"""

import io
from collections.abc import Sequence
from html import escape
from pathlib import Path

from sti_qa.errors import StiQaError
from sti_qa.evaluation.gold import GoldQuestion
from sti_qa.evaluation.judge import Judgement
from sti_qa.evaluation.run import Run
from sti_qa.evaluation.systems import PRODUCT
from sti_qa.evaluation.tables import COLUMNS, cell, summary

REPORT = Path("evals/report.html")
_STYLE = """
body { font-family: system-ui, 'Noto Sans CJK JP', sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; line-height: 1.6; color: #1d2433; }
table { border-collapse: collapse; font-size: .85rem; margin: 1rem 0; }
th, td { border-bottom: 1px solid #d8dde8; padding: .25rem .6rem; text-align: right; }
th:first-child, td:first-child { text-align: left; }
figure { margin: 1.5rem 0; } svg { max-width: 100%; height: auto; }
details { border: 1px solid #d8dde8; border-radius: 6px; padding: .4rem .8rem; margin: .4rem 0; }
pre { white-space: pre-wrap; background: #f4f6fa; padding: .5rem; margin: .3rem 0; font-size: .85rem; }
"""


def write_report(
    runs: Sequence[Run], questions: Sequence[GoldQuestion], texts: dict[str, str], path: Path = REPORT
) -> Path:
    """Write the page and return its path. Raises StiQaError when matplotlib is missing."""
    product = next((run for run in runs if run.system == PRODUCT), runs[0])
    parts = [
        f"<h1>sti-qa 評価レポート</h1><p>{escape(product.gold)}、{len(questions)} 問、コミット {escape(product.commit)}、"
        f"{escape(str(product.configuration.get('machine', '')))}</p>",
        "<h2>種類別</h2>" + _table(product),
        _figure(_by_type(product), "種類ごとの検索(Success@5)と回答の正しさ"),
        "<h2>方式の比較</h2>" + _systems_table(runs),
        _figure(_by_system(runs), "方式ごとの Success@5"),
        "<h2>答えない判断</h2>" + _figure(_risk_coverage(product), "確信度の高い順に答えたときの誤答率"),
        "<h2>所要時間</h2>" + _figure(_latency(product), "1 問あたりの所要時間(ms)"),
        "<h2>外した質問</h2>" + _misses(product, questions, texts),
    ]
    page = (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>sti-qa 評価レポート</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )
    path.write_text(page, encoding="utf-8")
    return path


def _table(run: Run) -> str:
    head = "<tr><th></th><th>n</th>" + "".join(f"<th>{escape(c)}</th>" for c in COLUMNS) + "</tr>"
    body = "".join(
        f"<tr><td>{escape(name)}</td><td>{int(line['n'])}</td>"
        + "".join(f"<td>{cell(line[c])}</td>" for c in COLUMNS)
        + "</tr>"
        for name, line in summary(run).items()
    )
    return f"<table>{head}{body}</table>"


def _systems_table(runs: Sequence[Run]) -> str:
    head = "<tr><th></th>" + "".join(f"<th>{escape(c)}</th>" for c in COLUMNS) + "</tr>"
    body = ""
    for run in runs:
        line = summary(run)["all"]
        cells = "".join(f"<td>{cell(line[c])}</td>" for c in COLUMNS)
        body += f"<tr><td>{escape(run.system)}</td>{cells}</tr>"
    return f"<table>{head}{body}</table>"


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _axes(width: float = 9.0, height: float = 3.6):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """A matplotlib figure and axes; text stays text, drawn by the browser's fonts."""
    try:
        import matplotlib as mpl
    except ModuleNotFoundError as error:
        raise StiQaError(
            "レポートの図には matplotlib が要ります。`pip install -c constraints.txt '.[report]'` を実行してください。"
        ) from error
    mpl.use("svg")
    mpl.rcParams["svg.fonttype"] = "none"
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def _svg(figure) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    text = out.getvalue()
    return text[text.index("<svg") :]


def _by_type(run: Run) -> str:
    figure, axes = _axes()
    lines = {n: line for n, line in summary(run).items() if line["Success@5"] == line["Success@5"]}
    places = range(len(lines))
    axes.bar(
        [p - 0.2 for p in places], [line["Success@5"] for line in lines.values()], 0.4, label="Success@5"
    )
    axes.bar(
        [p + 0.2 for p in places],
        [line["answer right"] for line in lines.values()],
        0.4,
        label="answer right",
    )
    axes.set_xticks(list(places), list(lines), rotation=40, ha="right")
    axes.set_ylim(0, 1)
    axes.legend(loc="lower left")
    return _svg(figure)


def _by_system(runs: Sequence[Run]) -> str:
    figure, axes = _axes(height=0.5 + 0.4 * len(runs))
    names = [run.system for run in runs][::-1]
    axes.barh(names, [summary(run)["all"]["Success@5"] for run in runs][::-1])
    axes.set_xlim(0, 1)
    return _svg(figure)


def risk_coverage(judgements: Sequence[Judgement]) -> list[tuple[float, float]]:
    """(share answered, share of wrong answers among them), the most confident questions first.

    An unanswerable question that is answered counts as wrong (Geifman and El-Yaniv 2017,
    arXiv:1705.08500).
    """
    ordered = sorted(judgements, key=lambda j: -j.confidence)
    points, wrong = [], 0
    for answered, j in enumerate(ordered, start=1):
        wrong += not j.answered_right
        points.append((answered / len(ordered), wrong / answered))
    return points


def _risk_coverage(run: Run) -> str:
    figure, axes = _axes()
    points = risk_coverage(run.judgements)
    axes.plot([x for x, _ in points], [y for _, y in points])
    axes.set_xlabel("coverage")
    axes.set_ylabel("risk")
    axes.set_ylim(0, 1)
    return _svg(figure)


def _latency(run: Run) -> str:
    figure, axes = _axes(height=2.6)
    axes.hist([j.milliseconds for j in run.judgements], bins=40)
    axes.set_xlabel("ms")
    return _svg(figure)


def _misses(run: Run, questions: Sequence[GoldQuestion], texts: dict[str, str]) -> str:
    """Every answerable question whose evidence is not in the first five passages."""
    blocks = []
    for question, row, found in zip(questions, run.rows, run.found, strict=True):
        if row.get("Success@5", 1.0) == 1.0:
            continue
        wanted = "".join(
            f"<pre>{escape(e.doc_id[:12])}: {escape(e.quote)}</pre>" for e in question.evidence[:3]
        )
        instead = "".join(f"<pre>{escape(_excerpt(name, texts))}</pre>" for name in found[:3])
        blocks.append(
            f"<details><summary>{escape(question.question_id)} ({escape(question.type)}): {escape(question.question)}</summary>"
            f"<p>根拠</p>{wanted}<p>代わりに見つかったもの</p>{instead or '<p>なし</p>'}</details>"
        )
    return "".join(blocks) or "<p>ありません。</p>"


def _excerpt(passage_id: str, texts: dict[str, str]) -> str:
    doc_id, _, span = passage_id.rpartition("#")
    start, _, end = span.partition("-")
    return f"{doc_id[:12]}: {' '.join(texts[doc_id][int(start) : int(end)].split())[:200]}"
