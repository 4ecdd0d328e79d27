"""LanceDB: full-text and vector search, fused by its default reranker (reciprocal ranks)."""

import tempfile
from typing import TYPE_CHECKING

import lancedb
from lancedb.index import FTS
from pieces import Search, Span, cut, slices

if TYPE_CHECKING:
    from sti_qa.types import Encoder


def build(texts: dict[str, str], encoder: "Encoder") -> Search:
    """Full text with the tokenizer that it comes with ('simple': blanks and punctuation)."""
    return build_with(FTS(), texts, encoder)


def build_with(full_text: FTS, texts: dict[str, str], encoder: "Encoder") -> Search:
    """Index pieces of 500 characters in a table in a temporary folder."""
    spans = cut(texts)
    wording = slices(texts, spans)
    vectors = encoder.encode_passages(wording)
    rows = [
        {"row": i, "text": text, "vector": vector}
        for i, (text, vector) in enumerate(zip(wording, vectors, strict=True))
    ]
    table = lancedb.connect(tempfile.mkdtemp()).create_table("pieces", data=rows)
    table.create_index("text", config=full_text)

    def search(question: str, k: int) -> list[Span]:
        vector = encoder.encode_queries([question])[0]
        query = table.search(query_type="hybrid").vector(vector).text(question).limit(k)
        return [spans[hit["row"]] for hit in query.to_list()]

    return search
