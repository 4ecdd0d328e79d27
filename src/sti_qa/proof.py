"""What speaks for a window: one number per sign, for every window of the pages found."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt

from sti_qa.asked import NUMERIC, Asked
from sti_qa.cite import Facts
from sti_qa.signs import SearchIndex
from sti_qa.types import Kind, Query, Ranking
from sti_qa.wanted import wanted_value
from sti_qa.windows import PageWindows, Windows

PROOFS = (
    "own", "heading", "page", "around", "bigrams", "meaning", "meaning_line", "meaning_near", "meaning_page",
    "passage", "first", "rank", "faq", "faq_tight", "faq_sharp", "faq_near", "faq_first", "faq_best",
    "year", "year_document", "other_year", "newest",
    "programme", "section", "section_other", "topic", "other_topic",
    "value", "no_value", "label", "kind_label", "sentence", "prose",
    "length", "long", "lines", "starts_heading", "echo", "bias_number", "label_number", "value_own",
)  # fmt: skip
"""Names of the signs, in the order of the columns."""

Table = npt.NDArray[np.float32]
"""float32, shape (n windows, len(PROOFS))."""

_PAGES_READ = 12

_KIND_LABEL: dict[Kind, re.Pattern[str]] = {
    "amount": re.compile(r"額|規模|経費|予算|単価|費"),
    "period": re.compile(r"期間|年間"),
    "count": re.compile(r"数|規模|人員"),
    "rate": re.compile(r"率|割合|比"),
    "date": re.compile(r"時期|開始|開催|日程|公表|年月"),
    "person": re.compile(r"代表|氏名|責任者|採用"),
    "definition": re.compile(r"とは|概要|趣旨|定義"),
    "reason": re.compile(r"背景|課題|理由|目的|趣旨|必要"),
}  # fmt: skip
_PROSE: frozenset[Kind] = frozenset({"definition", "reason", "other", "yesno", "list"})


def pages_found(windows: Windows, ranking: Ranking) -> list[PageWindows]:
    """The windows of the pages that the first passages lie on, in the order found."""
    keys = dict.fromkeys((hit.passage.doc_id, hit.passage.page) for hit in ranking)
    return [windows.of_page(doc_id, page) for doc_id, page in list(keys)[:_PAGES_READ]]


def proofs(index: SearchIndex, pages: list[PageWindows], question: Asked, ranking: Ranking) -> list[Table]:
    """The signs of every window, a table for each of ``pages``."""
    years = sorted({p.fiscal_year or 0 for p in index.passages})
    return [_table(page, question, ranking, years) for page in pages]


def _table(page: PageWindows, question: Asked, ranking: Ranking, years: list[int]) -> Table:
    length = (page.end - page.start).astype(np.float32)
    columns: dict[str, npt.NDArray[Any]] = {
        **_word_signs(page, question),
        **_meaning_signs(page, question),
        **_passage_signs(page, ranking),
        **_key_signs(page, question),
        **_year_signs(page, question.query, ranking, years),
        **_programme_signs(page, question.query),
        **_kind_signs(page, question.query),
        "length": length / 100,
        "long": np.maximum(0.0, length - 160) / 100,
        "lines": (page.last - page.first) / 4,
        "starts_heading": np.array([page.lines[i].is_heading for i in page.first], dtype=np.float32),
    }
    numeric = question.query.kind in NUMERIC
    columns["label_number"] = columns["label"] * columns["value"] * numeric
    columns["value_own"] = columns["value"] * (columns["own"] + columns["heading"])
    return np.stack([np.broadcast_to(columns[name], length.shape) for name in PROOFS], axis=1).astype(
        np.float32
    )


def _within(page: PageWindows, per_line: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Sums over each window's lines of (lines, …) numbers."""
    running = np.concatenate([np.zeros_like(per_line[:1]), per_line.cumsum(axis=0)])
    total: npt.NDArray[np.float32] = running[page.last] - running[page.first]
    return total


def _word_signs(page: PageWindows, question: Asked) -> dict[str, npt.NDArray[np.float32]]:
    """Weighed shares of the question's terms: in the window, its heading, its page, next to it."""
    names = list(question.weights)
    weight = np.array([question.weights[t] for t in names], dtype=np.float32)
    total = max(float(weight.sum()), 1e-6)
    own = np.array([[_holds(f, t) for t in names] for f in page.facts], dtype=np.float32).reshape(
        len(page.facts), len(names)
    )
    heading = np.array([[t in f.heading_terms for t in names] for f in page.facts], dtype=np.float32).reshape(
        len(page.facts), len(names)
    )
    in_window = _within(page, own) > 0
    in_heading = (heading[page.first] > 0) & ~in_window
    before = np.clip(page.first - 2, 0, None)
    after = np.clip(page.last + 2, None, len(page.lines))
    running = np.concatenate([np.zeros_like(own[:1]), own.cumsum(axis=0)])
    near = (running[after] - running[before] > 0) & ~in_window & ~in_heading
    on_page = (own.sum(axis=0) > 0)[None, :] & ~in_window & ~in_heading & ~near
    grams = np.array([len(question.grams & f.grams) for f in page.facts], dtype=np.float32)
    held = np.array([max(1, len(f.terms)) for f in page.facts], dtype=np.float32)
    shared = own.sum(axis=1)
    return {
        "own": in_window @ weight / total,
        "heading": in_heading @ weight / total,
        "around": near @ weight / total,
        "page": on_page @ weight / total,
        "bigrams": np.minimum(1.0, _within(page, grams) / max(1, len(question.grams))),
        "echo": np.minimum(1.0, _within(page, shared) / _within(page, held)),
    }


def _holds(facts: Facts, term: str) -> bool:
    return term in facts.terms or (len(term) > 1 and term in facts.folded)


def _meaning_signs(page: PageWindows, question: Asked) -> dict[str, npt.NDArray[np.float32]]:
    """Cosine of question and window, and of question and the window's best line."""
    sums = page.sums[page.last] - page.sums[page.first]
    norms = np.maximum(np.linalg.norm(sums, axis=1), 1e-6)
    lines = np.diff(page.sums, axis=0)
    cosine = lines @ question.vector / np.maximum(np.linalg.norm(lines, axis=1), 1e-6)
    best = np.array([cosine[a:b].max() for a, b in zip(page.first, page.last, strict=True)], dtype=np.float32)
    wide = (
        page.sums[np.clip(page.last + 2, None, len(page.lines))] - page.sums[np.clip(page.first - 2, 0, None)]
    )
    whole = page.sums[-1]
    return {
        "meaning": sums @ question.vector / norms,
        "meaning_line": best,
        "meaning_near": wide @ question.vector / np.maximum(np.linalg.norm(wide, axis=1), 1e-6),
        "meaning_page": np.full(len(best), whole @ question.vector / max(float(np.linalg.norm(whole)), 1e-6)),
    }


def _passage_signs(page: PageWindows, ranking: Ranking) -> dict[str, npt.NDArray[np.float32]]:
    """How the passages around a window were ranked."""
    score = np.full(len(page.start), -2.0, dtype=np.float32)
    rank = np.zeros(len(page.start), dtype=np.float32)
    for hit in ranking:
        p = hit.passage
        if (p.doc_id, p.page) == (page.doc_id, page.page.number):
            inside = (page.start < p.end) & (page.end > p.start)
            score = np.where(inside, np.maximum(score, hit.score - ranking[0].score), score)
            rank = np.where(inside, np.maximum(rank, 1 / hit.rank), rank)
    return {"passage": score, "rank": rank, "first": (rank == 1.0).astype(np.float32)}


def _key_signs(page: PageWindows, question: Asked) -> dict[str, npt.NDArray[np.float32]]:
    """How near the anticipated questions are whose span a window holds, and how tightly."""
    zeros = np.zeros(len(page.start), dtype=np.float32)
    found = dict.fromkeys(("faq", "faq_tight", "faq_sharp", "faq_near", "faq_first", "faq_best"), zeros)
    for place, (doc_id, start, end, closeness) in enumerate(question.keys):
        if doc_id != page.doc_id:
            continue
        shared = np.clip(np.minimum(page.end, end) - np.maximum(page.start, start), 0, None)
        held = shared / (end - start)
        tight = shared / (np.maximum(page.end, end) - np.minimum(page.start, start))
        near = ((page.start < end + 200) & (page.end > start - 200)).astype(np.float32)
        for name, value in (
            ("faq", closeness * (held > 0.9)),
            ("faq_tight", closeness * tight),
            ("faq_sharp", closeness**6 * tight),
            ("faq_near", closeness * near),
            ("faq_first", tight / (1 + place)),
            ("faq_best", tight * max(0.0, 0.2 + closeness - question.keys[0][3]) * 5),
        ):
            found[name] = np.maximum(found[name], value)
    return found


def _year_signs(
    page: PageWindows, query: Query, ranking: Ranking, years: list[int]
) -> dict[str, npt.NDArray[np.float32]]:
    """Whether window and document speak of the years asked for; how new they are if none is."""
    wanted = set(query.years)
    own = _within(page, np.array([bool(wanted & set(f.years)) for f in page.facts], dtype=np.float32)) > 0
    other = _within(page, np.array([bool(set(f.years) - wanted) for f in page.facts], dtype=np.float32)) > 0
    document = next(
        h.passage.fiscal_year
        for h in ranking
        if (h.passage.doc_id, h.passage.page) == (page.doc_id, page.page.number)
    )
    newness = (years.index(document or 0) + 1) / len(years)
    flat = np.ones(len(page.start), dtype=np.float32)
    asks = float(bool(wanted))
    return {
        "year": own.astype(np.float32) * asks,
        "year_document": flat * (document in wanted),
        "other_year": (other & ~own).astype(np.float32) * asks
        + flat * asks * (document not in wanted) * ~own,
        "newest": flat * (1 - asks) * newness,
    }


def _programme_signs(page: PageWindows, query: Query) -> dict[str, npt.NDArray[np.float32]]:
    """Whether window, section and page are about the programmes asked for."""
    wanted = set(query.programmes)
    flat = np.ones(len(page.start), dtype=np.float32)
    own = _within(page, np.array([bool(wanted & n) for n in page.named], dtype=np.float32)) > 0
    section, elsewhere = [], []
    last: frozenset[str] = frozenset()
    for names in page.named:
        last = names or last
        section.append(bool(wanted & last))
        elsewhere.append(bool(wanted and last and not wanted & last))
    on_page = any(wanted & names for names in page.named)
    return {
        "programme": own.astype(np.float32),
        "section": np.array(section, dtype=np.float32)[page.first],
        "section_other": np.array(elsewhere, dtype=np.float32)[page.first] * ~own,
        "topic": flat * bool(wanted & set(page.page.programmes)),
        "other_topic": flat * bool(wanted and not on_page and not wanted & set(page.page.programmes)),
    }


def _kind_signs(page: PageWindows, query: Query) -> dict[str, npt.NDArray[np.float32]]:
    """Values, labels and sentences of the kind asked for."""
    wanted = wanted_value(query)
    value = np.array([bool(wanted and wanted.search(f.narrowed)) for f in page.facts], dtype=np.float32)
    kind_label = _KIND_LABEL.get(query.kind)
    named = np.array(
        [bool(kind_label and kind_label.search(f.narrowed)) for f in page.facts], dtype=np.float32
    )
    terms_asked = set(query.terms)
    label = np.array(
        [len(f.label & terms_asked) / max(1, len(f.label)) for f in page.facts], dtype=np.float32
    )
    sentence = np.array([f.is_sentence for f in page.facts], dtype=np.float32)
    digits = np.array([bool(re.search(r"\d", f.narrowed)) for f in page.facts], dtype=np.float32)
    has = _within(page, value) > 0
    says = _within(page, sentence) > 0
    return {
        "value": has.astype(np.float32),
        "no_value": (~has).astype(np.float32) * (wanted is not None),
        "label": np.minimum(1.0, _within(page, (label * (1 + value) / 2).astype(np.float32))),
        "kind_label": (_within(page, (named * np.maximum(value, 0.3)).astype(np.float32)) > 0.9).astype(
            np.float32
        ),
        "sentence": says.astype(np.float32),
        "prose": says.astype(np.float32) * (query.kind in _PROSE),
        "bias_number": (_within(page, digits) > 0).astype(np.float32) * (query.kind in NUMERIC),
    }
