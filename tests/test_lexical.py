"""BM25 against a slow version of its formula."""

import math
import random
from pathlib import Path

import numpy as np
import pytest

from sti_qa.lexical import LexicalIndex

TOKENS = (
    ("量子", "計算", "量子", "拠点"),
    ("北極", "観測", "拠点"),
    ("海洋", "調査", "調査", "調査", "観測", "計画", "計画"),
    (),
    ("量子",),
)


def slow_bm25(passages: list[list[str]], query: list[str], k1: float = 1.2, b: float = 0.75) -> list[float]:
    """Lucene's BM25, straight from the formula; a passage without tokens counts as one blank token."""
    filled = [p or [""] for p in passages]
    n, average = len(filled), sum(map(len, filled)) / len(filled)
    scores = []
    for passage in filled:
        score = 0.0
        for term in dict.fromkeys(query):
            containing = sum(term in p for p in filled)
            frequency = passage.count(term)
            idf = math.log(1 + (n - containing + 0.5) / (containing + 0.5))
            score += idf * frequency / (frequency + k1 * (1 - b + b * len(passage) / average))
        scores.append(score)
    return scores


@pytest.mark.parametrize("query", [["量子"], ["拠点", "観測"], ["調査", "量子", "計算"], ["量子", "未知"]])
def test_scores_are_those_of_the_formula(query: list[str]) -> None:
    """A passage's score is the sum of idf times saturated frequency over the query's terms."""
    found = LexicalIndex.build(TOKENS).scores(query)

    assert found == pytest.approx(slow_bm25([list(t) for t in TOKENS], query), abs=1e-6)


def test_scores_are_those_of_the_formula_on_random_texts() -> None:
    """Fifty random collections and queries give the scores of the formula."""
    draw = random.Random(7)
    words = [f"語{i}" for i in range(12)]
    for _ in range(50):
        passages = [draw.choices(words, k=draw.randint(1, 20)) for _ in range(draw.randint(1, 15))]
        query = draw.choices([*words, "未知"], k=draw.randint(1, 5))

        found = LexicalIndex.build(passages).scores(query)

        assert found == pytest.approx(slow_bm25(passages, query), abs=1e-5)


def test_repeated_query_terms_count_once() -> None:
    """A term said twice weighs no more than said once."""
    index = LexicalIndex.build(TOKENS)

    assert index.scores(["量子", "量子"]).tolist() == index.scores(["量子"]).tolist()


@pytest.mark.parametrize("query", [[], ["未知"], [""], ["未知", "", "語彙外"]])
def test_unknown_terms_score_zero(query: list[str]) -> None:
    """A query without a known term gives each passage 0."""
    assert LexicalIndex.build(TOKENS).scores(query).tolist() == [0.0] * len(TOKENS)


def test_passages_without_tokens_are_never_found() -> None:
    """Passages of nothing but signs can be indexed and match nothing."""
    index = LexicalIndex.build([(), ()])

    assert index.scores(["", "量子"]).tolist() == [0.0, 0.0]


def test_document_frequencies() -> None:
    """Counts passages, not occurrences; an unknown term stands in none."""
    found = LexicalIndex.build(TOKENS).document_frequencies(["量子", "調査", "拠点", "未知"])

    assert found == {"量子": 2, "調査": 1, "拠点": 2, "未知": 0}


def test_saved_and_loaded_gives_the_same_scores(tmp_path: Path) -> None:
    """An index read from its files scores as the one that wrote them, without a pickle."""
    index = LexicalIndex.build(TOKENS)
    index.save(tmp_path)
    loaded = LexicalIndex.load(tmp_path, len(TOKENS))

    for query in (["量子", "観測"], ["未知"], []):
        np.testing.assert_array_equal(loaded.scores(query), index.scores(query))
    assert {path.suffix for path in tmp_path.iterdir()} == {".npy", ".json"}
