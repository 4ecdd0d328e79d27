"""LangChain with smaller pieces: 1,000 characters, 200 of them shared."""

from typing import TYPE_CHECKING

from langchain_faiss import build_with
from langchain_text_splitters import RecursiveCharacterTextSplitter
from pieces import Search

if TYPE_CHECKING:
    from sti_qa.types import Encoder


def build(texts: dict[str, str], encoder: "Encoder") -> Search:
    """As ``langchain_faiss``, but with smaller pieces."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    return build_with(splitter, texts, encoder)
