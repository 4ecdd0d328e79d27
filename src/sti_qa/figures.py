"""Budget amounts: which programme got how much in which fiscal year, and where it stands.

An amount counts only with its year label (令和4年度予算額(案) 1,826百万円). Extraction often moves
such a line away from its programme; it is attributed where the page leaves no doubt: the name
stands on the line or is the line above, the page is about one programme only, or another page
gives the same amount for the same year to one of the programmes of this page.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from sti_qa.chunk import Page
from sti_qa.normalize import narrow
from sti_qa.programmes import ProgrammeBook
from sti_qa.types import Document, Figure, Stage, Statement
from sti_qa.years import year_mentions

# Blanks and digits are bounded, so that a page of nothing else is passed over in linear time.
_UNITS = {"千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "億": 10**8, "十億": 10**9}
_UNITS |= {"": 1, "百億": 10**10, "千億": 10**11, "兆": 10**12}
_NUMBER = r"(?<![\d.])(?<!\d,)\d[\d,]{0,19}(?:\.\d{1,6})?"
_PART = rf"(?P<number>{_NUMBER})\s{{0,3}}(?P<unit>[十百千]?[億万]|兆|千)?"
MONEY = re.compile(_PART + "円")
"""An amount in one unit."""
_AMOUNT = rf"(?:{_NUMBER}\s{{0,3}}[兆億万]\s?){{0,3}}{_NUMBER}\s{{0,3}}(?:[十百千]?[億万]|兆|千)?円"
_LABEL = (
    r"(?P<label>(?:(?:令和|平成)\s?(?:\d+|元)\s?年度|20\d\d年度|R\d{1,2}(?:年度?)?|前年度)\s{0,5}(?:第\d次)?\s{0,5}(?P<budget>(?:当初|補正|概算)?(?:予算|要求|執行)額?)"
    r"\s{0,5}(?P<proposed>[(]案[)]|案)?)"
)
_BUDGET_LINE = re.compile(rf"{_LABEL}[\s:]{{0,20}}(?P<amount>{_AMOUNT})")
_BARE_PAIR = re.compile(
    rf"^[^\S\n]*(?P<amount>{_AMOUNT})\s{{0,3}}[(](?:(?P<before>{_AMOUNT})|新規)[)][^\S\n]*$", re.MULTILINE
)


class _Found(NamedTuple):
    figure: Figure
    statement: int
    """Index of its statement on the page."""


def yen(number: str, unit: str | None) -> int:
    """The value of ``number`` with a unit such as 百万."""
    return round(float(number.replace(",", "")) * _UNITS[unit or ""])


def amounts(text: str) -> tuple[int, ...]:
    """The values in yen of every amount in ``text``; 18億2,600万円 is one amount."""
    return tuple(_value(match.group()) for match in re.finditer(_AMOUNT, narrow(text)))


def _value(amount: str) -> int:
    """The value in yen of one amount, the sum of its parts."""
    return sum(yen(part["number"], part["unit"]) for part in re.finditer(_PART, amount))


def figures(
    documents: Iterable[tuple[Document, tuple[Page, ...]]], book: ProgrammeBook
) -> tuple[Figure, ...]:
    """Every labelled budget amount of the corpus, in document order; attributed where certain."""
    found: list[Figure] = []
    candidates: list[tuple[str, ...]] = []
    for document, page_list in documents:
        for page in page_list:
            start, end = page.statements[0].start, page.statements[-1].end
            named = book.find(document.text[start:end])
            for figure in _page_figures(document, page, book):
                found.append(figure)
                candidates.append(named)
    return _attributed_by_equal_amounts(found, candidates)


def _page_figures(document: Document, page: Page, book: ProgrammeBook) -> list[Figure]:
    start, end = page.statements[0].start, page.statements[-1].end
    plain = narrow(document.text[start:end])
    found: list[Figure] = []
    lines = [s for s in page.statements if document.text[s.start : s.end].strip()]
    only = _only_programme(page, plain)
    for match in _BUDGET_LINE.finditer(plain):
        year = _labelled_year(match["label"], found, document)
        if year is None:
            continue
        quote_start = (
            found[-1].start if match["label"].startswith("前年度") and found else start + match.start()
        )
        figure = Figure(
            programme="",
            fiscal_year=year,
            stage=_stage(match),
            amount=re.sub(r"\s", "", match["amount"]),
            yen=_value(match["amount"]),
            doc_id=document.doc_id,
            page=page.number,
            start=quote_start,
            end=_with_bracket(plain, start, match.end()),
        )
        found.append(replace(figure, programme=_near_programme(document, lines, only, figure, book)))
    return found + _bare_pairs(document, page, plain, start, found, book)


def _with_bracket(plain: str, start: int, end: int) -> int:
    return start + end + (1 if plain[end : end + 1] == ")" else 0)


def _labelled_year(label: str, found: list[Figure], document: Document) -> int | None:
    """The label's year; 前年度 is the year before the line it stands behind."""
    if label.startswith("前年度"):
        base = found[-1].fiscal_year if found and found[-1].stage != "前年度" else document.fiscal_year
        return None if base is None else base - 1
    return next((mention.year for mention in year_mentions(label)), None)


def _stage(match: re.Match[str]) -> Stage:
    budget = match["budget"]
    if match["label"].startswith("前年度"):
        return "前年度"
    if "要求" in budget:
        return "要求"
    if "執行" in budget:
        return "執行"
    if "補正" in budget:
        return "補正案" if match["proposed"] else "補正"
    return "案" if match["proposed"] else "当初"


def _near_programme(
    document: Document, lines: list[Statement], only: str, figure: Figure, book: ProgrammeBook
) -> str:
    """The programme on the figure's own line, or the page's ``only`` one, or the title right above."""
    at = bisect_right(lines, figure.start, key=lambda line: line.start) - 1
    own = book.find(document.text[lines[at].start : figure.start])
    if own:
        return own[-1]
    if only:
        return only
    above = lines[at - 1] if at else None
    if above is not None and above.is_heading:
        names = book.find(document.text[above.start : above.end])
        return names[0] if len(names) == 1 else ""
    return ""


def _only_programme(page: Page, plain: str) -> str:
    """The programme the page is about, if it has one current budget line.

    A second line belongs to a part or a rival.
    """
    totals = [m for m in _BUDGET_LINE.finditer(plain) if not m["label"].startswith("前年度")]
    return page.programmes[0] if len(page.programmes) == 1 and len(totals) <= 1 else ""


def _bare_pairs(
    document: Document, page: Page, plain: str, start: int, labelled: list[Figure], book: ProgrammeBook
) -> list[Figure]:
    """Lines 1,878百万円（1,826百万円） under a programme's title.

    Only on a page whose total line says which year stands outside and that the bracket is the
    year before.
    """
    years = [figure.fiscal_year for figure in labelled if figure.stage in ("当初", "案")]
    if not years or not any(figure.stage == "前年度" for figure in labelled):
        return []
    found = []
    for match in _BARE_PAIR.finditer(plain):
        line_start = start + match.start("amount")
        programme = _title_above(document, page, line_start, book)
        if not programme:
            continue
        base = Figure(
            programme,
            years[0],
            labelled[0].stage,
            "",
            0,
            document.doc_id,
            page.number,
            line_start,
            start + match.end(),
        )
        found.append(
            replace(
                base,
                amount=re.sub(r"\s", "", match["amount"]),
                yen=_value(match["amount"]),
            )
        )
        if match["before"]:
            found.append(
                replace(
                    base,
                    fiscal_year=years[0] - 1,
                    stage="前年度",
                    amount=re.sub(r"\s", "", match["before"]),
                    yen=_value(match["before"]),
                )
            )
    return found


def _title_above(document: Document, page: Page, offset: int, book: ProgrammeBook) -> str:
    """The programme whose title is the statement right before ``offset``."""
    before = [s for s in page.statements if s.end <= offset and document.text[s.start : s.end].strip()]
    if not before:
        return ""
    last: Statement = before[-1]
    names = book.find(document.text[last.start : last.end])
    return names[0] if last.is_heading and len(names) == 1 else ""


def _attributed_by_equal_amounts(
    found: list[Figure], candidates: list[tuple[str, ...]]
) -> tuple[Figure, ...]:
    """Give moved lines the programme that another page gives the same year and amount to.

    Only the programmes of the line's own page are considered, and only a single match counts.
    A line and the 前年度 behind it belong together, so knowledge spreads from year to year;
    repeated until nothing new is learnt.
    """
    known = list(found)
    for _ in range(len(found)):
        facts = {(f.programme, f.fiscal_year, f.yen) for f in known if f.programme}
        learnt = list(known)
        for i, figure in enumerate(known):
            if figure.programme:
                continue
            partner = _partner(known, i)
            matching = [
                name
                for name in candidates[i]
                if any((name, f.fiscal_year, f.yen) in facts for f in (figure, *partner))
            ]
            if len(matching) == 1:
                learnt[i] = replace(figure, programme=matching[0])
        if learnt == known:
            break
        known = learnt
    return tuple(known)


def _partner(known: list[Figure], i: int) -> tuple[Figure, ...]:
    """The 前年度 figure behind a current one, or the current one before a 前年度."""
    other = i - 1 if known[i].stage == "前年度" else i + 1
    if not 0 <= other < len(known):
        return ()
    pair = known[other]
    together = pair.start == known[i].start and pair.doc_id == known[i].doc_id
    return (pair,) if together else ()
