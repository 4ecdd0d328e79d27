"""LanceDB, as ``lancedb_hybrid``, with character bigrams for words."""

from typing import TYPE_CHECKING

from lancedb.index import FTS
from lancedb_hybrid import build_with
from pieces import Search

if TYPE_CHECKING:
    from sti_qa.types import Encoder


def build(texts: dict[str, str], encoder: "Encoder") -> Search:
    """Bigrams, not its trigrams: most Japanese words have two characters."""
    return build_with(FTS(base_tokenizer="ngram", ngram_min_length=2, ngram_max_length=2), texts, encoder)
