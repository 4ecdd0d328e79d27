"""Two ways to even out writing variants; both pure.

``narrow`` keeps the length, so that a pattern found in it has the same offsets in the text;
``fold`` may change the length and is only ever matched on, never shown.
"""

import re
import unicodedata

# NFKC maps every Kangxi radical (U+2F00–2FD5) but almost none of the CJK Radicals
# Supplement, though PDF extraction yields both. Only those that stand in for an
# ordinary Japanese character are listed.
_RADICALS = dict(
    zip(
        "⺀⺁⺃⺅⺇⺉⺋⺌⺎⺐⺒⺓⺔⺕⺖⺘⺙⺛⺝⺞⺠⺡⺢⺣⺤⺦⺨⺩⺪⺫⺬⺭⺮⺯⺲⺶⺷⺹⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻆⻊⻌⻍⻎⻏⻑⻒⻓⻔⻖⻗⻘⻝⻞⻟⻤⻨⻩⻫⻭⻯⻲",
        "冫厂乚亻几刂㔾小兀尢巳幺彑彐忄扌攵旡月歹民氵氺灬爫丬犭王疋目示礻竹糸罒羊羊耂聿肉臼艹艹艹虍衤覀西角足辶辶辶阝長長长门阝雨青食食食鬼麦黄斉歯竜亀",
        strict=True,
    )
)
_DASHES = "‐‑‒–—―−﹣－─"
_RADICAL_TABLE = str.maketrans(_RADICALS)
_FOLD_TABLE = str.maketrans({**_RADICALS, **dict.fromkeys(_DASHES, "-"), "〜": "~", "～": "~", "〇": "零"})

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "零一二三四五六七八九十百千"
_COUNTED = (
    "年|月|日|期|号|件|人|名|社|校|回|階層|つの|か国|カ国|ヶ国|箇国|か月|カ月|ヶ月|箇月|"
    "週間|拠点|大学|機関|課題|億|万|円|倍|割|章|条|位|歳"
)
_NUMBER_WORD = re.compile(
    rf"(?:(?<=第)|(?<=令和)|(?<=平成)|(?<=昭和))[{_NUMERAL}]+|(?<!\d)(?<![{_NUMERAL}])[{_NUMERAL}]+(?={_COUNTED})"
)
_DIGIT_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_REPEAT = re.compile(r"([一-鿿])(々+)")
_ERA_FIRST = re.compile(r"(令和|平成|昭和)元")
_LOOSE_BLANK = re.compile(r"(?<![a-z0-9])\s+|\s+(?![a-z0-9])")
_SPACES = re.compile(r"\s+")
# C0/C1 controls but tab and newlines, zero-width marks, bidi overrides, variation selectors
# and lone surrogates: they match nothing, break the tokenizer or lie to the eye.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\uffff\ud800-\udfff\U000e0100-\U000e01ef]"
)


def narrow(text: str) -> str:
    """Full-width ASCII, Kangxi and supplement radicals to their ordinary form, one for one.

    The result has the length of ``text``. Half-width kana and ligatures stay: their normal
    forms are longer or shorter.
    """
    return "".join(_narrow_char(c) for c in text)


def _narrow_char(char: str) -> str:
    if (char < "\u2e80" and char not in _DASHES) or "ｦ" <= char <= "ﾟ":
        return char
    if char in _DASHES:
        return "-"
    normal = _RADICALS.get(char) or unicodedata.normalize("NFKC", char)
    return normal if len(normal) == 1 else char


def clean(text: str) -> str:
    """``text`` without control, zero-width and surrogate characters; the length may shrink."""
    return _UNWANTED.sub("", text)


def fold(text: str) -> str:
    """The form that is matched on; idempotent.

    NFKC, radicals, lower case, plain dashes, digits for counted kanji numerals (第二十五 →
    第25), no digit commas, 々 spelled out, one space for any run of blanks.
    """
    folded = unicodedata.normalize("NFKC", clean(text)).lower()
    folded = unicodedata.normalize("NFKC", folded).translate(_FOLD_TABLE)  # some pairs compose in lower case
    folded = _REPEAT.sub(lambda match: match[1] * (1 + len(match[2])), folded)
    folded = _ERA_FIRST.sub(r"\g<1>1", folded)
    folded = _NUMBER_WORD.sub(lambda match: _number(match.group()), folded)
    folded = _DIGIT_COMMA.sub("", folded)
    return _SPACES.sub(" ", folded).strip()


def squeeze(text: str) -> str:
    """``fold`` without middle dots and blanks, but for those that part two Latin words.

    Names are compared in this form.
    """
    return _LOOSE_BLANK.sub("", fold(text).replace("・", ""))


def _number(word: str) -> str:
    """Digits for a kanji numeral, positional (二五 → 25) or with units (二十五 → 25)."""
    if not any(unit in word for unit in _SMALL_UNITS):
        return "".join(str(_DIGITS[c]) for c in word)
    total, digit = 0, 0
    for char in word:
        if char in _DIGITS:
            digit = digit * 10 + _DIGITS[char]
        else:
            total, digit = total + (digit or 1) * _SMALL_UNITS[char], 0
    return str(total + digit)
