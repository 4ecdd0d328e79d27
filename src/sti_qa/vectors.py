"""Vectors of passages: their ids and keys, and which of them need to be embedded anew."""

import hashlib
from collections.abc import Callable

import numpy as np

from sti_qa.dense import DenseIndex
from sti_qa.store import Generation
from sti_qa.types import Encoder, Passage, Vectors

Progress = Callable[[str, float], None]
"""Called with what is being done (Japanese) and the share done, 0 to 1."""

_EMBED_BATCH = 64


def passage_key(passage: Passage) -> str:
    """Hash of all that is embedded of a passage."""
    return hashlib.sha256(embedded_text(passage).encode("utf-8", "surrogatepass")).hexdigest()


def passage_id(passage: Passage) -> int:
    """The passage's id in FAISS: stable as long as its place and text are."""
    digest = hashlib.sha256(f"{passage.passage_id}\n{passage_key(passage)}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def embedded_text(passage: Passage) -> str:
    """What is embedded of a passage."""
    return f"{passage.context}\n{passage.text}"


def passage_vectors(
    found: tuple[Passage, ...], old: Generation | None, encoder: Encoder, progress: Progress
) -> tuple[Vectors, int]:
    """Vectors of all passages, and how many were embedded now."""
    cache = _cached_vectors(old)
    new = [passage for passage in found if passage_key(passage) not in cache]
    for begin in range(0, len(new), _EMBED_BATCH):
        progress(f"埋め込み中 {begin}/{len(new)}", 0.2 + 0.7 * begin / len(new))
        batch = new[begin : begin + _EMBED_BATCH]
        rows = encoder.encode_passages([embedded_text(passage) for passage in batch])
        cache.update((passage_key(p), row) for p, row in zip(batch, rows, strict=True))
    return np.stack([cache[passage_key(passage)] for passage in found]), len(new)


def _cached_vectors(old: Generation | None) -> dict[str, Vectors]:
    if old is None:
        return {}
    dense = DenseIndex.from_bytes((old.folder / "dense.faiss").read_bytes())
    return {passage_key(p): dense.vector(passage_id(p)) for p in old.passages}
