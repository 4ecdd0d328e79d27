"""Answers as the JSON that other people's scripts read. The field names are a promise."""

from dataclasses import asdict
from typing import Any

from sti_qa.cite import source_line
from sti_qa.types import Answer, Citation, Hit


def answer_json(answer: Answer, question_id: str | int | None = None) -> dict[str, Any]:
    """The object of `ask --json`."""
    return {
        "id": question_id,
        "question": answer.question,
        "answer": answer.text,
        "abstained": answer.abstained,
        "confidence": answer.confidence,
        "citations": [citation_json(citation) for citation in answer.citations],
        **_found_json(answer),
    }


def search_json(answer: Answer, question_id: str | int | None = None) -> dict[str, Any]:
    """The object of `search --json`: the same without answer and citations."""
    return {"id": question_id, "question": answer.question, **_found_json(answer)}


def citation_json(citation: Citation) -> dict[str, Any]:
    """``quote`` equals the decoded file's slice [start:end]."""
    fields = asdict(citation)
    fields["doc"] = fields.pop("doc_id")
    fields["source"] = source_line(citation)
    return fields


def hit_json(hit: Hit) -> dict[str, Any]:
    """``text`` equals the decoded file's slice [start:end]."""
    passage = hit.passage
    return {
        "rank": hit.rank,
        "score": hit.score,
        "doc": passage.doc_id,
        "title": passage.title,
        "fiscal_year": passage.fiscal_year,
        "page": passage.page,
        "heading": passage.heading,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "why": list(hit.why),
    }


def _found_json(answer: Answer) -> dict[str, Any]:
    return {
        "passages": [hit_json(hit) for hit in answer.ranking],
        "generation": answer.generation,
        "timings_ms": answer.timings_ms,
    }
