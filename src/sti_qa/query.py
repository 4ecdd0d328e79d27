"""Question to Query: years, programmes, kind and content terms; follow-ups read in context."""

import re
from collections.abc import Sequence
from dataclasses import replace

from sti_qa.config import LONGEST_QUESTION
from sti_qa.english import in_japanese, without_stop_words
from sti_qa.errors import UsageError
from sti_qa.follow import in_context
from sti_qa.morphology import terms
from sti_qa.normalize import clean, fold
from sti_qa.programmes import ProgrammeBook
from sti_qa.readings import NO_READINGS, ReadingBook
from sti_qa.sides import side_texts
from sti_qa.spelling import corrected
from sti_qa.types import Kind, Query, Turn
from sti_qa.years import era_name, fiscal_years, without_years

# Tried in order on the folded question; the first that matches decides.
_KINDS: tuple[tuple[Kind, str], ...] = (
    ("trend", r"推移|変遷|増減|増えた|減った|伸び|どう変わ|変化|経年|over the years|trend|change[ds]? (?:from|between)"),
    ("comparison", r"比べ|比較|違い|どちら|どっち|差は|compare|difference|versus|\bvs\b|which is (?:larger|bigger|longer)"),
    ("reason", r"なぜ|何故|どうして|なんで|理由|背景|目的|狙い|ねらい|何のため|\bwhy\b|purpose|\baims?\b|reason"),
    ("amount", r"予算|金額|費用|いくら|何円|幾ら|額は|額$|補助額|支援額|経費|お金|億円|百万円|how much|budget|amount|cost|funding"),
    ("period", r"期間|何年間|何か月|何ヶ月|何カ月|どのくらいの間|どれくらいの間|いつまで|何年もらえ|何週間|how long|duration|period|years long"),
    ("rate", r"割合|何割|何%|何パーセント|比率|率は|率$|percent|ratio|share of|proportion"),
    ("count", r"何人|人数|何名|何件|件数|何か国|何カ国|何ヶ国|何拠点|拠点数|何校|何大学|いくつ|幾つ|何課題|何社|何本|何位|数は|how many|number of"),
    ("date", r"いつ|何年|何月|何日|時期|日程|開始年|\bwhen\b|what year|which year|date"),
    ("person", r"誰|だれ|どなた|氏名|研究者は|who\b|whose|researcher"),
    ("place", r"どこ|場所|開催地|where|which city|venue"),
    ("definition", r"とは|って何|ってなに|何ですか|なんですか|意味|定義|どういうもの|どんな(?:もの|事業|制度|プログラム)|what is|what does .* mean|define|meaning"),
    ("list", r"一覧|列挙|挙げて|すべて|全て|どんな|何が(?:ある|含)|種類|メンバー|国名|which (?:countries|universities|types)|list|what (?:are|kinds|types)"),
    ("yesno", r"(?:ますか|ですか|のか|できる|もらえる|含まれる|対象)[??]?$|^(?:is|are|does|do|can|did|was|were)\b"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)


def understand(
    question: str, book: ProgrammeBook, history: Sequence[Turn] = (), readings: ReadingBook = NO_READINGS
) -> Query:
    """The question as a Query. Raises UsageError when it is empty or too long."""
    written = checked(question)
    text, corrections = corrected(written, readings)
    turns = [replace(t, content=corrected(t.content[:LONGEST_QUESTION], readings)[0]) for t in history]
    standalone = in_context(text, book, turns)
    translated = in_japanese(standalone)
    standalone = " ".join([standalone, *translated])
    query = _read(standalone, kinds_of(text) or kinds_of(standalone), book)
    sides = tuple(_side(side, query, book) for side in side_texts(standalone, book))
    return replace(query, question=written, corrections=corrections, sides=sides)


def _side(text: str, whole: Query, book: ProgrammeBook) -> Query:
    """One side of a comparison; the years of the whole question hold for it, too."""
    side = _read(text, whole.kinds, book)
    if side.years or len(whole.years) != 1:
        return replace(side, years=side.years or whole.years)
    return replace(side, standalone=f"{text} {era_name(whole.years[0])}", years=whole.years)


def _read(text: str, kinds: tuple[Kind, ...], book: ProgrammeBook) -> Query:
    """``text`` as a Query of its own."""
    return Query(
        question=text,
        standalone=text,
        terms=without_stop_words(tuple(dict.fromkeys(terms(without_years(text))))),
        years=fiscal_years(text),
        programmes=book.find(text),
        kind=kinds[0] if kinds else "other",
        kinds=kinds,
    )


def checked(question: str) -> str:
    """``question`` without control characters and outer blanks. Raises UsageError."""
    if len(question) > LONGEST_QUESTION:
        raise UsageError(
            f"質問が {len(question):,} 文字あります。{LONGEST_QUESTION:,} 文字までにしてください。"
        )
    text = clean(question).strip()
    if len(fold(text)) > 2 * LONGEST_QUESTION:
        raise UsageError("質問に特殊な合字が多すぎます。通常の文字で入力してください。")
    if not any(char.isalnum() for char in text):
        raise UsageError("質問が空です。知りたいことを文章か語句で入力してください。")
    return text


def kind_of(question: str) -> Kind:
    """What the question asks for first of all."""
    return next(iter(kinds_of(question)), "other")


def kinds_of(question: str) -> tuple[Kind, ...]:
    """All that the question asks for, the most telling first."""
    folded = fold(question)
    return tuple(kind for kind, pattern in _COMPILED if pattern.search(folded))
