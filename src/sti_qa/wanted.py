"""What value a question asks for, and whether a text holds one: 何人 wants a number of 人 or 名."""

import re
from functools import lru_cache

from sti_qa.figures import MONEY
from sti_qa.normalize import fold
from sti_qa.types import Kind, Query

_MONEY = re.compile(MONEY.pattern + r"|\d\s*[百十]?[億兆]|\d\s*百?万")
_PERIOD = re.compile(
    r"\d+\s*(?:年間|か月|カ月|ヶ月|ヵ月|か⽉|週間|日間|年)|\d+\s*[~～〜-]\s*\d+\s*(?:年|か月|週間)"
)
_RATE = re.compile(r"\d\s*(?:%|割|倍|ポイント)")
_DATE = re.compile(r"\d\s*年|\d\s*月|20\d\d|[RH]\d|元年")
_PERSON = re.compile(r"教授|大臣|長官|氏|博士|研究員|Dr\.|参事官|所長|名誉|講師|助教|代表|採用[)）】]")
_PEOPLE = re.compile(r"\d\s*万?\s*(?:人|名|⼈)")
# Tried in order on the folded question: (what the question says, what the answer holds).
_BY_WORDS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked), re.compile(held))
    for asked, held in (
        (r"何位|順位|何番目", r"\d+\s*位|^\s*\d+\s"),
        (r"何単位", r"\d\s*単位"),
        (r"何(?:か国|カ国|ヶ国|国)|国数", r"\d\s*(?:か国|カ国|ヶ国|国)"),
        (r"何(?:件|課題|本)|件数|課題数|いくつの課題", r"\d\s*万?\s*(?:件|課題|本)"),
        (r"何(?:校|大学)|大学数", r"\d\s*(?:校|大学|件)"),
        (r"何拠点|拠点数", r"\d\s*拠点"),
        (r"何回|第何", r"\d\s*回"),
    )
)
_PEOPLE_ASKED = re.compile(
    r"何(?:人|名|にん)|人数|人くらい|how many (?:people|researchers|students|young)|人に増|頭数"
)
_MONEY_ASKED = re.compile(r"いくら|幾ら|金額|何円|何億|何万円|額は|額を|予算|お金|総額|単価|how much|budget")
_PERIOD_ASKED = re.compile(
    r"長さ|期間|何年間|何年(?:もらえ|つづ|続)|何か月|何ヶ月|何週|どれくらい居|どのくらい居|年数|how long|いつまで"
)
_RATE_ASKED = re.compile(r"何%|何パーセント|何割|割合|比率|ポイント|率は|percent|what share|rate")
_DATE_ASKED = re.compile(
    r"いつ|何年|何月|何日|開始年|時期|年度をそれぞれ|when\b|which (?:fiscal )?year|先でした"
)
_BY_KIND: dict[Kind, re.Pattern[str]] = {
    "amount": _MONEY,
    "period": _PERIOD,
    "rate": _RATE,
    "date": _DATE,
    "person": _PERSON,
    "count": re.compile(r"\d"),
    "place": re.compile(r"[都道府県市区町村国州]|大学|機構|研究所"),
}


@lru_cache(maxsize=256)
def _wanted(question: str, kind: Kind) -> re.Pattern[str] | None:
    text = fold(question)
    if kind in ("reason", "definition", "person", "place"):
        return _BY_KIND.get(kind)
    for asked, held in (*_BY_WORDS, (_PEOPLE_ASKED, _PEOPLE)):
        if asked.search(text):
            return held
    for asked, held in (
        (_PERIOD_ASKED, _PERIOD), (_RATE_ASKED, _RATE), (_MONEY_ASKED, _MONEY), (_DATE_ASKED, _DATE)
    ):  # fmt: skip
        if asked.search(text):
            return held
    return _BY_KIND.get(kind)


def wanted_value(query: Query) -> re.Pattern[str] | None:
    """What the answer must hold, as a pattern on narrowed text; None where any text may answer."""
    return _wanted(query.question, query.kind) or _wanted(query.standalone, query.kind)
