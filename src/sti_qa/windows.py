"""The pieces of a page that can be quoted: runs of neighbouring statements, read once and kept."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sti_qa.chunk import Page
from sti_qa.cite import Facts, Library, Quote
from sti_qa.types import Encoder, Statement, Vectors

_MOST_LINES = 6
_LONGEST = 240
"""Characters of a run; an answer of at most 400 holds two of them."""
_LONGEST_SECTION = 380
"""Of a list or a section that is quoted whole."""

Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True)
class PageWindows:
    """The windows of one page; item i of ``first``, ``last``, ``start`` and ``end`` is window i."""

    doc_id: str
    page: Page
    lines: tuple[Statement, ...]
    """The statements that hold more than blanks."""
    facts: tuple[Facts, ...]
    named: tuple[frozenset[str], ...]
    """Programmes that each line names."""
    first: Offsets
    """Index of a window's first line."""
    last: Offsets
    """One past the index of its last line."""
    start: Offsets
    """Where it begins in the document, blanks left out."""
    end: Offsets
    sums: Vectors
    """Shape (len(lines) + 1, dim): running sum of the lines' vectors, each weighed by its length."""

    def quote(self, i: int) -> Quote:
        """The span of window ``i``."""
        return Quote(self.doc_id, int(self.start[i]), int(self.end[i]))


class Windows:
    """The windows of every page of a library, made when first needed."""

    def __init__(self, library: Library, encoder: Encoder) -> None:
        self.library = library
        self._encoder = encoder
        self._pages: dict[tuple[str, int], PageWindows] = {}

    def of_page(self, doc_id: str, page: int) -> PageWindows:
        """The windows of page ``page`` (1-based) of a document."""
        key = (doc_id, page)
        if key not in self._pages:
            self._pages[key] = _page_windows(self.library, self._encoder, doc_id, page)
        return self._pages[key]


def _page_windows(library: Library, encoder: Encoder, doc_id: str, number: int) -> PageWindows:
    page = library.pages(doc_id)[number - 1]
    text = library.documents[doc_id].text
    lines = tuple(line for line in page.statements if text[line.start : line.end].strip())
    spans = [library.trimmed(Quote(doc_id, line.start, line.end)) for line in lines]
    runs = sorted(set(_runs(lines, spans)))
    first = np.array([a for a, _ in runs], dtype=np.int64)
    last = np.array([b for _, b in runs], dtype=np.int64)
    starts = np.array([s.start for s in spans], dtype=np.int64)
    ends = np.array([s.end for s in spans], dtype=np.int64)
    vectors = encoder.encode_passages([library.text(span) for span in spans])
    weighed = vectors * (ends - starts).astype(np.float32)[:, None]
    return PageWindows(
        doc_id=doc_id,
        page=page,
        lines=lines,
        facts=tuple(library.facts(doc_id, line) for line in lines),
        named=tuple(frozenset(library.book.find(library.text(span))) for span in spans),
        first=first,
        last=last,
        start=starts[first] if runs else first,
        end=ends[last - 1] if runs else last,
        sums=np.vstack([np.zeros((1, encoder.dim), dtype=np.float32), weighed.cumsum(axis=0)]),
    )


def _runs(lines: tuple[Statement, ...], spans: list[Quote]) -> list[tuple[int, int]]:
    """(first, one past last) of every window: short runs from each line, and the section it begins.

    None is, or ends in, a mere heading.
    """
    found: list[tuple[int, int]] = []
    for begin in range(len(lines)):
        section = begin + 1
        for end in range(begin + 1, len(lines) + 1):
            length = spans[end - 1].end - spans[begin].start
            if end > begin + 1 and (length > _LONGEST_SECTION or _new_section(lines, begin, end - 1)):
                break
            section = end
            if end == begin + 1 or (end - begin <= _MOST_LINES and length <= _LONGEST):
                found.append((begin, end))
        found.append((begin, section))
    return [(a, b) for a, b in found if not lines[b - 1].is_heading]


def _new_section(lines: tuple[Statement, ...], begin: int, at: int) -> bool:
    """Whether the line ``at`` is a heading after something that is none."""
    return lines[at].is_heading and not all(line.is_heading for line in lines[begin:at])
