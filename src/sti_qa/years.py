"""Fiscal years in text: 令和4年度, R4, 2022年度, FY2022, 令和3～5年度 are one key each.

A Japanese fiscal year runs from April to March and is named by its first year, so January to
March of 2022 belong to 2021年度.
"""

import re
from typing import NamedTuple

from sti_qa.normalize import narrow

_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_LETTERS = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
_LONGEST = {"明治": 45, "大正": 15, "昭和": 64, "平成": 31, "令和": 99}
_KANJI = str.maketrans("〇零一二三四五六七八九", "00123456789")
_ONE = "[一二三四五六七八九]"
_NUMBER = rf"(?:\d{{1,2}}(?!\d)|元|(?:{_ONE}?十{_ONE}?|{_ONE}[〇零]|{_ONE}{{1,2}})(?![〇零一二三四五六七八九十百千]))"
# 2,000百万円, 2000名, 2022％ are no years.
_COUNTED = r"[^\S\n]?(?:[百千万億兆円%]|[人名件社校回](?:以|程|規|超|前後|[^一-鿿]|$))"

_YEAR = re.compile(
    rf"""
    (?:(?P<era>明治|大正|昭和|平成|令和)\s*(?P<era_year>{_NUMBER})
      |(?<![A-Za-z])(?P<letter>[MTSHR])\s?\.?(?P<letter_year>\d{{1,2}}|元)(?![\d,A-Za-z])
      |(?<![A-Za-z])FY\s?'?(?P<fy>(?:20|19)?\d\d)(?!\d)
      |(?<![\d.])(?P<western>(?:19|20)\d\d|二[〇零][〇零一二三四五六七八九]{{2}})(?!\d|,\d{{3}}(?!\d)|{_COUNTED}))
    (?P<unit>\s?年度|\s?年|年?FY)?
    (?:\s?(?P<month>{_NUMBER})(?:\s?[~〜-]\s?{_NUMBER})?\s?月|(?P<mark>[./])(?P<dotted>\d{{1,2}})(?P=mark)\d{{1,2}})?
    """,
    re.VERBOSE,
)
_SPAN_TAIL = re.compile(
    rf"""
    \s{{0,3}}(?:~|〜|-|から|より)\s{{0,3}}
    (?:(?P<era>令和|平成|[RH])\s?(?P<era_last>{_NUMBER})(?:\s?年度?)?
      |(?P<last>{_NUMBER}|20\d\d)\s?年度?)
    (?!間|以|目|\s?\d{{1,2}}\s?月)
    """,
    re.VERBOSE,
)
_LIST_TAIL = re.compile(rf"(?:\s?(?:と|、|,|・|及び|および|や)\s?{_NUMBER}(?:\s?年度)?){{1,9}}(?<=年度)")


class YearMention(NamedTuple):
    """A year named in a text."""

    year: int
    """The fiscal year it belongs to."""
    is_fiscal: bool
    """Written as 年度 or FY, not as a date or calendar year."""
    is_date: bool
    """Followed by a month: a day in time rather than a year that is spoken about."""
    start: int
    end: int


def year_mentions(text: str) -> tuple[YearMention, ...]:
    """The years named in ``text``, in order; each year of a span (令和3～5年度) counts."""
    plain = narrow(text)
    found: list[YearMention] = []
    for match in _YEAR.finditer(plain):
        year = _western(match)
        if year is None or (found and match.start() < found[-1].end):
            continue
        first = _mention(match, year)
        found.append(first)
        found.extend(_rest_of_span(plain, match, first) or _rest_of_list(plain, match, first))
    return tuple(found)


def fiscal_years(text: str) -> tuple[int, ...]:
    """The fiscal years spoken about in ``text`` (dates left out), in order, each once."""
    return tuple(dict.fromkeys(m.year for m in year_mentions(text) if not m.is_date))


def without_years(text: str) -> str:
    """``text`` with every year blanked out by spaces; offsets stay."""
    for mention in year_mentions(text):
        blank = " " * (mention.end - mention.start)
        text = text[: mention.start] + blank + text[mention.end :]
    return text


def era_name(year: int) -> str:
    """The fiscal year as officials write it: 2022 → 令和4年度."""
    for era, offset in reversed(_ERAS.items()):
        if year > offset:
            return f"{era}{'元' if year == offset + 1 else year - offset}年度"
    return f"{year}年度"


def _mention(match: re.Match[str], year: int) -> YearMention:
    unit, month = match["unit"] or "", match["month"] or match["dotted"]
    fiscal = "度" in unit or match["fy"] is not None or "FY" in unit
    is_date = month is not None and not fiscal
    if is_date and _era_number(month) <= 3:
        year -= 1
    return YearMention(year, fiscal, is_date, match.start(), match.end())


def _western(match: re.Match[str]) -> int | None:
    if match["fy"]:
        return int(match["fy"]) if len(match["fy"]) == 4 else 2000 + int(match["fy"])
    if match["western"]:
        bare = not (match["unit"] or match["month"] or match["dotted"])
        year = int(match["western"].translate(_KANJI))
        return None if bare and year < 1990 else year
    era = match["era"] or _LETTERS[match["letter"]]
    number = _era_number(match["era_year"] or match["letter_year"])
    return _ERAS[era] + number if 1 <= number <= _LONGEST[era] else None


def _era_number(word: str) -> int:
    if word == "元":
        return 1
    if "十" in word:
        tens, _, ones = word.partition("十")
        return int((tens or "1").translate(_KANJI)) * 10 + int((ones or "0").translate(_KANJI))
    return int(word.translate(_KANJI))


def _rest_of_span(plain: str, match: re.Match[str], first: YearMention) -> list[YearMention]:
    """The later years of 令和3年度から5年度, at most ten of them."""
    tail = _SPAN_TAIL.match(plain, match.end())
    if tail is None or first.is_date:
        return []
    last = _era_number(tail["era_last"] or tail["last"])
    if tail["era"]:
        last += _ERAS[_LETTERS.get(tail["era"], tail["era"])]
    elif last < 100:
        last += _base(match)
    if not first.year < last <= first.year + 10:
        return []
    return [
        YearMention(year, True, False, match.start(), tail.end()) for year in range(first.year + 1, last + 1)
    ]


def _rest_of_list(plain: str, match: re.Match[str], first: YearMention) -> list[YearMention]:
    """The later years of 令和3年度と4年度."""
    tail = _LIST_TAIL.match(plain, match.end())
    if tail is None or first.is_date:
        return []
    years = [_base(match) + _era_number(number) for number in re.findall(_NUMBER, tail.group())]
    if any(abs(year - first.year) > 10 for year in years):
        return []
    return [YearMention(year, True, False, match.start(), tail.end()) for year in years]


def _base(match: re.Match[str]) -> int:
    """What a short year behind ``match`` counts from: its era, or the century."""
    era = match["era"] or _LETTERS.get(match["letter"] or "")
    return _ERAS[era] if era else 2000
