"""What the peers share: the shape of a search, and plain pieces of text with their offsets."""

from collections.abc import Callable, Sequence

Span = tuple[str, int, int]
"""(doc_id, start, end)."""

Search = Callable[[str, int], list[Span]]
"""A question and how many pieces are wanted; best first."""

SIZE = 500


def cut(texts: dict[str, str], size: int = SIZE) -> list[Span]:
    """Pieces of ``size`` characters, for peers that bring no splitter of their own."""
    return [
        (doc_id, start, min(start + size, len(text)))
        for doc_id, text in texts.items()
        for start in range(0, len(text), size)
    ]


def slices(texts: dict[str, str], spans: Sequence[Span]) -> list[str]:
    """The text of each span."""
    return [texts[doc_id][start:end] for doc_id, start, end in spans]


def located(doc_id: str, text: str, chunks: Sequence[str]) -> list[Span]:
    """Where the chunks of one document stand in it, each sought after the start of the one before.

    Raises ValueError for a chunk that is no slice of the text.
    """
    spans = []
    begin = 0
    for chunk in chunks:
        start = text.index(chunk, begin)
        spans.append((doc_id, start, start + len(chunk)))
        begin = start + 1
    return spans
