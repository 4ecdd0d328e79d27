"""LlamaIndex: SentenceSplitter and VectorStoreIndex as they come, retriever without a model."""

from typing import TYPE_CHECKING, Any

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import BaseNode
from pieces import Search, Span, located
from pydantic import PrivateAttr

if TYPE_CHECKING:
    from sti_qa.types import Encoder


class OurEmbedding(BaseEmbedding):
    """sti-qa's embedding model in LlamaIndex's interface."""

    _encoder: Any = PrivateAttr()

    def __init__(self, encoder: "Encoder") -> None:
        super().__init__(model_name=encoder.name)
        self._encoder = encoder

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._encoder.encode_passages(texts).tolist()

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._encoder.encode_queries([query])[0].tolist()

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def build(texts: dict[str, str], encoder: "Encoder") -> Search:
    """Split, embed and store."""
    documents = [Document(text=text, id_=doc_id) for doc_id, text in texts.items()]
    nodes = SentenceSplitter().get_nodes_from_documents(documents)
    spans = _spans(texts, nodes)
    index = VectorStoreIndex(nodes, embed_model=OurEmbedding(encoder))

    def search(question: str, k: int) -> list[Span]:
        return [spans[hit.node.node_id] for hit in index.as_retriever(similarity_top_k=k).retrieve(question)]

    return search


def _spans(texts: dict[str, str], nodes: list[BaseNode]) -> dict[str, Span]:
    """Place of every node, by its id."""
    found = {}
    for doc_id, text in texts.items():
        own = [node for node in nodes if node.ref_doc_id == doc_id]
        places = located(doc_id, text, [node.get_content() for node in own])
        found.update({node.node_id: place for node, place in zip(own, places, strict=True)})
    return found
