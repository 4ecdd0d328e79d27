"""The side panel: cited passages as HTML. Everything from documents and questions is escaped."""

from html import escape

from sti_qa.cite import source_line
from sti_qa.types import Answer, Citation, Hit
from sti_qa.years import era_name

EMPTY = '<div class="sources-empty">回答の根拠になった箇所が、ここに表示されます。</div>'
_AROUND = 90
"""Characters shown before and after a quote: enough to check it without scrolling."""


def sources_html(answer: Answer, texts: dict[str, str]) -> str:
    """One card for each citation, the quote marked in its passage.

    ``texts`` maps doc_id to the document's text. A quote that is not where its offsets say is
    not drawn.
    """
    cards = [_card(c, _surrounding(c, answer.ranking, texts), texts) for c in answer.citations]
    if not cards:
        return EMPTY
    return '<div class="sources" role="list" aria-label="根拠">' + "".join(cards) + "</div>"


def _surrounding(citation: Citation, hits: tuple[Hit, ...], texts: dict[str, str]) -> tuple[int, int]:
    """The span to show: the passage found that holds the quote, else some text around it."""
    for hit in hits:
        p = hit.passage
        if p.doc_id == citation.doc_id and p.start <= citation.start and citation.end <= p.end:
            return p.start, p.end
    length = len(texts[citation.doc_id])
    return max(0, citation.start - _AROUND), min(length, citation.end + _AROUND)


def _card(citation: Citation, span: tuple[int, int], texts: dict[str, str]) -> str:
    text = texts[citation.doc_id]
    if text[citation.start : citation.end] != citation.quote:
        return ""
    first, last = max(span[0], citation.start - _AROUND), min(span[1], citation.end + _AROUND)
    before = ("…" if first > span[0] else "") + text[first : citation.start].lstrip()
    after = text[citation.end : last].rstrip() + ("…" if last < span[1] else "")
    year = f'<span class="year">{era_name(citation.fiscal_year)}</span>' if citation.fiscal_year else ""
    heading = f'<div class="heading">{escape(citation.heading)}</div>' if citation.heading else ""
    return (
        f'<article class="source" role="listitem" id="source-{citation.number}">'
        f'<header><span class="number">[{citation.number}]</span> {year}'
        f'<span class="title">{escape(citation.title)}</span> <span class="page">p.{citation.page}</span></header>'
        f"{heading}"
        f'<p class="passage">{escape(before)}<mark>{escape(citation.quote)}</mark>{escape(after)}</p>'
        f'<footer>出典: {escape(source_line(citation))}<br><span class="file">{escape(citation.doc_id)}</span></footer>'
        "</article>"
    )
