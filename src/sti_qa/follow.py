"""Follow-ups: what a question leaves out is taken from the turns before it."""

import re
from collections.abc import Sequence

from sti_qa.config import LONGEST_QUESTION
from sti_qa.morphology import morphemes, terms
from sti_qa.normalize import clean, fold
from sti_qa.programmes import ProgrammeBook
from sti_qa.types import Turn
from sti_qa.years import era_name, fiscal_years, without_years

_CONTINUES = re.compile(
    r"^(?:では|じゃあ?|それでは|それじゃ|なら|あと|また|ついでに|ちなみに|もう[1一]点|すみません(?:もう)|and\b|what about|how about|then\b)"
)
_POINTS_BACK = re.compile(
    r"その|それ|この|これ|同じ|同様|前者|後者|もう(?:一方|片方|一つ|1つ)|そちら|こちら|そっち|こっち|そこ|"
    r"同(?:事業|制度|年度|氏|機関|大学|プログラム)|の(?:方|ほう)|(?:い|きな|さな)(?:方|ほう)|翌年|次の年|前の年|もっと|(?:ほか|他)に[はも]|"
    r"\b(?:it|its|that|they|their|them|this|those|these|the same|he|she|his|her)\b"
)
_TURNS_AWAY = re.compile(
    r"^(?:ところで|話は?変わ|話を変え|別件|別の(?:話|質問|件)|全く別|まったく別|今度は別|by the way|another topic|separately)"
)
_PERSON = re.compile(r"(?:その|この|同)(?:方|人|氏|研究者|先生|教授)|\b(?:he|she|his|her)\b")
_THING = re.compile(
    r"(?:その|この|同)(?:事業|制度|プログラム|機関|大学|組織|団体|国|会議|賞|企業|会社|拠点|研究所)|そこ|\bit\b"
)
_NEXT_YEAR = re.compile(r"翌年度?|次の年度?|次年度|the (?:next|following) (?:fiscal )?year")
_LAST_YEAR = re.compile(r"前年度?|前の年度?|昨年度|the (?:previous|prior) (?:fiscal )?year|the year before")
_SAME = re.compile(r"同じ|同様|同年度|the same")
_OTHER = re.compile(r"もう(?:一方|片方|一つ|1つ)|他方")
_FEW_TERMS, _FEW_NOUNS = 3, 2
# What a question asks of a subject, never the subject itself.
_ATTRIBUTES = frozenset(
    "予算 予算額 額 金額 件数 人数 期間 時期 割合 率 数 上限 下限 規模 対象 条件 要件 目的 目標 理由 背景 概要 内容 見込み 予定 計画 "
    "実績 結果 成果 順位 場所 所属 機関 年度 年 件 人 回 円 締め切り 締切 経費 支援 方法 種類 一覧 名前 名称 定義 意味 合計 総額 内訳 推移 違い".split()
)
_REPLY_READ = 200


def in_context(question: str, book: ProgrammeBook, history: Sequence[Turn]) -> str:
    """The question with what it leaves out, taken from the turns before it.

    A follow-up (「では令和5年度は？」) inherits programme, year and subject of the earlier question;
    what it names itself replaces the old. Of the reply it takes what it points at (「その方の所属は？」).
    """
    asked = [i for i, turn in enumerate(history) if turn.role == "user"]
    if not asked or not follows_up(question, book):
        return question
    before = in_context(history[asked[-1]].content, book, history[: asked[-1]])
    reply = " ".join(t.content for t in history[asked[-1] + 1 :] if t.role == "assistant")[:_REPLY_READ]
    years = _years(question, before, reply)
    added = [*pointed_at(question, before, reply, book), *(era_name(year) for year in years)]
    kept = without_years(before) if years or fiscal_years(question) else before
    kept = _without(kept, _replaced(question, before, reply, book), book)
    return " ".join([clean(kept)[:LONGEST_QUESTION].strip(), *added, question])


def follows_up(question: str, book: ProgrammeBook) -> bool:
    """Whether the question leans on the turns before it."""
    folded = fold(question)
    if _TURNS_AWAY.search(folded):
        return False
    own = terms(without_years(question))
    named = bool(book.find(question))
    if _CONTINUES.search(folded):
        return not (named and len(own) > _FEW_TERMS + 2)
    if named:
        return len(own) <= 1 or bool(_SAME.search(folded))
    return bool(_POINTS_BACK.search(folded)) or len(own) <= _FEW_TERMS or len(_subject(folded)) <= _FEW_NOUNS


def _subject(folded: str) -> list[str]:
    """The nouns that may be what a question is about."""
    nouns = [m.lemma for m in morphemes(without_years(folded)) if m.pos == "名詞" and terms(m.surface)]
    return [noun for noun in dict.fromkeys(nouns) if noun not in _ATTRIBUTES and not noun.isdigit()]


def _years(question: str, before: str, reply: str) -> tuple[int, ...]:
    """The years that the question means without naming them (翌年度); () where the earlier one stays."""
    if fiscal_years(question):
        return ()
    known = fiscal_years(before) or fiscal_years(reply)
    if not known:
        return ()
    if _NEXT_YEAR.search(question):
        return (known[-1] + 1,)
    # The year before stands in the documents of the year itself, too.
    return (known[-1] - 1, known[-1]) if _LAST_YEAR.search(question) else ()


def pointed_at(question: str, before: str, reply: str, book: ProgrammeBook) -> tuple[str, ...]:
    """Names that only the reply mentions and the question points at; a programme or year it lacks."""
    found: list[str] = []
    if _PERSON.search(question) or _THING.search(question):
        found += [name for name in proper_names(reply) if name not in before]
    if not book.find(before + question):
        found += book.find(reply)
    return tuple(dict.fromkeys(found))


def proper_names(text: str) -> tuple[str, ...]:
    """The names in ``text``: proper nouns with the nouns that follow them (佐藤圭准教授)."""
    found: list[str] = []
    joined = False
    for morpheme in morphemes(without_years(text)):
        joined = morpheme.proper or (joined and morpheme.pos in ("名詞", "接頭辞", "接尾辞"))
        if joined and found and text.find(found[-1] + morpheme.surface) >= 0:
            found[-1] += morpheme.surface
        elif joined:
            found.append(morpheme.surface)
    return tuple(found)


def _replaced(question: str, before: str, reply: str, book: ProgrammeBook) -> tuple[str, ...]:
    """The programmes of the earlier question that this one leaves: it names another, or the other of two."""
    names = book.find(before)
    if book.find(question):
        return names
    if len(names) != 2:
        return ()
    if "前者" in question or "後者" in question:
        return (names[1] if "前者" in question else names[0],)
    told = book.find(reply)
    return told if _OTHER.search(question) and len(told) == 1 else ()


def _without(text: str, names: Sequence[str], book: ProgrammeBook) -> str:
    """``text`` without the names; folded where there are any."""
    for name in names:
        text = fold(text)
        for form in book.forms_of(name):
            text = text.replace(form, " ")
    return text
