"""How text sounds: kana folded to one spelling of each sound, letters read out, kanji by the dictionary.

じぇいえすてぃー, ジェーエステー and JST meet in one form; 採容 and 採用 too.
"""

import re
from typing import NamedTuple

from sti_qa.morphology import Morpheme, morphemes
from sti_qa.normalize import fold

_PAIRS = {"ティ": "チ", "ディ": "ジ", "トゥ": "ツ", "ドゥ": "ズ", "ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヂ": "ジ", "ヅ": "ズ", "ヴ": "ブ"}  # fmt: skip
_LARGE = str.maketrans("ァィゥェォャュョヮヵヶ", "アイウエオヤユヨワカケ")
_ROWS = {
    "ア": "アカサタナハマヤラワガザダバパァャヮ",
    "イ": "イキシチニヒミリギジビピィ",
    "ウ": "ウクスツヌフムユルグズブプゥュ",
    "エ": "エケセテネヘメレゲゼデベペェ",
    "オ": "オコソトノホモヨロゴゾドボポォョ",
}
_VOWEL = {kana: vowel for vowel, row in _ROWS.items() for kana in row}
_LENGTHENED = {"アア", "イイ", "ウウ", "エエ", "エイ", "オオ", "オウ"}
_LETTERS = {
    "a": "エー", "b": "ビー", "c": "シー", "d": "ディー/デー", "e": "イー", "f": "エフ", "g": "ジー", "h": "エイチ",
    "i": "アイ", "j": "ジェイ", "k": "ケイ", "l": "エル", "m": "エム", "n": "エヌ", "o": "オー", "p": "ピー",
    "q": "キュー", "r": "アール", "s": "エス", "t": "ティー/テー", "u": "ユー", "v": "ブイ/ブイ", "w": "ダブリュー/ダブル",
    "x": "エックス", "y": "ワイ", "z": "ゼット/ズィー",
}  # fmt: skip
_MOST_VARIANTS = 16
_ACRONYM = re.compile(r"[A-Z][A-Za-z]{1,6}")
# Characters that are taken for kana between kana: スタ一ト, プ口グラム.
_LOOKALIKES = str.maketrans("一二口力夕工卜八へべぺ", "ーニロカタエトハヘベペ")
_LOOKALIKE = re.compile(r"(?<=[ァ-ヺー])[一二口力夕工卜八へべぺ](?=[ァ-ヺー])")


class Sound(NamedTuple):
    """One kana heard, and the piece of the text that it comes from."""

    kana: str
    start: int
    end: int


def katakana(text: str) -> str:
    """Hiragana as katakana; the length stays."""
    return "".join(chr(ord(c) + 96) if "ぁ" <= c <= "ゖ" else c for c in text)


def mended(text: str) -> str:
    """Characters that were mistaken for katakana (一 for ー, 口 for ロ) put right; the length stays."""
    return _LOOKALIKE.sub(lambda match: match.group().translate(_LOOKALIKES), text)


def sound(kana: str) -> str:
    """The one form of a reading: no long vowels, no ッ, small kana enlarged, ティ as チ, ヴ as ブ."""
    return "".join(heard.kana for heard in heard_in([Sound(c, i, i + 1) for i, c in enumerate(kana)]))


def heard_in(sounds: list[Sound]) -> list[Sound]:
    """``sound`` for kana with offsets: what is dropped belongs to the kana before it."""
    heard: list[Sound] = []
    vowel = ""
    for kana, start, end in _paired(sounds):
        lengthens = vowel + kana in _LENGTHENED
        if heard and (lengthens or kana in "ーッ~-"):
            heard[-1] = heard[-1]._replace(end=end)
        elif kana not in "ーッ~-":
            heard.append(Sound(kana.translate(_LARGE), start, end))
            vowel = _VOWEL.get(kana, "")
    return heard


def _paired(sounds: list[Sound]) -> list[Sound]:
    """Two kana that are one sound (ティ) made one."""
    found: list[Sound] = []
    for item in sounds:
        kana = katakana(item.kana)
        pair = _PAIRS.get(found[-1].kana + kana) if found else None
        if pair:
            found[-1] = Sound(pair, found[-1].start, item.end)
        else:
            found.append(Sound(_PAIRS.get(kana, kana) if kana != "ヴ" else kana, item.start, item.end))
    return [s._replace(kana="ブ") if s.kana == "ヴ" else s for s in found]


def letters(acronym: str) -> tuple[str, ...]:
    """The sounds of an acronym read letter by letter; a last small s (SDGs) may be a plural."""
    spelled = [_LETTERS[c].split("/") for c in acronym.lower() if c in _LETTERS]
    readings = [""]
    for choices in spelled:
        readings = [r + choice for r in readings for choice in choices][:_MOST_VARIANTS]
    if acronym.endswith("s") and len(acronym) > 2:
        readings += [r.removesuffix("エス") + "ズ" for r in readings]
    return tuple(dict.fromkeys(sound(r) for r in readings))


def readings(word: str) -> tuple[str, ...]:
    """The sounds of a word or name: acronyms letter by letter, the rest by the dictionary."""
    bare = word.replace("-", "")
    if _ACRONYM.fullmatch(bare) and sum(c.isupper() for c in bare) > 1:
        return letters(bare)
    heard = heard_in(spoken(fold(word)))
    return ("".join(s.kana for s in heard),) if heard else ()


def spoken(text: str) -> list[Sound]:
    """The kana of folded ``text`` with offsets, long vowels kept; what has no reading breaks it with '|'."""
    found: list[Sound] = []
    position = 0
    for morpheme in morphemes(text):
        start = text.find(morpheme.surface, position)
        position = start + len(morpheme.surface)
        found += _spoken(morpheme, start, position)
    return found


def _spoken(morpheme: Morpheme, start: int, end: int) -> list[Sound]:
    surface = morpheme.surface
    if is_kana(surface):
        return [Sound(katakana(c), start + i, start + i + 1) for i, c in enumerate(surface)]
    if surface in ("・", "·"):
        return []
    if not morpheme.reading:
        return [Sound("|", start, end)]
    return [Sound(c, start, end) for c in morpheme.reading]


def is_kana(text: str) -> bool:
    """Whether ``text`` is written in kana alone."""
    return all("ぁ" <= c <= "ゖ" or ("ァ" <= c <= "ー" and c != "・") for c in text)
