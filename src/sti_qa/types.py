"""The vocabulary: frozen records that the stages hand to each other. Imports nothing of ours."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""float32, shape (n, dim); rows of unit length; row i belongs to text i."""

Kind = Literal[
    "amount", "count", "rate", "period", "date", "person", "place",
    "list", "definition", "reason", "yesno", "comparison", "trend", "other",
]  # fmt: skip
"""What a question asks for; decides what a good answer looks like."""

Stage = Literal["当初", "案", "補正", "補正案", "要求", "前年度", "執行"]
"""Which step of the budget process an amount belongs to."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the corpus. All offsets of the project are code points into ``text``."""

    doc_id: str
    """File name inside the corpus folder."""
    text: str
    """The file as decoded: every character and newline kept; this is what is cited."""
    sha256: str
    """Of the file's bytes and its catalogue row: changes when either does."""
    title: str
    publisher: str
    fiscal_year: int | None
    """The Japanese fiscal year the document is about (April to March), as a Western year."""
    published: str
    kind: str
    url: str
    page_starts: tuple[int, ...] = ()
    """Known offsets of page starts; () where pages are recognised from the text."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The smallest piece that is quoted: a sentence, bullet, heading or table row."""

    start: int
    end: int
    """Half-open; the statements of a document partition its text (trailing blanks included)."""
    page: int
    """1-based."""
    heading: str
    """The nearest heading above it on its page, or ''."""
    is_heading: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """The retrievable piece: whole statements of one page, packed to a size."""

    passage_id: str
    """``doc_id#start-end``: stable and readable."""
    doc_id: str
    title: str
    page: int
    heading: str
    fiscal_year: int | None
    start: int
    end: int
    text: str
    """Equals ``document.text[start:end]``."""
    context: str
    """Title, year, programme and headings: indexed with the text, never cited."""
    years: tuple[int, ...]
    """Every fiscal year it speaks of, its own first."""
    programmes: tuple[str, ...]
    """Programmes it names or its page is about."""
    topics: tuple[str, ...]
    """Programmes its page is about."""


@dataclass(frozen=True, slots=True)
class Faq:
    """An anticipated question (想定問答) and the span of the document that answers it."""

    doc_id: str
    question: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """A question as understood."""

    question: str
    standalone: str
    """The question with what it inherits from the history."""
    terms: tuple[str, ...]
    """Content terms, programme names and years taken out."""
    years: tuple[int, ...]
    """Fiscal years it names, in the order named."""
    programmes: tuple[str, ...]
    """Canonical names of the programmes it names."""
    kind: Kind
    corrections: tuple[tuple[str, str], ...] = ()
    """(as written, as searched) of what was put right."""
    kinds: tuple[Kind, ...] = ()
    """All that it asks for; ``kind`` is the first."""
    sides: tuple["Query", ...] = ()
    """What a comparison compares, each as a question of its own; () where there is nothing to part."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. Higher score is better; scores compare inside one ranking only."""

    passage: Passage
    score: float
    rank: int
    """1-based."""
    why: tuple[str, ...]
    """Human-readable reasons: terms matched, programme, year, closeness in meaning."""


Ranking = tuple[Hit, ...]
"""Best first; ties are broken by passage_id, so that runs repeat exactly."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One budget amount of the corpus."""

    programme: str
    """Canonical name; '' where the page does not make it certain."""
    fiscal_year: int
    stage: Stage
    amount: str
    """As written."""
    yen: int
    doc_id: str
    page: int
    start: int
    end: int
    """The span to quote: year label and amount."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim piece of a document behind a mark [number] of an answer."""

    number: int
    doc_id: str
    title: str
    publisher: str
    published: str
    fiscal_year: int | None
    """The year the quote speaks of; where it names none, its page's or document's."""
    page: int
    heading: str
    start: int
    end: int
    quote: str
    """Equals ``document.text[start:end]``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Every mark [n] in ``text`` has one citation and every citation one mark."""

    question: str
    text: str
    abstained: bool
    confidence: float
    """0 to 1: how far the documents cover the question."""
    citations: tuple[Citation, ...]
    ranking: Ranking
    generation: str
    """Name of the index generation that was asked."""
    timings_ms: dict[str, float]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


class Encoder(Protocol):
    """Text to vectors. Queries and passages apart: some models prompt them differently."""

    @property
    def name(self) -> str:
        """What ``--model`` was given, or 'default'."""

    @property
    def fingerprint(self) -> str:
        """Changes when weights, prompts or pooling change."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def encode_queries(self, texts: list[str]) -> Vectors:
        """Vectors of questions."""

    def encode_passages(self, texts: list[str]) -> Vectors:
        """Vectors of passages."""
