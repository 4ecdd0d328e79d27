"""Corpus to a new index generation; only passages whose text changed are embedded anew."""

import hashlib
import inspect
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np

from sti_qa import chunk, morphology, normalize, outline, programmes, readings, sounds, years
from sti_qa import figures as figure_table
from sti_qa.chunk import PassageSize, pages, passages
from sti_qa.config import Settings
from sti_qa.dense import DenseIndex
from sti_qa.encode import load_encoder
from sti_qa.errors import CorpusError, StiQaError
from sti_qa.figures import figures
from sti_qa.lexical import LexicalIndex
from sti_qa.load import Corpus, Failure, corpus_state, read_corpus
from sti_qa.manifest import FORMAT, Manifest
from sti_qa.morphology import bigrams, dictionary_version, terms
from sti_qa.programmes import ProgrammeBook, programme_book
from sti_qa.store import (
    FAQS,
    Generation,
    building,
    open_generation,
    seal,
    switch,
    write_bytes,
    write_rows,
)
from sti_qa.types import Document, Encoder, Faq, Figure, Passage, Vectors
from sti_qa.vectors import Progress, embedded_text, passage_id, passage_vectors


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    generation: str
    changed_anything: bool
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    failed: tuple[Failure, ...]
    warnings: tuple[str, ...]
    n_documents: int
    n_passages: int
    embedded: int
    reused: int
    seconds: float
    """From the start of reading to the switch; imports and model loading left out."""


def silent(step: str, share: float) -> None:
    """A Progress that shows nothing."""


def analyzer_name() -> str:
    """What turns text into terms: the dictionary and a fingerprint of our own code."""
    return f"{dictionary_version()} / {_code_hash(normalize, morphology, sounds, readings)}"


def passage_settings() -> str:
    """What cuts documents: the sizes and a fingerprint of our own code."""
    return f"{PassageSize()} / {_code_hash(outline, chunk, programmes, years, figure_table)}"


@cache
def _code_hash(*modules: ModuleType) -> str:
    """Changes with the code, so that no index outlives the rules it was made by."""
    code = "".join(inspect.getsource(module) for module in modules)
    return hashlib.sha256(code.encode()).hexdigest()[:12]


def build_index(settings: Settings, progress: Progress = silent) -> BuildReport:
    """Bring the index up to date with the corpus folder and switch to it.

    Where nothing changed the serving generation stays. Raises CorpusError, BuildRunning,
    StoreError or ModelUnavailable; the serving generation is untouched by any of them.
    """
    with building(settings.index) as folder:
        encoder = load_encoder(settings.model)
        begin = time.perf_counter()
        progress("資料を読み込み中", 0.0)
        sources, corpus = _read(settings.corpus)
        old = _previous(settings, encoder)
        if old is not None and old.manifest.sources == sources:
            folder.rmdir()
            return _report(old.name, corpus, old, old.passages, 0, begin)
        return _build(settings, folder, corpus, sources, old, encoder, progress, begin)


def _read(folder: Path) -> tuple[dict[str, str], Corpus]:
    """State and content of the corpus folder. Raises CorpusError, also where there is no document."""
    try:
        sources, corpus = corpus_state(folder), read_corpus(folder)
    except OSError as error:
        raise CorpusError(f"資料フォルダ {folder} を読めません: {error.strerror or error}") from error
    if not corpus.documents:
        raise CorpusError(_empty_message(folder, corpus))
    return sources, corpus


def _build(
    settings: Settings, folder: Path, corpus: Corpus, sources: dict[str, str],
    old: Generation | None, encoder: Encoder, progress: Progress, begin: float,
) -> BuildReport:  # fmt: skip
    book = programme_book(corpus.aliases, [d.text for d in corpus.documents])
    progress("資料を区切り中", 0.1)
    paged = [(document, pages(document, book)) for document in corpus.documents]
    found = tuple(p for d, page_list in paged for p in passages(d, page_list, book, PassageSize()))
    vectors, embedded = passage_vectors(found, old, encoder, progress)
    progress("想定問答を埋め込み中", 0.85)
    faqs = corpus.faqs
    faq_vectors = encoder.encode_queries([faq.question for faq in faqs])
    progress("索引を書き込み中", 0.9)
    _write(folder, corpus.documents, found, figures(paged, book), book, vectors)
    _write_faqs(folder, faqs, faq_vectors)
    seal(folder, _manifest(encoder, corpus, found, sources))
    switch(settings.index, folder.name)
    progress("完了", 1.0)
    return _report(folder.name, corpus, old, found, embedded, begin)


def _previous(settings: Settings, encoder: Encoder) -> Generation | None:
    """The serving generation, if it was made by the same means; else all is made anew."""
    try:
        old = open_generation(settings.index)
    except StiQaError:
        return None
    manifest = old.manifest
    made_by = (manifest.model_fingerprint, manifest.analyzer, manifest.passage_size)
    return old if made_by == (encoder.fingerprint, analyzer_name(), passage_settings()) else None


def _write(
    folder: Path, documents: tuple[Document, ...], found: tuple[Passage, ...],
    amounts: tuple[Figure, ...], book: ProgrammeBook, vectors: Vectors,
) -> None:  # fmt: skip
    write_rows(folder / "documents.jsonl", (asdict(d) for d in documents))
    write_rows(folder / "passages.jsonl", (asdict(p) for p in found))
    write_rows(folder / "figures.jsonl", (asdict(f) for f in amounts))
    write_rows(folder / "programmes.json", iter([book.to_json()]))
    texts = [embedded_text(passage) for passage in found]
    spoken = readings.vocabulary(texts)
    write_rows(folder / "readings.jsonl", ({"sound": heard, "spelling": word} for heard, word in spoken))
    LexicalIndex.build([terms(text) for text in texts]).save(folder / "words")
    LexicalIndex.build([bigrams(text) for text in texts]).save(folder / "bigrams")
    ids = np.array([passage_id(passage) for passage in found], dtype=np.int64)
    write_bytes(folder / "dense.faiss", DenseIndex.build(ids, vectors).to_bytes())


def _write_faqs(folder: Path, faqs: tuple[Faq, ...], vectors: Vectors) -> None:
    if faqs:
        write_rows(folder / FAQS, (asdict(faq) for faq in faqs))
        LexicalIndex.build([terms(faq.question) for faq in faqs]).save(folder / "faq_words")
        rows = DenseIndex.build(np.arange(len(faqs), dtype=np.int64), vectors)
        write_bytes(folder / "faq_dense.faiss", rows.to_bytes())


def _manifest(
    encoder: Encoder, corpus: Corpus, found: tuple[Passage, ...], sources: dict[str, str]
) -> Manifest:
    return Manifest(
        format=FORMAT,
        model=encoder.name,
        model_fingerprint=encoder.fingerprint,
        dim=encoder.dim,
        analyzer=analyzer_name(),
        passage_size=passage_settings(),
        n_documents=len(corpus.documents),
        n_passages=len(found),
        sources=sources,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        files={},
    )


def _report(
    name: str, corpus: Corpus, old: Generation | None, found: tuple[Passage, ...],
    embedded: int, begin: float,
) -> BuildReport:  # fmt: skip
    before = {d.doc_id: d.sha256 for d in old.documents} if old else {}
    now = {d.doc_id: d.sha256 for d in corpus.documents}
    return BuildReport(
        generation=name,
        changed_anything=old is None or old.name != name,
        added=tuple(n for n in now if n not in before),
        changed=tuple(n for n in now if n in before and before[n] != now[n]),
        removed=tuple(n for n in before if n not in now),
        failed=corpus.failures,
        warnings=corpus.warnings,
        n_documents=len(now),
        n_passages=len(found),
        embedded=embedded,
        reused=len(found) - embedded,
        seconds=round(time.perf_counter() - begin, 3),
    )


def _empty_message(folder: Path, corpus: Corpus) -> str:
    failed = "; ".join(f"{f.file}: {f.reason}" for f in corpus.failures)
    return (
        f"資料フォルダ {folder} に読める資料(.txt .md)がありません。{failed}"
        "資料を置いてから `sti-qa index` を実行してください。これまでの索引はそのままです。"
    )
