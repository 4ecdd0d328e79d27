"""Question to ranking. One ``search`` serves the command line, the chat, the API and the evals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sti_qa.dense import DenseIndex
from sti_qa.lexical import LexicalIndex
from sti_qa.morphology import bigrams, terms
from sti_qa.normalize import fold
from sti_qa.types import Encoder, Hit, Passage, Query, Ranking
from sti_qa.years import era_name

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign adds to a passage's score; words, bigrams and meaning count from 0 to 1."""

    words: float = 0.45
    bigrams: float = 0.25
    dense: float = 0.30
    year: float = 0.25
    """For speaking of the year asked for; half of it where the year is not its own."""
    programme: float = 0.20
    newest: float = 0.02
    """For the newest document where no year was asked for."""


@dataclass(frozen=True)
class SearchIndex:
    """Everything ``search`` looks into; row i of each part belongs to passage i."""

    passages: tuple[Passage, ...]
    ids: npt.NDArray[np.int64]
    words: LexicalIndex
    bigrams: LexicalIndex
    dense: DenseIndex
    encoder: Encoder
    weights: Weights = Weights()


def search(index: SearchIndex, query: Query, k: int) -> Ranking:
    """The ``k`` best passages (fewer where nothing speaks for more), best first."""
    if not index.passages or k < 1:
        return ()
    words, grams = _lexical(index, query)
    dense = _dense(index, query)
    weights = index.weights
    scores = (
        weights.words * _by_maximum(words)
        + weights.bigrams * _by_maximum(grams)
        + weights.dense * _by_maximum(dense)
        + _bonuses(index, query)
    )
    found = [i for i in range(len(index.passages)) if words[i] > 0 or grams[i] > 0 or dense[i] > 0]
    found.sort(key=lambda i: (-float(scores[i]), index.passages[i].passage_id))
    closest = int(np.argmax(dense))
    return tuple(
        Hit(
            passage=index.passages[i],
            score=round(float(scores[i]), 4),
            rank=rank,
            why=_why(index.passages[i], query, is_closest=i == closest),
        )
        for rank, i in enumerate(found[:k], start=1)
    )


def _lexical(index: SearchIndex, query: Query) -> tuple[Scores, Scores]:
    """BM25 scores by words and by bigrams. Programme names count in all their words."""
    text = " ".join([query.standalone, *query.programmes])
    return index.words.scores(terms(text)), index.bigrams.scores(bigrams(text))


def _dense(index: SearchIndex, query: Query) -> Scores:
    """Cosine of every passage with the question; what points away counts as 0."""
    vector = index.encoder.encode_queries([query.standalone])
    row_of = {int(passage_id): row for row, passage_id in enumerate(index.ids)}
    scores = np.zeros(len(index.passages), dtype=np.float32)
    for passage_id, score in index.dense.search(vector, len(index.passages)):
        scores[row_of[passage_id]] = max(0.0, score)
    return scores


def _by_maximum(scores: Scores) -> Scores:
    """Scores divided by the highest, so that different scales can be added."""
    highest = float(scores.max(initial=0.0))
    return scores / highest if highest > 0 else scores


def _bonuses(index: SearchIndex, query: Query) -> Scores:
    newest = max((p.fiscal_year or 0 for p in index.passages), default=0)
    return np.array([_bonus(p, query, newest, index.weights) for p in index.passages], np.float32)


def _bonus(passage: Passage, query: Query, newest: int, weights: Weights) -> float:
    bonus = 0.0
    if query.years:
        if passage.fiscal_year in query.years:
            bonus += weights.year
        elif set(passage.years) & set(query.years):
            bonus += weights.year / 2
    elif passage.fiscal_year == newest:
        bonus += weights.newest
    if set(passage.programmes) & set(query.programmes):
        bonus += weights.programme
    return bonus


def _why(passage: Passage, query: Query, is_closest: bool) -> tuple[str, ...]:
    reasons = [f"事業: {name}" for name in query.programmes if name in passage.programmes]
    reasons += [f"年度: {era_name(year)}" for year in query.years if year in passage.years]
    text = fold(passage.text)
    shared = [term for term in query.terms if term in text]
    if shared:
        reasons.append("語: " + "、".join(shared[:8]))
    if is_closest:
        reasons.append("意味が最も近い")
    return tuple(reasons)


def unknown_terms(index: SearchIndex, query: Sequence[str]) -> tuple[str, ...]:
    """The terms that stand in no passage."""
    frequencies = index.words.document_frequencies(query)
    return tuple(term for term in query if not frequencies[term])
