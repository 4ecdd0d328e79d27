"""What people read in a terminal: reports, rankings and answers as text, and the progress bar."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sti_qa.cite import source_line
from sti_qa.types import Answer, Hit

if TYPE_CHECKING:
    from sti_qa.build import BuildReport


def report_text(report: "BuildReport") -> str:
    """What a build did, a line for each fact."""
    if not report.changed_anything:
        head = f"変更はありません。索引 {report.generation} をそのまま使います。"
    else:
        head = f"索引 {report.generation} を作成しました({report.seconds:.1f} 秒)。"
    lines = [
        head,
        f"資料 {report.n_documents} 件、文章 {report.n_passages} 件"
        f"(新たに埋め込み {report.embedded}、再利用 {report.reused})",
    ]
    for label, names in (("追加", report.added), ("変更", report.changed), ("削除", report.removed)):
        lines += [f"{label}: {name}" for name in names]
    lines += [f"失敗: {failure.file}: {failure.reason}" for failure in report.failed]
    lines += [f"注意: {warning}" for warning in report.warnings]
    return "\n".join(lines)


def search_text(answer: Answer) -> str:
    """The passages found, three lines each."""
    return "\n".join(_hit_text(hit) for hit in answer.ranking) or "見つかりませんでした。"


def _hit_text(hit: Hit) -> str:
    p = hit.passage
    year = f"{p.fiscal_year}年度 " if p.fiscal_year else ""
    return (
        f"{hit.rank}. {p.title} {year}p.{p.page} ({p.doc_id} {p.start}-{p.end}) {hit.score:.2f}\n"
        f"   {' / '.join(hit.why)}\n   {' '.join(p.text.split())[:200]}"
    )


def answer_text(answer: Answer) -> str:
    """The answer, and under it each source with its quote."""
    lines = [answer.text]
    if answer.citations:
        lines.append("")
    for c in answer.citations:
        lines.append(f"[{c.number}] {source_line(c)} ({c.doc_id} {c.start}-{c.end})")
        lines.append(f"    「{' '.join(c.quote.split())}」")
    return "\n".join(lines)


def progress_bar() -> Callable[[str, float], None]:
    """A build's Progress as a bar on stderr."""
    from tqdm import tqdm

    bar = tqdm(total=100, bar_format="{desc:<24} {percentage:3.0f}%|{bar:30}|")

    def show(step: str, share: float) -> None:
        bar.set_description_str(step)
        bar.update(round(share * 100) - bar.n)
        if share >= 1.0:
            bar.close()

    return show
