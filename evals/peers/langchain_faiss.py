"""LangChain: RecursiveCharacterTextSplitter and the FAISS vector store, similarity search."""

from typing import TYPE_CHECKING

from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from pieces import Search, Span

if TYPE_CHECKING:
    from sti_qa.types import Encoder


class OurEmbeddings(Embeddings):
    """sti-qa's embedding model in LangChain's interface."""

    def __init__(self, encoder: "Encoder") -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages."""
        return self._encoder.encode_passages(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return self._encoder.encode_queries([text])[0].tolist()


def build(texts: dict[str, str], encoder: "Encoder") -> Search:
    """The splitter as it comes: 4,000 characters, 200 of them shared."""
    return build_with(RecursiveCharacterTextSplitter(add_start_index=True), texts, encoder)


def build_with(splitter: RecursiveCharacterTextSplitter, texts: dict[str, str], encoder: "Encoder") -> Search:
    """Split, embed and store."""
    documents = [Document(text, metadata={"source": doc_id}) for doc_id, text in texts.items()]
    store = FAISS.from_documents(splitter.split_documents(documents), OurEmbeddings(encoder))
    return lambda question, k: [_span(found) for found in store.similarity_search(question, k=k)]


def _span(chunk: Document) -> Span:
    start = chunk.metadata["start_index"]
    return chunk.metadata["source"], start, start + len(chunk.page_content)
