"""Documents to passages: whole statements of one page, packed to a size in morphemes."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sti_qa import morphology
from sti_qa.normalize import narrow
from sti_qa.outline import plain, statements
from sti_qa.programmes import ProgrammeBook
from sti_qa.types import Document, Passage, Statement
from sti_qa.years import era_name, fiscal_years, year_mentions

_BUDGET_AHEAD = re.compile(r"\s{0,5}(?:第\d次)?\s{0,5}(?:当初|補正|概算)?(?:予算|要求)")


@dataclass(frozen=True, slots=True)
class PassageSize:
    """How large passages are, in morphemes (about 1.7 characters each in this kind of text)."""

    target: int = 280
    """400 to 600 characters found most in our measurements of Japanese question sets."""
    overlap: int = 60
    """About a fifth: repeated at the start of the next passage."""

    def __str__(self) -> str:
        return f"{self.target}/{self.overlap}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page with what its lines say about the page as a whole."""

    number: int
    statements: tuple[Statement, ...]
    programmes: tuple[str, ...]
    """The programmes it is about: those of its titles, else the one it names most."""
    title: str


def pages(document: Document, book: ProgrammeBook) -> tuple[Page, ...]:
    """The pages of ``document``, in order."""
    grouped: dict[int, list[Statement]] = {}
    for statement in statements(document.text, document.page_starts):
        grouped.setdefault(statement.page, []).append(statement)
    return tuple(_page(document.text, n, tuple(lines), book) for n, lines in grouped.items())


def _page(text: str, number: int, lines: tuple[Statement, ...], book: ProgrammeBook) -> Page:
    titles = [line for line in lines if line.is_heading]
    in_titles = [name for line in titles for name in book.find(text[line.start : line.end])]
    named = Counter(name for line in lines for name in book.find(text[line.start : line.end]))
    programmes = tuple(dict.fromkeys(in_titles)) or _most_named(named)
    naming = (t for t in titles if book.find(text[t.start : t.end]))
    title = next(naming, next(iter(titles), None))
    return Page(number, lines, programmes, plain(text[title.start : title.end]) if title else "")


def _most_named(named: Counter[str]) -> tuple[str, ...]:
    """The programme named most often, if one leads."""
    ranked = named.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return ()
    return (ranked[0][0],)


def passages(
    document: Document, page_list: tuple[Page, ...], book: ProgrammeBook, size: PassageSize
) -> tuple[Passage, ...]:
    """The passages of ``document``. They cover its text; neighbours overlap; none crosses a page."""
    found = []
    for page in page_list:
        for group in _packed(document.text, page.statements, size):
            found.append(_passage(document, page, group, book))
    return tuple(found)


def _packed(text: str, lines: tuple[Statement, ...], size: PassageSize) -> Iterator[tuple[Statement, ...]]:
    """Runs of statements up to the target size; a longer statement stands alone."""
    weights = [morphology.count(text[line.start : line.end]) for line in lines]
    begin = 0
    while begin < len(lines):
        end, total = begin + 1, weights[begin]
        while end < len(lines) and total + weights[end] <= size.target:
            total += weights[end]
            end += 1
        yield lines[begin:end]
        if end == len(lines):
            return
        # The overlap leaves room for the next statement; else a run would only repeat the one before.
        begin = _overlap_start(weights, begin, end, min(size.overlap, size.target - weights[end]))


def _overlap_start(weights: list[int], begin: int, end: int, overlap: int) -> int:
    """Index of the first statement that the next run repeats; always beyond ``begin``."""
    start, total = end, 0
    while start - 1 > begin and total + weights[start - 1] <= overlap:
        start -= 1
        total += weights[start]
    return start


def _passage(document: Document, page: Page, group: tuple[Statement, ...], book: ProgrammeBook) -> Passage:
    start, end = group[0].start, group[-1].end
    text = document.text[start:end]
    year = passage_year(document, text)
    heading = group[0].heading or page.title
    return Passage(
        passage_id=f"{document.doc_id}#{start}-{end}",
        doc_id=document.doc_id,
        title=document.title,
        page=page.number,
        heading=heading,
        fiscal_year=year,
        start=start,
        end=end,
        text=text,
        context=_context(document, page, heading, year, book),
        years=tuple(dict.fromkeys([*([year] if year else []), *fiscal_years(text)])),
        programmes=tuple(dict.fromkeys([*page.programmes, *book.find(text)])),
        topics=page.programmes,
    )


def passage_year(document: Document, text: str) -> int | None:
    """The fiscal year of a passage: of its own budget labels, else its document's."""
    plain = narrow(text)
    labelled = {m.year for m in year_mentions(plain) if _BUDGET_AHEAD.match(plain, m.end)}
    if document.fiscal_year in labelled or not labelled:
        return document.fiscal_year
    return max(labelled)


def _context(document: Document, page: Page, heading: str, year: int | None, book: ProgrammeBook) -> str:
    """The line that is indexed with a passage: what the reader of the whole page would know."""
    names = [form for name in page.programmes for form in (name, *book.forms_of(name)[-2:])]
    years = [era_name(year), f"{year}年度"] if year else []
    parts = [document.title, *years, *dict.fromkeys(names), page.title, heading]
    return " ".join(dict.fromkeys(part for part in parts if part))
