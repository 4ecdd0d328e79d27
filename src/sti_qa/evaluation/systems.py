"""What can be evaluated: the assistant, and the baselines kept beside it for ever.

A baseline ranks the assistant's own passages by one sign alone and answers with the beginning of
the first one: what a plain search box would show.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from sti_qa.app import Engine
from sti_qa.cite import Library, Quote
from sti_qa.evaluation.gold import GoldQuestion
from sti_qa.evaluation.judge import ANSWER_LENGTH
from sti_qa.lexical import Scores
from sti_qa.morphology import bigrams, terms
from sti_qa.types import Answer, Hit, Passage, Ranking, Vectors

DEPTH = 10
PRODUCT = "sti-qa"
WITHOUT_FAQ = "sti-qa-no-faq"
"""The assistant without anticipated questions: what a new document gets."""
_HASHED_DIM = 4096


class System(Protocol):
    """A question in, an Answer with a ranking of DEPTH passages out."""

    def __call__(self, question: GoldQuestion) -> Answer:
        """Answer one gold question."""


def system_names() -> tuple[str, ...]:
    """Everything ``--system`` takes."""
    return (PRODUCT, WITHOUT_FAQ, *_BASELINES)


def make_system(name: str, engine: Engine) -> System:
    """The system ``name`` over the opened index. Raises KeyError for an unknown name."""
    if name == PRODUCT:
        return lambda question: engine.ask(question.question, DEPTH, question.history)
    if name == WITHOUT_FAQ:
        return make_system(PRODUCT, replace(engine, index=replace(engine.index, faq=None)))
    score = _BASELINES[name](engine)
    return lambda question: _first_passage(engine, question, score)


def _first_passage(engine: Engine, question: GoldQuestion, score: Callable[[str], Scores]) -> Answer:
    text = engine.understand(question.question, question.history).standalone
    ranking = ranked(engine.index.passages, score(text))
    return passage_answer(engine.library, question.question, ranking, engine.generation)


def ranked(passages: Sequence[Passage], scores: Scores) -> Ranking:
    """The DEPTH best passages by score; nothing without a positive score is found."""
    order = sorted(range(len(passages)), key=lambda i: (-float(scores[i]), passages[i].passage_id))
    found = [i for i in order[:DEPTH] if scores[i] > 0]
    return tuple(Hit(passages[i], float(scores[i]), rank, ()) for rank, i in enumerate(found, start=1))


def passage_answer(library: Library, question: str, ranking: Ranking, generation: str) -> Answer:
    """The beginning of the first passage as the answer; it abstains only when nothing is found."""
    quote = None
    if ranking:
        p = ranking[0].passage
        quote = library.trimmed(Quote(p.doc_id, p.start, min(p.end, p.start + ANSWER_LENGTH)))
    return Answer(
        question=question,
        text=library.text(quote) if quote else "",
        abstained=quote is None,
        confidence=float(quote is not None),
        citations=(library.citation(1, quote),) if quote else (),
        ranking=ranking,
        generation=generation,
        timings_ms={},
    )


def _words(engine: Engine) -> Callable[[str], Scores]:
    return lambda text: engine.index.words.scores(terms(text))


def _bigrams(engine: Engine) -> Callable[[str], Scores]:
    return lambda text: engine.index.bigrams.scores(bigrams(text))


def _dense(engine: Engine) -> Callable[[str], Scores]:
    rows = np.stack([engine.index.dense.vector(int(i)) for i in engine.index.ids])
    encoder = engine.index.encoder
    return lambda text: (rows @ encoder.encode_queries([text])[0]).clip(min=0.0)


def _hashed(engine: Engine) -> Callable[[str], Scores]:
    rows = hashed_vectors([p.context + "\n" + p.text for p in engine.index.passages])
    return lambda text: rows @ hashed_vectors([text])[0]


def hashed_vectors(texts: Sequence[str]) -> Vectors:
    """Unit vectors of hashed character bigram counts: the encoder that knows nothing."""
    vectors = np.zeros((len(texts), _HASHED_DIM), dtype=np.float32)
    for row, text in enumerate(texts):
        for gram in bigrams(text):
            vectors[row, zlib.crc32(gram.encode()) % _HASHED_DIM] += 1.0
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, 1e-9)
    return unit


_BASELINES: dict[str, Callable[[Engine], Callable[[str], Scores]]] = {
    "words": _words,
    "bigrams": _bigrams,
    "dense": _dense,
    "hashed": _hashed,
}
