"""bm25s with its own tokenizer and parameters. No embedding model."""

from typing import TYPE_CHECKING

import bm25s
from pieces import Search, Span, cut, slices

if TYPE_CHECKING:
    from sti_qa.types import Encoder


def build(texts: dict[str, str], encoder: "Encoder | None") -> Search:
    """Index pieces of 500 characters."""
    spans = cut(texts)
    index = bm25s.BM25()
    index.index(bm25s.tokenize(slices(texts, spans), show_progress=False), show_progress=False)

    def search(question: str, k: int) -> list[Span]:
        tokens = bm25s.tokenize([question], show_progress=False)
        rows, scores = index.retrieve(tokens, k=min(k, len(spans)), show_progress=False)
        return [spans[row] for row, score in zip(rows[0], scores[0], strict=True) if score > 0]

    return search
