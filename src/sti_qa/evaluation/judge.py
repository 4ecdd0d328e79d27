"""One question's outcome judged against its gold: on spans of documents and values, no model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sti_qa.evaluation.gold import GoldQuestion
from sti_qa.figures import MONEY, amounts, yen
from sti_qa.normalize import fold, narrow
from sti_qa.types import Answer, Citation, Passage

ANSWER_LENGTH = 400
READING_BUDGET = 2_000
"""Characters of passages that a reader is believed to read."""

_MARK = re.compile(r"\[\d{1,2}\]")
"""A mark of an answer: without it, the 1 of [1] would join the number that the next line begins with."""

Span = tuple[str, int, int]
"""(doc_id, start, end)."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a system did with one question."""

    question_id: str
    type: str
    answerable: bool
    n_groups: int
    found_at: tuple[int, ...]
    """Ranks (1-based) at which the groups of evidence were first found, ascending."""
    in_budget: bool
    """Every group found within the first READING_BUDGET characters."""
    answered_right: bool
    answered_early: bool
    """Right within the first 120 characters."""
    supported: bool
    """The quotes cited cover a piece of evidence of every group."""
    verbatim: bool
    """Every quote equals its document's slice."""
    abstained: bool
    confidence: float
    milliseconds: float
    error: str = ""


def evidence_spans(question: GoldQuestion, texts: dict[str, str]) -> dict[str, list[Span]]:
    """Every place of every piece of evidence, by group."""
    spans: dict[str, list[Span]] = {}
    for evidence in question.evidence:
        group = evidence.group if question.mode == "all" else ""
        for match in re.finditer(re.escape(evidence.quote), texts.get(evidence.doc_id, "")):
            spans.setdefault(group, []).append((evidence.doc_id, match.start(), match.end()))
    return spans


def covers(piece: Span, evidence: Span) -> bool:
    """Whether ``piece`` covers at least half of ``evidence``."""
    if piece[0] != evidence[0]:
        return False
    shared = min(piece[2], evidence[2]) - max(piece[1], evidence[1])
    return shared * 2 >= evidence[2] - evidence[1]


def ranks_found(passages: Sequence[Passage], spans: dict[str, list[Span]]) -> tuple[int, ...]:
    """The rank at which each group is first found, ascending; groups not found are left out."""
    ranks = []
    for wanted in spans.values():
        for rank, p in enumerate(passages, start=1):
            if any(covers((p.doc_id, p.start, p.end), span) for span in wanted):
                ranks.append(rank)
                break
    return tuple(sorted(ranks))


def within_budget(passages: Sequence[Passage], ranks: tuple[int, ...], n_groups: int) -> bool:
    """Whether all groups are found before READING_BUDGET characters are read."""
    if len(ranks) < n_groups or not ranks:
        return False
    return sum(p.end - p.start for p in passages[: ranks[-1]]) <= READING_BUDGET


def judge(question: GoldQuestion, answer: Answer, texts: dict[str, str], milliseconds: float) -> Judgement:
    """Judge an answer and the ranking it came from."""
    spans = evidence_spans(question, texts)
    passages = [hit.passage for hit in answer.ranking]
    ranks = ranks_found(passages, spans)
    return Judgement(
        question_id=question.question_id,
        type=question.type,
        answerable=question.answerable,
        n_groups=len(question.groups) if question.answerable else 0,
        found_at=ranks,
        in_budget=within_budget(passages, ranks, len(question.groups)),
        answered_right=not answer.abstained and right(question, answer.text[:ANSWER_LENGTH]),
        answered_early=not answer.abstained and right(question, answer.text[:120]),
        supported=not answer.abstained and _supported(answer.citations, spans),
        verbatim=all(texts.get(c.doc_id, "")[c.start : c.end] == c.quote for c in answer.citations),
        abstained=answer.abstained,
        confidence=answer.confidence,
        milliseconds=milliseconds,
    )


def _supported(citations: Sequence[Citation], spans: dict[str, list[Span]]) -> bool:
    cited = [(c.doc_id, c.start, c.end) for c in citations]
    return bool(spans) and all(
        any(covers(piece, span) for piece in cited for span in wanted) for wanted in spans.values()
    )


def right(question: GoldQuestion, text: str) -> bool:
    """Whether an accepted answer stands in ``text``; amounts are compared as values."""
    if not question.answerable:
        return False
    text = _MARK.sub("|", text)
    if question.answers_all:
        return all(states(text, accepted) for accepted in question.answers_all)
    return any(states(text, accepted) for accepted in question.answers)


def states(text: str, accepted: str) -> bool:
    """Whether ``text`` says ``accepted``: the same letters after folding, or the same amount."""
    if _comparable(accepted) in _comparable(text):
        return not re.search(r"\d", accepted[:1]) or _number_stands_alone(text, accepted)
    match = MONEY.fullmatch(re.sub(r"^約", "", narrow(accepted)).strip())
    return match is not None and yen(match["number"], match["unit"]) in amounts(text)


def _number_stands_alone(text: str, accepted: str) -> bool:
    """「5人」 is not said by 「15人」."""
    pattern = rf"(?<![\d.]){re.escape(_comparable(accepted))}(?!\.\d)"
    return re.search(pattern, _comparable(text)) is not None


def _comparable(text: str) -> str:
    return re.sub(r"[\s・、。,\[\]「」『』()\-~]|\*\*", "", fold(text))
