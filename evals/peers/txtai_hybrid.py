"""txtai: hybrid index (BM25 and vectors) with content, its own weights and tokenizer."""

from typing import TYPE_CHECKING

from pieces import Search, cut, slices
from txtai import Embeddings

if TYPE_CHECKING:
    from sti_qa.types import Encoder


def build(texts: dict[str, str], encoder: "Encoder") -> Search:
    """Index pieces of 500 characters; txtai has one function for questions and passages."""
    spans = cut(texts)
    index = Embeddings(
        method="external",
        transform=lambda batch: encoder.encode_passages(list(batch)),
        hybrid=True,
        content=True,
    )
    index.index(enumerate(slices(texts, spans)))
    return lambda question, k: [spans[int(hit["id"])] for hit in index.search(question, k)]
