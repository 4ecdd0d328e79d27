"""Vectors to FAISS and back. The only module that imports faiss."""

import faiss
import numpy as np
import numpy.typing as npt

from sti_qa.types import Vectors

Ids = npt.NDArray[np.int64]
"""int64, shape (n,): stable ids of passages."""


class DenseIndex:
    """Exact inner-product search over unit vectors (cosine), by stable id."""

    def __init__(self, index: "faiss.Index") -> None:
        self._index = index

    @staticmethod
    def build(ids: Ids, vectors: Vectors) -> "DenseIndex":
        """Raises ValueError unless ids are unique, one per finite row."""
        if len(ids) != len(vectors) or len(set(ids.tolist())) != len(ids):
            raise ValueError(f"{len(ids)} ids for {len(vectors)} vectors, or an id twice")
        if not np.isfinite(vectors).all():
            raise ValueError("a vector is not finite")
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        index.add_with_ids(vectors, ids)
        return DenseIndex(index)

    @staticmethod
    def from_bytes(data: bytes) -> "DenseIndex":
        """What ``to_bytes`` gave. Call only on bytes whose hash was checked."""
        return DenseIndex(faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8)))

    def to_bytes(self) -> bytes:
        """The index as bytes. Never ``faiss.write_index``: it hides a full disk."""
        data: bytes = faiss.serialize_index(self._index).tobytes()
        return data

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def size(self) -> int:
        """Number of vectors."""
        return int(self._index.ntotal)

    def vector(self, passage_id: int) -> Vectors:
        """The stored vector of an id, shape (dim,). Raises RuntimeError for an unknown id."""
        return np.asarray(self._index.reconstruct(passage_id), dtype=np.float32)

    def search(self, query: Vectors, k: int) -> list[tuple[int, float]]:
        """The ``k`` nearest (id, cosine), nearest first; fewer where the index holds fewer.

        ``query`` has shape (1, dim); a query that is not finite finds nothing.
        """
        if k < 1 or not self.size or not np.isfinite(query).all():
            return []
        scores, ids = self._index.search(query, min(k, self.size))
        # faiss fills up with id -1 where it found nothing.
        return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]
