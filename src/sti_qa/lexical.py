"""BM25 over passages. The only module that imports bm25s.

Two indexes, words and character bigrams: their max-normalised sum found more than either, and
more than reciprocal-rank fusion, on five of five Japanese question sets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
"""float32, shape (n passages,), row order; 0 where nothing matches."""

_K1, _B = 1.2, 0.75
"""The safe default: 0.9/0.4 gains on short texts and loses four points on project descriptions."""


@dataclass(frozen=True)
class LexicalIndex:
    """BM25 (Lucene's variant) over token lists, one per passage."""

    _index: bm25s.BM25
    n_passages: int

    @staticmethod
    def build(tokens: Sequence[Sequence[str]]) -> "LexicalIndex":
        """An index of at least one passage; a passage without tokens is never found."""
        index = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        index.index([list(t) or [""] for t in tokens], show_progress=False)
        return LexicalIndex(index, len(tokens))

    @staticmethod
    def load(folder: Path, n_passages: int) -> "LexicalIndex":
        """What ``save`` wrote."""
        return LexicalIndex(bm25s.BM25.load(str(folder), load_corpus=False), n_passages)

    def save(self, folder: Path) -> None:
        """Write numpy and JSON files into ``folder`` (no pickle)."""
        self._index.save(str(folder), show_progress=False)

    def scores(self, tokens: Sequence[str]) -> Scores:
        """BM25 score of every passage; repeated query tokens count once."""
        known = [t for t in dict.fromkeys(tokens) if t and t in self._index.vocab_dict]
        if not known:
            return np.zeros(self.n_passages, dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)

    def coverage(self, weights: dict[str, float]) -> Scores:
        """For every passage, the share of ``weights`` whose tokens stand in it, 0 to 1."""
        covered = np.zeros(self.n_passages, dtype=np.float32)
        for token, weight in weights.items():
            covered[self._postings(token)] += weight
        total = sum(weights.values())
        return covered / np.float32(total) if total else covered

    def ceiling(self, tokens: Sequence[str]) -> float:
        """The sum of each token's highest score: what a passage made of them would about get.

        An unknown token counts like the mean of the known ones.
        """
        data, pointers = self._index.scores["data"], self._index.scores["indptr"]
        distinct = [token for token in dict.fromkeys(tokens) if token]
        rows = [self._index.vocab_dict[t] for t in distinct if t in self._index.vocab_dict]
        highest = [float(data[pointers[r] : pointers[r + 1]].max(initial=0.0)) for r in rows]
        return sum(highest) / len(highest) * len(distinct) if highest else 0.0

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every token of a passage."""
        return frozenset(self._index.vocab_dict)

    def _postings(self, token: str) -> npt.NDArray[np.int32]:
        """Rows of the passages that hold ``token``."""
        row = self._index.vocab_dict.get(token)
        if row is None:
            return np.empty(0, dtype=np.int32)
        pointers = self._index.scores["indptr"]
        found: npt.NDArray[np.int32] = self._index.scores["indices"][pointers[row] : pointers[row + 1]]
        return found

    def document_frequencies(self, tokens: Sequence[str]) -> dict[str, int]:
        """In how many passages each of ``tokens`` stands (0 for an unknown one)."""
        pointers = self._index.scores["indptr"]
        vocabulary = self._index.vocab_dict
        return {
            t: int(pointers[vocabulary[t] + 1] - pointers[vocabulary[t]]) if t in vocabulary else 0
            for t in tokens
        }
