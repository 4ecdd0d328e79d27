"""Which sentences of the passages found answer the question: scored spans, best first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sti_qa.cite import Library, Quote
from sti_qa.figures import MONEY
from sti_qa.morphology import terms
from sti_qa.normalize import fold
from sti_qa.signs import SearchIndex, term_weights
from sti_qa.types import Kind, Query, Ranking, Statement

_LONGEST_WINDOW = 4
_LONGEST_QUOTE = 240
"""Characters; an answer of at most 400 holds two of them."""
_HITS_READ = 10

_COUNTERS = "人|名|件|か国|カ国|ヶ国|拠点|校|大学|課題|社|回|位|プログラム|機関|系統|チーム|つ|本|点|国"
_VALUE: dict[Kind, re.Pattern[str]] = {
    "amount": MONEY,
    "period": re.compile(r"\d+\s*(?:年間|か月|カ月|ヶ月|ヵ月|週間|日間|年)|\d+\s*[~～〜-]\s*\d+\s*(?:年|か月|週間)"),
    "count": re.compile(rf"[\d,.]+\s*万?\s*(?:{_COUNTERS})"),
    "rate": re.compile(r"\d\s*(?:%|割|倍|ポイント)"),
    "date": re.compile(r"\d+\s*[年月日]|20\d\d|R\d"),
    "person": re.compile(r"教授|大臣|長官|氏|博士|研究員|Dr\.|参事官|所長|名誉"),
    "place": re.compile(r"[都道府県市区町村国州]|大学|機構|研究所"),
    "definition": re.compile(r"とは|という|こと|もの|である|する|制度|方式"),
    "reason": re.compile(r"ため|により|背景|目的|必要|から|ことで|向け|目指|図る"),
}  # fmt: skip
_ANSWERED_IN_PROSE = frozenset({"definition", "reason", "other", "yesno", "list"})
_ASKED_COUNTER = re.compile(rf"何\s*({_COUNTERS})|({_COUNTERS})数|(?:件|人|拠点|課題)数")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span that may answer the question."""

    quote: Quote
    score: float
    coverage: float
    """0 to 1: how much of the question's weight its words, headings and programme cover."""
    has_value: bool
    """Whether it holds a value of the kind asked for."""
    year_fits: bool


@dataclass(frozen=True, slots=True)
class Window:
    """A few statements as they are matched on."""

    quote: Quote
    terms: frozenset[str]
    folded: str
    narrowed: str
    years: frozenset[int]
    heading: frozenset[str]
    """Terms of the heading above it."""
    is_sentence: bool


def find_evidence(index: SearchIndex, library: Library, query: Query, ranking: Ranking) -> list[Evidence]:
    """Spans of the first passages, best first; overlapping ones only once."""
    weights = term_weights(index, query)
    found: dict[Quote, Evidence] = {}
    top = ranking[0].score if ranking else 0.0
    for hit in ranking[:_HITS_READ]:
        context = frozenset(terms(hit.passage.context))
        for lines in _windows(library.statements(hit.passage)):
            window = _window(library, hit.passage.doc_id, lines)
            evidence = _evidence(library, query, window, context, weights, max(0.0, 1.0 - (top - hit.score)))
            if evidence and (evidence.quote not in found or found[evidence.quote].score < evidence.score):
                found[evidence.quote] = evidence
    ordered = sorted(found.values(), key=lambda e: (-e.score, e.quote.doc_id, e.quote.start))
    return _without_overlaps(ordered)


def _windows(lines: tuple[Statement, ...]) -> Iterator[tuple[Statement, ...]]:
    """Runs of neighbouring statements that are short enough to quote and no mere heading."""
    for begin in range(len(lines)):
        for end in range(begin + 1, min(begin + _LONGEST_WINDOW, len(lines)) + 1):
            run = lines[begin:end]
            if run[-1].end - run[0].start > _LONGEST_QUOTE:
                break
            if not all(line.is_heading for line in run):
                yield run


def _window(library: Library, doc_id: str, lines: tuple[Statement, ...]) -> Window:
    facts = [library.facts(doc_id, line) for line in lines]
    return Window(
        quote=library.trimmed(Quote(doc_id, lines[0].start, lines[-1].end)),
        terms=frozenset().union(*(f.terms for f in facts)),
        folded=" ".join(f.folded for f in facts),
        narrowed=" ".join(f.narrowed for f in facts),
        years=frozenset(year for f in facts for year in f.years),
        heading=facts[0].heading_terms,
        is_sentence=any(f.is_sentence for f in facts),
    )


def _evidence(
    library: Library, query: Query, window: Window,
    context: frozenset[str], weights: dict[str, float], closeness: float,
) -> Evidence | None:  # fmt: skip
    length = window.quote.end - window.quote.start
    if length < 2:
        return None
    coverage = _coverage(window, context, weights)
    value = has_value(query, window.narrowed)
    fits, year_score = _year_fit(library, query, window)
    score = coverage + (0.35 if value else 0.0) + year_score + 0.5 * closeness - 0.0012 * length
    score += 0.25 if window.is_sentence and query.kind in _ANSWERED_IN_PROSE else 0.0
    score += 0.04 * _newness(library, window.quote.doc_id)
    return Evidence(window.quote, score, coverage, value, fits)


def _coverage(window: Window, context: frozenset[str], weights: dict[str, float]) -> float:
    """Weighted share of the terms in the span itself (1), its heading (0.7), its page (0.5)."""
    total = sum(weights.values())
    if not total:
        return 0.0
    credit = 0.0
    for term, weight in weights.items():
        if term in window.terms or term in window.folded:
            credit += weight
        elif term in window.heading:
            credit += 0.7 * weight
        elif term in context:
            credit += 0.5 * weight
    return credit / total


def has_value(query: Query, narrowed: str) -> bool:
    """Whether a narrowed text holds a value of the kind that the question asks for."""
    pattern = _VALUE.get(query.kind)
    if pattern is None:
        return False
    if query.kind == "count":
        asked = _ASKED_COUNTER.search(fold(query.question))
        counter = next((group for group in asked.groups() if group), "") if asked else ""
        if counter:
            return re.search(rf"\d\s*万?\s*{counter}", narrowed) is not None
    return pattern.search(narrowed) is not None


def _year_fit(library: Library, query: Query, window: Window) -> tuple[bool, float]:
    """Whether the span speaks of a year asked for, and what that is worth."""
    if not query.years:
        return True, 0.0
    if window.years & set(query.years):
        return True, 0.3
    if window.years:
        return False, -0.3
    document_year = library.documents[window.quote.doc_id].fiscal_year
    return (True, 0.15) if document_year in query.years else (False, -0.2)


def _newness(library: Library, doc_id: str) -> float:
    """0 to 1: place of the document's fiscal year among those of the corpus."""
    years = sorted({d.fiscal_year or 0 for d in library.documents.values()})
    return (years.index(library.documents[doc_id].fiscal_year or 0) + 1) / len(years)


def _without_overlaps(ordered: list[Evidence]) -> list[Evidence]:
    kept: list[Evidence] = []
    for evidence in ordered:
        quote = evidence.quote
        if not any(
            k.quote.doc_id == quote.doc_id and k.quote.start < quote.end and quote.start < k.quote.end
            for k in kept
        ):
            kept.append(evidence)
        if len(kept) == 8:
            break
    return kept
