"""What speaks for a passage: one number per sign, for the passages worth a closer look."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sti_qa.dense import DenseIndex
from sti_qa.lexical import LexicalIndex, Scores
from sti_qa.morphology import bigrams, terms
from sti_qa.types import Encoder, Faq, Figure, Passage, Query, Vectors

SIGNS = (
    "words", "bigrams", "dense", "faq_words", "faq_dense",
    "coverage", "year", "year_named", "other_year", "programme", "topic", "other_topic", "figure", "newest",
)  # fmt: skip
"""Names of the signs, in the order of the columns."""

SignTable = npt.NDArray[np.float32]
"""float32, shape (n candidates, len(SIGNS))."""

_CANDIDATES = 80
"""Passages taken from the top of each search; together they hold all that could matter."""


@dataclass(frozen=True)
class FaqIndex:
    """Anticipated questions as keys; row i of each part belongs to faqs[i]."""

    faqs: tuple[Faq, ...]
    words: LexicalIndex
    vectors: Vectors
    rows: tuple[tuple[int, ...], ...]
    """The passages (rows) that hold each one's quote."""


@dataclass(frozen=True)
class SearchIndex:
    """Everything ``search`` looks into; row i of each part belongs to passage i."""

    passages: tuple[Passage, ...]
    ids: npt.NDArray[np.int64]
    words: LexicalIndex
    bigrams: LexicalIndex
    dense: DenseIndex
    encoder: Encoder
    figures: tuple[Figure, ...] = ()
    faq: FaqIndex | None = None

    @cached_property
    def row_of(self) -> dict[int, int]:
        """Row of each FAISS id."""
        return {int(passage_id): row for row, passage_id in enumerate(self.ids)}

    @cached_property
    def figures_of(self) -> dict[int, tuple[Figure, ...]]:
        """The attributed figures that each passage (row) holds."""
        attributed = [figure for figure in self.figures if figure.programme]
        found: dict[int, tuple[Figure, ...]] = {}
        for figure in attributed:
            for row in rows_covering(self.passages, figure.doc_id, figure.start, figure.end):
                found[row] = (*found.get(row, ()), figure)
        return found

    @cached_property
    def newest(self) -> int:
        """The latest fiscal year of a passage."""
        return max((p.fiscal_year or 0 for p in self.passages), default=0)


def rows_covering(passages: tuple[Passage, ...], doc_id: str, start: int, end: int) -> tuple[int, ...]:
    """Rows of the passages that hold a whole span; where none does, those that hold its start."""
    same = [(row, p) for row, p in enumerate(passages) if p.doc_id == doc_id]
    whole = tuple(row for row, p in same if p.start <= start and end <= p.end)
    return whole or tuple(row for row, p in same if p.start <= start < p.end)


def term_weights(index: SearchIndex, query: Query) -> dict[str, float]:
    """Inverse document frequency of the question's terms; unknown ones weigh like rare ones."""
    total = len(index.passages) + 1
    frequencies = index.words.document_frequencies(query.terms)
    return {term: math.log(total / (1 + count)) + 0.1 for term, count in frequencies.items()}


def signs(index: SearchIndex, query: Query) -> tuple[list[int], SignTable]:
    """Candidate rows, ascending, and their signs."""
    text = " ".join([query.standalone, *query.programmes])
    words = _by_maximum(index.words.scores(terms(text)))
    grams = _by_maximum(index.bigrams.scores(bigrams(text)))
    vector = index.encoder.encode_queries([query.standalone])
    coverage = index.words.coverage(term_weights(index, query))
    near = {index.row_of[i]: score for i, score in index.dense.search(vector, _CANDIDATES)}
    faq_words, faq_dense = _faq_scores(index.faq, text, vector)
    rows = _candidates(words, grams, near, faq_words, faq_dense, index.figures_of, query)
    table = np.zeros((len(rows), len(SIGNS)), dtype=np.float32)
    for i, row in enumerate(rows):
        cosine = near.get(row)
        if cosine is None:
            cosine = float(index.dense.vector(int(index.ids[row])) @ vector[0])
        found = [
            float(words[row]),
            float(grams[row]),
            max(0.0, cosine),
            faq_words.get(row, 0.0),
            faq_dense.get(row, 0.0),
        ]
        table[i] = [*found, float(coverage[row]), *_facts(index, row, query)]
    return rows, table


def _by_maximum(scores: Scores) -> Scores:
    """Scores divided by the highest, so that different scales can be added."""
    highest = float(scores.max(initial=0.0))
    return scores / highest if highest > 0 else scores


def _top(scores: Scores) -> list[int]:
    """Rows of the best positive scores."""
    best = np.argsort(-scores, kind="stable")[:_CANDIDATES]
    return [int(row) for row in best if scores[row] > 0]


def _candidates(
    words: Scores, grams: Scores, near: dict[int, float], faq_words: dict[int, float],
    faq_dense: dict[int, float], figures: dict[int, tuple[Figure, ...]], query: Query,
) -> list[int]:  # fmt: skip
    rows: set[int] = {*_top(words), *_top(grams), *near, *faq_words, *faq_dense}
    wanted = set(query.programmes)
    rows |= {row for row, held in figures.items() if wanted & {f.programme for f in held}}
    return sorted(rows)


def _faq_scores(
    faq: FaqIndex | None, text: str, vector: Vectors
) -> tuple[dict[int, float], dict[int, float]]:
    """By passage row: the best match of an anticipated question, by words and by meaning."""
    if faq is None:
        return {}, {}
    # Divided by what the question would score against itself, so that 1 is a full match.
    lexical = faq.words.scores(terms(text)) / max(faq.words.ceiling(terms(text)), 1e-6)
    cosine = faq.vectors @ vector[0]
    return _best_by_row(faq, _top(lexical), lexical), _best_by_row(faq, _top(cosine), cosine)


def _best_by_row(faq: FaqIndex, keys: Iterable[int], scores: Scores) -> dict[int, float]:
    best: dict[int, float] = {}
    for key in keys:
        for row in faq.rows[key]:
            best[row] = max(best.get(row, 0.0), float(scores[key]))
    return best


def asks_for_money(query: Query) -> bool:
    """Whether an amount would answer: it is asked for, or a change of what is not named."""
    if query.kind not in ("amount", "trend", "comparison"):
        return False
    return "amount" in query.kinds or (query.kind == "trend" and not {"count", "rate"} & set(query.kinds))


def _facts(index: SearchIndex, row: int, query: Query) -> list[float]:
    """The signs that are read off a passage one by one."""
    p = index.passages[row]
    asked_years, asked_programmes = set(query.years), set(query.programmes)
    own_year = p.fiscal_year in asked_years
    named_year = bool(asked_years & set(p.years))
    holds = bool(asked_programmes & set(p.programmes))
    topic = bool(asked_programmes & set(p.topics))
    matching = [
        f
        for f in index.figures_of.get(row, ())
        if f.programme in asked_programmes and (not asked_years or f.fiscal_year in asked_years)
    ]
    return [
        float(own_year),
        float(named_year and not own_year),
        float(bool(asked_years) and not own_year and not named_year),
        float(holds),
        float(topic),
        float(bool(asked_programmes) and bool(p.topics) and not holds),
        float(asks_for_money(query) and bool(matching)),
        float(not asked_years and p.fiscal_year == index.newest),
    ]
