"""LanceDB, as ``lancedb_hybrid``, with words found by the ICU dictionary."""

from typing import TYPE_CHECKING

from lancedb.index import FTS
from lancedb_hybrid import build_with
from pieces import Search

if TYPE_CHECKING:
    from sti_qa.types import Encoder


def build(texts: dict[str, str], encoder: "Encoder") -> Search:
    """Dictionary words: the way that its documentation names for Japanese without further files."""
    return build_with(FTS(base_tokenizer="icu"), texts, encoder)
