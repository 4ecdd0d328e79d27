"""A question in the forms that windows are compared with."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sti_qa.morphology import bigrams, terms
from sti_qa.signs import FaqIndex, SearchIndex, term_weights
from sti_qa.types import Kind, Query

NUMERIC: frozenset[Kind] = frozenset({"amount", "period", "count", "rate", "date"})
"""Kinds that are answered with a number."""
_KEYS_READ = 24


@dataclass(frozen=True)
class Asked:
    """A question in the forms that windows are compared with."""

    query: Query
    weights: dict[str, float]
    grams: frozenset[str]
    vector: npt.NDArray[np.float32]
    """Shape (dim,)."""
    keys: tuple[tuple[str, int, int, float], ...]
    """(doc_id, start, end, closeness 0 to 1) of the nearest anticipated questions' spans."""


def asked(index: SearchIndex, query: Query) -> Asked:
    """``query`` made ready for comparison."""
    vector = index.encoder.encode_queries([query.standalone])[0]
    return Asked(
        query=query,
        weights=term_weights(index, query),
        grams=frozenset(bigrams(query.standalone)),
        vector=vector,
        keys=_nearest_keys(index.faq, query, vector),
    )


def _nearest_keys(
    faq: FaqIndex | None, query: Query, vector: npt.NDArray[np.float32]
) -> tuple[tuple[str, int, int, float], ...]:
    if faq is None:
        return ()
    text = terms(" ".join([query.standalone, *query.programmes]))
    words = np.clip(faq.words.scores(text) / max(faq.words.ceiling(text), 1e-6), 0.0, 1.0)
    closeness = 0.6 * np.clip(faq.vectors @ vector, 0.0, 1.0) + 0.4 * words
    alive = np.array([bool(rows) for rows in faq.rows])
    best = np.argsort(-np.where(alive, closeness, -1.0), kind="stable")[:_KEYS_READ]
    return tuple(
        (faq.faqs[i].doc_id, faq.faqs[i].start, faq.faqs[i].end, float(closeness[i]))
        for i in best
        if alive[i]
    )
