"""Composition: the opened index as an Engine that searches and answers."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sti_qa.answer import compose
from sti_qa.build import analyzer_name, build_index, passage_settings
from sti_qa.cite import Library
from sti_qa.config import Settings
from sti_qa.dense import DenseIndex
from sti_qa.encode import load_encoder
from sti_qa.errors import IndexDamaged, IndexMismatch
from sti_qa.lexical import LexicalIndex
from sti_qa.load import corpus_state
from sti_qa.manifest import Manifest
from sti_qa.programmes import ProgrammeBook
from sti_qa.query import understand
from sti_qa.readings import ReadingBook, reading_book
from sti_qa.retrieve import search
from sti_qa.signs import FaqIndex, SearchIndex, rows_covering
from sti_qa.store import Generation, open_generation
from sti_qa.types import Answer, Encoder, Figure, Query, Ranking, Turn
from sti_qa.vectors import passage_id
from sti_qa.windows import Windows

__all__ = ["Engine", "build_index", "open_engine", "stale_sources"]

_READ_FOR_ANSWER = 20
"""Passages that the answer looks into, however few are shown."""

_READ_OF_HISTORY = 50
"""Earlier turns that a follow-up may take its subject from; what is older is passed over."""


@dataclass(frozen=True)
class Engine:
    """An opened generation. Safe to share between threads: nothing in it changes."""

    generation: str
    manifest: Manifest
    index: SearchIndex
    library: Library
    windows: Windows
    figures: tuple[Figure, ...]
    book: ProgrammeBook
    readings: ReadingBook

    def understand(self, question: str, history: Sequence[Turn] = ()) -> Query:
        """The question as searched. Raises UsageError."""
        return understand(question, self.book, history[-_READ_OF_HISTORY:], self.readings)

    def search(self, question: str, k: int = 10, history: Sequence[Turn] = ()) -> Answer:
        """The passages found, as an Answer without text. Raises UsageError."""
        begin = time.perf_counter()
        query = self.understand(question, history)
        ranking = search(self.index, query, k)
        timings = {"search": _since(begin), "total": _since(begin)}
        return self._answer(query, "", (), ranking, 0.0, True, timings)

    def ask(self, question: str, k: int = 10, history: Sequence[Turn] = ()) -> Answer:
        """The cited answer. Raises UsageError."""
        begin = time.perf_counter()
        query = self.understand(question, history)
        ranking = search(self.index, query, max(k, _READ_FOR_ANSWER))
        searched = _since(begin)
        marked, confidence, abstained = compose(self.index, self.windows, self.figures, query, ranking)
        timings = {"search": searched, "answer": round(_since(begin) - searched, 2), "total": _since(begin)}
        return self._answer(query, marked.text, marked.citations, ranking[:k], confidence, abstained, timings)

    def _answer(
        self, query: Query, text: str, citations: tuple[Any, ...], ranking: Ranking,
        confidence: float, abstained: bool, timings: dict[str, float],
    ) -> Answer:  # fmt: skip
        return Answer(
            question=query.question,
            text=text,
            abstained=abstained,
            confidence=confidence,
            citations=citations,
            ranking=ranking,
            generation=self.generation,
            timings_ms=timings,
        )


def open_engine(settings: Settings) -> Engine:
    """Open the serving generation with the model it was made with.

    Raises IndexMissing, IndexDamaged, IndexMismatch or ModelUnavailable.
    """
    generation = open_generation(settings.index)
    encoder = load_encoder(settings.model)
    _check_made_by(generation.manifest, encoder)
    book = ProgrammeBook.from_json(generation.programmes)
    library = Library(generation.documents, book)
    index = _search_index(generation, encoder, faq=settings.faq)
    return Engine(
        generation=generation.name,
        manifest=generation.manifest,
        index=index,
        library=library,
        windows=Windows(library, encoder),
        figures=generation.figures,
        book=book,
        readings=reading_book(book, generation.readings, index.words.vocabulary),
    )


def stale_sources(settings: Settings, manifest: Manifest) -> tuple[str, ...]:
    """Names of corpus files and tables that differ from what the index was made of."""
    now = corpus_state(settings.corpus)
    names = sorted({*now, *manifest.sources})
    return tuple(n for n in names if now.get(n) != manifest.sources.get(n))


def _check_made_by(manifest: Manifest, encoder: Encoder) -> None:
    if manifest.model_fingerprint != encoder.fingerprint:
        raise IndexMismatch(
            "埋め込みモデル",
            f"{manifest.model}({manifest.model_fingerprint[:12]})",
            f"{encoder.name}({encoder.fingerprint[:12]})",
        )
    if manifest.dim != encoder.dim:
        raise IndexMismatch("次元数", str(manifest.dim), str(encoder.dim))
    if manifest.analyzer != analyzer_name():
        raise IndexMismatch("辞書・解析方法", manifest.analyzer, analyzer_name())
    if manifest.passage_size != passage_settings():
        raise IndexMismatch("区切り方", manifest.passage_size, passage_settings())


def _search_index(generation: Generation, encoder: Encoder, *, faq: bool) -> SearchIndex:
    n = len(generation.passages)
    dense = DenseIndex.from_bytes((generation.folder / "dense.faiss").read_bytes())
    if not n == dense.size == generation.manifest.n_passages:
        raise IndexDamaged(generation.folder, f"文章 {n} 件とベクトル {dense.size} 件", "同じ件数")
    return SearchIndex(
        passages=generation.passages,
        ids=np.array([passage_id(p) for p in generation.passages], dtype=np.int64),
        words=LexicalIndex.load(generation.folder / "words", n),
        bigrams=LexicalIndex.load(generation.folder / "bigrams", n),
        dense=dense,
        encoder=encoder,
        figures=generation.figures,
        faq=_faq_index(generation) if faq else None,
    )


def _faq_index(generation: Generation) -> FaqIndex | None:
    faqs = generation.faqs
    if not faqs:
        return None
    vectors = DenseIndex.from_bytes((generation.folder / "faq_dense.faiss").read_bytes())
    if vectors.size != len(faqs):
        raise IndexDamaged(
            generation.folder, f"想定問答 {len(faqs)} 件とベクトル {vectors.size} 件", "同じ件数"
        )
    return FaqIndex(
        faqs=faqs,
        words=LexicalIndex.load(generation.folder / "faq_words", len(faqs)),
        vectors=np.stack([vectors.vector(row) for row in range(len(faqs))]),
        rows=tuple(rows_covering(generation.passages, f.doc_id, f.start, f.end) for f in faqs),
    )


def _since(begin: float) -> float:
    return round((time.perf_counter() - begin) * 1000, 2)
