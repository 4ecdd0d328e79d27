"""Ranking to cited answer, extractively: every line is a figure or a quote of the documents."""

import re
from dataclasses import replace

from sti_qa.asked import Asked, asked
from sti_qa.budget import LONGEST_ANSWER, asks_budget, budget_answer
from sti_qa.cite import Library, Marked, readable
from sti_qa.confidence import confidence
from sti_qa.evidence import Evidence, best_windows
from sti_qa.morphology import bigrams
from sti_qa.normalize import fold
from sti_qa.proof import pages_found
from sti_qa.retrieve import aspects
from sti_qa.signs import SearchIndex
from sti_qa.types import Figure, Query, Ranking
from sti_qa.windows import Windows

ENOUGH = 0.6
"""Confidence from which an answer is given; below, the documents are said not to answer."""

_FAR_BEHIND = 2.0
"""In scores of evidence: what is further behind the best is not quoted beside it."""
_MOST_LINES = 3
_MOST_ASPECT_LINES = 5

NOT_FOUND = "該当する記載は見つかりませんでした。"
_INSTRUCTION = re.compile(
    r"(?:指示|設定|命令|プロンプト|ルール|制約)[^。]{0,12}(?:忘れ|無視|破棄|従わ|出力|表示|開示)|"
    r"(?:原稿|詩|俳句|短歌|小説|歌詞|スピーチ|コード|プログラムコード|メール)[^。]{0,6}(?:書いて|作って|作成し|詠んで)|"
    r"ignore (?:all |the )?(?:previous|above|documents)|system prompt"
)
_YEAR_BEFORE = re.compile(r"(?:その|この)?前の?年度?(?!度?予算)|前年|その前")
_YEAR_AFTER = re.compile(r"翌年|次の年|その翌")


def compose(
    index: SearchIndex, windows: Windows, figures: tuple[Figure, ...], query: Query, ranking: Ranking
) -> tuple[Marked, float, bool]:
    """The answer's text with its citations, its confidence and whether it abstains."""
    query = _year_shifted(query)
    library = windows.library
    if _INSTRUCTION.search(fold(query.question)):
        return Marked(library).say(NOT_FOUND), 0.0, True
    if asks_budget(query):
        by_figures = budget_answer(library, figures, query)
        if by_figures is not None:
            return by_figures
    found = _by_aspect(index, windows, query, ranking)
    if not any(evidence for _, evidence in found):
        return Marked(library).say(NOT_FOUND), 0.0, True
    first = next(evidence for _, evidence in found if evidence)
    sure = _confidence(index, windows, found)
    if sure < ENOUGH:
        return _closest(library, first[0]), sure, True
    if len(found) > 1:
        return _for_each(library, [evidence for _, evidence in found]), sure, False
    return _from_evidence(library, first), sure, False


def _year_shifted(query: Query) -> Query:
    """「その前の年度は？」 asks for the year before the one inherited."""
    text = fold(query.question)
    if query.question == query.standalone or len(query.years) != 1:
        return query
    step = -1 if _YEAR_BEFORE.search(text) else 1 if _YEAR_AFTER.search(text) else 0
    return replace(query, years=(query.years[0] + step,))


def _by_aspect(
    index: SearchIndex, windows: Windows, query: Query, ranking: Ranking
) -> list[tuple[Asked, list[Evidence]]]:
    """Each part of the question (a year, a programme) with its evidence, best first."""
    pages = pages_found(windows, ranking)
    questions = [asked(index, part) for part in aspects(query)]
    return [(q, best_windows(index, pages, q, ranking) if pages else []) for q in questions]


def _for_each(library: Library, found: list[list[Evidence]]) -> Marked:
    """The best quote for each part of the question, then the second best where there is room."""
    marked = Marked(library)
    for place in range(2):
        for evidence in found:
            if place < len(evidence) and evidence[place].score > evidence[0].score - _FAR_BEHIND:
                marked = _with(marked, evidence[place])
    return marked


def _with(marked: Marked, evidence: Evidence) -> Marked:
    """With a further quote, if it fits and is not there yet."""
    line = readable(marked.library.text(evidence.quote))
    said = {(c.doc_id, c.start, c.end) for c in marked.citations}
    quote = evidence.quote
    too_long = len(marked.text) + len(line) > LONGEST_ANSWER - 5 and marked.lines
    if too_long or (quote.doc_id, quote.start, quote.end) in said or len(marked.lines) >= _MOST_ASPECT_LINES:
        return marked
    return marked.add(line, quote)


def _confidence(index: SearchIndex, windows: Windows, found: list[tuple[Asked, list[Evidence]]]) -> float:
    """The highest confidence of the parts: the answer says for which it holds."""
    sure = [
        confidence(index, question, evidence, pages_text(windows, evidence))
        for question, evidence in found
        if evidence
    ]
    return round(max(sure), 3)


def pages_text(windows: Windows, evidence: list[Evidence]) -> str:
    """The folded text of the pages that the two best pieces of evidence lie on."""
    found = []
    for quote in (e.quote for e in evidence[:2]):
        page = windows.library.statement_at(quote).page
        found += [f.folded for f in windows.of_page(quote.doc_id, page).facts]
    return " ".join(found)


def _from_evidence(library: Library, evidence: list[Evidence]) -> Marked:
    """The best quotes that fit, up to three; what is far behind the first is left out."""
    best = evidence[0]
    marked = Marked(library).add(readable(library.text(best.quote)), best.quote)
    for other in evidence[1:5]:
        line = readable(library.text(other.quote))
        far_behind = other.score < best.score - _FAR_BEHIND
        if far_behind or any(_nearly_same(line, said) for said in marked.lines):
            continue
        if len(marked.lines) < _MOST_LINES:
            marked = _with(marked, other)
    return marked


def _nearly_same(a: str, b: str) -> bool:
    """Whether two lines say the same in all but a few letters (other years' edition of a slide)."""
    grams_a, grams_b = set(bigrams(a)), set(bigrams(b))
    smaller = min(len(grams_a), len(grams_b))
    return smaller == 0 or len(grams_a & grams_b) / smaller > 0.7


def _closest(library: Library, best: Evidence) -> Marked:
    """Not answered; the nearest thing that the documents do hold."""
    line = f"最も近い記載: {readable(library.text(best.quote))[:160]}"
    return Marked(library).say(NOT_FOUND).add(line, best.quote)
