"""The vector index against numpy."""

import numpy as np
import pytest

from sti_qa.dense import DenseIndex, Ids
from sti_qa.types import Vectors


def unit_rows(seed: int, n: int, dim: int = 16) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def ids_of(n: int) -> Ids:
    """Ids as large and as unordered as hashes are."""
    return np.random.default_rng(99).choice(2**62, size=n, replace=False).astype(np.int64)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("k", [1, 7, 50])
def test_finds_what_a_sort_of_dot_products_finds(seed: int, k: int) -> None:
    """The nearest ids and their cosines, nearest first, are those of a full sort."""
    vectors, query, ids = unit_rows(seed, 50), unit_rows(seed + 100, 1), ids_of(50)
    cosines = vectors @ query[0]
    order = np.argsort(-cosines)[:k]

    found = DenseIndex.build(ids, vectors).search(query, k)

    assert [i for i, _ in found] == ids[order].tolist()
    assert [s for _, s in found] == pytest.approx(cosines[order].tolist(), abs=1e-6)


def test_more_wanted_than_there_are() -> None:
    """Asked for more than it holds, the index gives all it holds, each once."""
    ids = ids_of(3)

    found = DenseIndex.build(ids, unit_rows(1, 3)).search(unit_rows(2, 1), 10)

    assert sorted(i for i, _ in found) == sorted(ids.tolist())


@pytest.mark.parametrize("k", [0, -1])
def test_nothing_wanted(k: int) -> None:
    """Asked for none, the index gives none."""
    assert DenseIndex.build(ids_of(3), unit_rows(1, 3)).search(unit_rows(2, 1), k) == []


def test_an_empty_index_finds_nothing() -> None:
    """An index of no vectors answers with no ids (never with the -1 that faiss fills up with)."""
    empty = DenseIndex.build(ids_of(0), unit_rows(1, 0))

    assert (empty.size, empty.dim, empty.search(unit_rows(2, 1), 5)) == (0, 16, [])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_query_that_is_not_finite_finds_nothing(value: float) -> None:
    """A query with NaN or infinity finds nothing."""
    query = unit_rows(2, 1)
    query[0, 3] = value

    assert DenseIndex.build(ids_of(3), unit_rows(1, 3)).search(query, 2) == []


def test_a_zero_query_gives_zero_cosines() -> None:
    """A question without a known word has the zero vector: everything is equally far."""
    found = DenseIndex.build(ids_of(3), unit_rows(1, 3)).search(np.zeros((1, 16), np.float32), 3)

    assert [score for _, score in found] == [0.0, 0.0, 0.0]


def test_duplicate_ids_are_refused() -> None:
    """Two vectors of one id cannot be told apart later."""
    with pytest.raises(ValueError, match="an id twice"):
        DenseIndex.build(np.array([4, 5, 4], dtype=np.int64), unit_rows(1, 3))


def test_as_many_ids_as_vectors() -> None:
    """A vector without an id is refused."""
    with pytest.raises(ValueError, match="2 ids for 3 vectors"):
        DenseIndex.build(np.array([4, 5], dtype=np.int64), unit_rows(1, 3))


def test_vectors_that_are_not_finite_are_refused() -> None:
    """A NaN must not get into an index, where it would hide passages."""
    vectors = unit_rows(1, 3)
    vectors[1, 1] = np.nan

    with pytest.raises(ValueError, match="not finite"):
        DenseIndex.build(ids_of(3), vectors)


def test_bytes_round_trip() -> None:
    """An index read from its bytes holds the same vectors under the same ids."""
    vectors, ids = unit_rows(1, 20), ids_of(20)
    index = DenseIndex.build(ids, vectors)

    again = DenseIndex.from_bytes(index.to_bytes())

    assert (again.size, again.dim) == (20, 16)
    for i, row in zip(ids.tolist(), vectors, strict=True):
        np.testing.assert_array_equal(again.vector(i), row)
    assert again.search(unit_rows(3, 1), 20) == index.search(unit_rows(3, 1), 20)


def test_unknown_id() -> None:
    """A vector that is not there is an error, not another's vector."""
    with pytest.raises(RuntimeError):
        DenseIndex.build(np.array([4, 5], dtype=np.int64), unit_rows(1, 2)).vector(6)
