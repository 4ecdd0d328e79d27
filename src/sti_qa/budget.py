"""Answers for a programme's budget, from the table of figures: amount, year, stage and where it stands."""

import re
from dataclasses import replace

from sti_qa.cite import Library, Marked, Quote
from sti_qa.normalize import fold
from sti_qa.types import Figure, Kind, Query
from sti_qa.years import era_name

LONGEST_ANSWER = 400
"""Characters before the citations."""

_ASKS_BUDGET = re.compile(
    r"予算|よさん|補正|要求額|概算|当初|いくら|幾ら|何円|何億|金額|総額|額|増減|増え|減っ|どっちが(?:大き|多)|"
    r"budget|appropriat|how much|funding"
)
_ASKS_OTHER = re.compile(
    r"支援額|補助額|助成額|1件|1課題|一課題|あたり|当たり|上限|最大|支援規模|事業規模|もらえ|単価|per (?:project|year|person)|寄附|寄付|収入|"
    r"基金規模|幅|タイプ|型|審査|評価|(?<!別)枠|手当|月いくら|向け|のほう|(?:何|件|国|課題|人|拠点|大学)数|何(?:人|名|件|か国|課題)|人数|"
    r"背景|理由|なぜ|目的|毎年|内訳|うち|allot|share|期間|プログラム数"
)
_TITLE_LENGTH = 120
"""Characters at the start of a page in which its title stands."""
_LEFT_OUT = re.compile(r"補正(?:予算)?(?:の?分)?(?:は|を|も)?(?:除|抜|含ま|含め|以外|無視)")
_OTHER_KINDS: frozenset[Kind] = frozenset({"reason", "person", "count", "period", "rate", "date", "place"})
_STAGE_NAMES = {
    "当初": "予算額", "案": "予算額（案）", "補正": "補正予算額", "補正案": "補正予算額（案）",
    "要求": "概算要求額", "前年度": "予算額。翌年度資料の前年度予算額", "執行": "執行額",
}  # fmt: skip


def asks_budget(query: Query) -> bool:
    """Whether the question asks for a programme's budget (not for a grant's size)."""
    text = fold(query.standalone)
    if not query.programmes or query.kind in _OTHER_KINDS:
        return False
    return bool(_ASKS_BUDGET.search(text)) and not _ASKS_OTHER.search(text)


def budget_answer(
    library: Library, figures: tuple[Figure, ...], query: Query
) -> tuple[Marked, float, bool] | None:
    """An answer from the table of budget amounts, or None where it has none for the question."""
    known = [f for f in figures if f.programme in query.programmes]
    if not known:
        known = _on_own_pages(library, figures, query)
    if not known:
        return None
    wanted = _of_stage(known, query)
    if query.years and not any(f.fiscal_year in query.years for f in wanted):
        wanted = _of_stage(_on_own_pages(library, figures, query), query)
    missing = set(query.programmes) - {f.programme for f in wanted}
    if missing and len(query.programmes) > 1 and query.kind == "comparison":
        return None
    if query.kind in ("trend", "comparison") and len(query.years) != 1:
        rows = [f for f in wanted if not query.years or f.fiscal_year in query.years]
        return (_table(library, figures, rows, query), 0.9, False) if rows else None
    year = query.years[0] if query.years else max((f.fiscal_year for f in wanted), default=None)
    rows = [f for f in wanted if f.fiscal_year in (query.years or (year,))]
    if not rows:
        return _nearest_years(library, known, query)
    return _table(library, figures, rows, query), 0.95, False


def _on_own_pages(library: Library, figures: tuple[Figure, ...], query: Query) -> list[Figure]:
    """The first unattributed amount of each year and stage on the pages whose title names the programme.

    What follows it belongs to parts of the programme.
    """
    found: dict[tuple[str, int, int, str], Figure] = {}
    for figure in (f for f in figures if not f.programme):
        named = _title_programme(library, figure)
        if named in query.programmes:
            key = (figure.doc_id, figure.page, figure.fiscal_year, figure.stage)
            found.setdefault(key, replace(figure, programme=named))
    return list(found.values())


def _title_programme(library: Library, figure: Figure) -> str:
    """The programme that the page of ``figure`` begins with, or ''."""
    page = library.pages(figure.doc_id)[figure.page - 1]
    begin = page.statements[0].start
    names = library.book.find(
        library.text(Quote(figure.doc_id, begin, min(figure.start, begin + _TITLE_LENGTH)))
    )
    return names[0] if len(names) == 1 else names[-1] if names and not page.programmes else ""


def _of_stage(figures: list[Figure], query: Query) -> list[Figure]:
    """The figures of the budget stage that the question names; by default not the supplementary."""
    text = _LEFT_OUT.sub("", fold(query.standalone))
    if "補正" in text or "supplementary" in text:
        return [f for f in figures if f.stage.startswith("補正")]
    if "要求" in text:
        return [f for f in figures if f.stage == "要求"]
    return [f for f in figures if f.stage in ("当初", "案", "前年度")]


def _table(library: Library, figures: tuple[Figure, ...], rows: list[Figure], query: Query) -> Marked:
    """One line a programme and year. A year's own document goes before the next year's."""
    marked = Marked(library)
    several = len({f.programme for f in rows}) > 1
    for programme in (p for p in query.programmes if any(f.programme == p for f in rows)):
        for year in sorted({f.fiscal_year for f in rows if f.programme == programme}):
            same = [f for f in rows if f.programme == programme and f.fiscal_year == year]
            same.sort(key=lambda f: (f.stage == "前年度", f.doc_id, f.start))
            for figure in _different_values(same):
                line = f"{figure.amount}（{f'{programme}、' if several else ''}{_label(figure)}）"
                if len(marked.text) + len(line) <= LONGEST_ANSWER:
                    marked = marked.add(line, _whole_line(figure, figures), year)
    return marked


def _whole_line(figure: Figure, figures: tuple[Figure, ...]) -> Quote:
    """The budget line with the 前年度 amount in brackets behind it, where it has one."""
    behind = [f.end for f in figures if (f.doc_id, f.start) == (figure.doc_id, figure.start)]
    return Quote(figure.doc_id, figure.start, max(behind, default=figure.end))


def _different_values(same: list[Figure]) -> list[Figure]:
    """The first figure, and those that contradict it (rounding to 億円 is no contradiction)."""
    first = same[0]
    return [first, *(f for f in same[1:] if abs(f.yen - first.yen) > _rounding(f, first))][:2]


def _rounding(a: Figure, b: Figure) -> float:
    return 10**8 if "億" in a.amount + b.amount else 0


def _label(figure: Figure) -> str:
    return f"{era_name(figure.fiscal_year)}{_STAGE_NAMES[figure.stage]}"


def _nearest_years(library: Library, known: list[Figure], query: Query) -> tuple[Marked, float, bool]:
    """No amount of the year asked for: say so, and which years the documents do give."""
    asked = "・".join(era_name(year) for year in query.years) or "ご質問の段階"
    marked = Marked(library).say(
        f"{asked}の{query.programmes[0]}の該当する予算額の記載は見つかりませんでした。"
    )
    nearest = sorted(
        known,
        key=lambda f: (
            min((abs(f.fiscal_year - y) for y in query.years), default=0),
            -f.fiscal_year,
            f.stage == "前年度",
        ),
    )
    seen: set[tuple[int, str]] = set()
    for figure in nearest:
        if (figure.fiscal_year, figure.stage) in seen or len(seen) == 2:
            continue
        seen.add((figure.fiscal_year, figure.stage))
        marked = marked.add(
            f"資料にあるのは: {figure.amount}（{_label(figure)}）",
            Quote(figure.doc_id, figure.start, figure.end), figure.fiscal_year,
        )  # fmt: skip
    return marked, 0.2, True
