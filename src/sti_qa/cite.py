"""Verbatim slices of documents: the only way a quote comes into being."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sti_qa.chunk import Page, pages
from sti_qa.morphology import bigrams, has_predicate, terms
from sti_qa.normalize import fold, narrow
from sti_qa.outline import plain
from sti_qa.programmes import ProgrammeBook
from sti_qa.types import Citation, Document, Passage, Statement
from sti_qa.years import fiscal_years


@dataclass(frozen=True, slots=True)
class Quote:
    """A half-open span of a document that is worth quoting."""

    doc_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Facts:
    """A statement in the forms it is matched on."""

    terms: frozenset[str]
    folded: str
    narrowed: str
    years: tuple[int, ...]
    heading_terms: frozenset[str]
    is_sentence: bool
    """Has a verb or adjective: says something, rather than naming it."""
    label: frozenset[str]
    """Terms of the label that a value stands behind (支援期間：2年間), if it begins with one."""
    grams: frozenset[str]
    """Character bigrams."""


class Library:
    """The documents of a generation, their pages read when first needed."""

    def __init__(self, documents: Iterable[Document], book: ProgrammeBook) -> None:
        self.documents = {document.doc_id: document for document in documents}
        self.book = book
        self._pages: dict[str, tuple[Page, ...]] = {}
        self._facts: dict[tuple[str, int], Facts] = {}

    def pages(self, doc_id: str) -> tuple[Page, ...]:
        """The pages of a document, in order."""
        if doc_id not in self._pages:
            self._pages[doc_id] = pages(self.documents[doc_id], self.book)
        return self._pages[doc_id]

    def statements(self, passage: Passage) -> tuple[Statement, ...]:
        """The statements that ``passage`` is made of."""
        page = self.pages(passage.doc_id)[passage.page - 1]
        return tuple(s for s in page.statements if passage.start <= s.start and s.end <= passage.end)

    def facts(self, doc_id: str, statement: Statement) -> Facts:
        """What is matched on of a statement; worked out once."""
        key = (doc_id, statement.start)
        if key not in self._facts:
            text = self.documents[doc_id].text[statement.start : statement.end]
            self._facts[key] = Facts(
                terms=frozenset(terms(text)),
                folded=fold(text),
                narrowed=narrow(text),
                years=fiscal_years(text),
                heading_terms=frozenset(terms(statement.heading)),
                is_sentence=has_predicate(text),
                label=frozenset(terms(_label(text))),
                grams=frozenset(bigrams(text)),
            )
        return self._facts[key]

    def statement_at(self, quote: Quote) -> Statement:
        """The statement in which ``quote`` begins."""
        for page in self.pages(quote.doc_id):
            for statement in page.statements:
                if statement.start <= quote.start < statement.end:
                    return statement
        raise ValueError(f"{quote} lies outside its document")

    def text(self, quote: Quote) -> str:
        """The verbatim slice."""
        return self.documents[quote.doc_id].text[quote.start : quote.end]

    def trimmed(self, quote: Quote) -> Quote:
        """``quote`` without blanks at its ends."""
        text = self.text(quote)
        left = len(text) - len(text.lstrip("\ufeff \t\r\n\f　"))
        right = len(text) - len(text.rstrip())
        return Quote(quote.doc_id, quote.start + left, quote.end - right)

    def year(self, quote: Quote) -> int | None:
        """The fiscal year that ``quote`` speaks of: the first it names, else its document's."""
        years = fiscal_years(self.text(quote))
        return years[0] if years else self.documents[quote.doc_id].fiscal_year

    def citation(self, number: int, quote: Quote, year: int | None = None) -> Citation:
        """``quote`` as citation [number]; ``year`` where it is known better than from its text."""
        document = self.documents[quote.doc_id]
        statement = self.statement_at(quote)
        page = self.pages(quote.doc_id)[statement.page - 1]
        return Citation(
            number=number,
            doc_id=quote.doc_id,
            title=document.title,
            publisher=document.publisher,
            published=document.published,
            fiscal_year=year if year is not None else self.year(quote),
            page=statement.page,
            heading=statement.heading or page.title,
            start=quote.start,
            end=quote.end,
            quote=self.text(quote),
        )


@dataclass(frozen=True)
class Marked:
    """An answer's text under construction; marks and citations stay in step."""

    library: Library
    lines: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()

    @cached_property
    def text(self) -> str:
        """The lines, one under the other."""
        return "\n".join(self.lines)

    def add(self, line: str, quote: Quote, year: int | None = None) -> "Marked":
        """With another line that ``quote`` supports. The same quote keeps its number."""
        known = [
            c for c in self.citations if (c.doc_id, c.start, c.end) == (quote.doc_id, quote.start, quote.end)
        ]
        citation = known[0] if known else self.library.citation(len(self.citations) + 1, quote, year)
        citations = self.citations if known else (*self.citations, citation)
        return Marked(self.library, (*self.lines, f"{line}[{citation.number}]"), citations)

    def say(self, line: str) -> "Marked":
        """With another line that states nothing about the documents' content."""
        return Marked(self.library, (*self.lines, line), self.citations)


def _label(text: str) -> str:
    """What stands before a colon, a tab or a wide blank at the start of ``text``, if it is short."""
    match = re.match(r"[\s・•○●◯■□▷⃝*-]*([^\s:：。、]{2,20})\s*(?:[:：\t]|\s\s|\s(?=[^\s]*\d))", text)
    return match[1] if match else ""


def readable(text: str) -> str:
    """A quote as one line for an answer: line breaks of the extraction closed up."""
    joined = re.sub(r"(?<=[^\x00-\x7f])[ \t]*\n[ \t　]*(?=[^\x00-\x7f・○●◯◇■▷•※①-⑳-])", "", text)
    # A mark of the document's own must not look like one of the answer's.
    return re.sub(r"\[(\d+)\]", r"［\1］", plain(joined))


def source_line(citation: Citation) -> str:
    """The 出典 line to paste: 「資料名」（府省、公表日）p.n."""
    detail = "、".join(part for part in (citation.publisher, citation.published) if part)
    return f"「{citation.title}」{f'（{detail}）' if detail else ''}p.{citation.page}"
