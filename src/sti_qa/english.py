"""English questions: what their words are called in Japanese, by a glossary of general words."""

import csv
import re
from functools import cache
from pathlib import Path

_GLOSSARY = Path(__file__).parent / "assets" / "glossary.csv"
_WORD = re.compile(r"[A-Za-z]+")
_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")
_ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("sses", "ss"),
    ("es", ""),
    ("es", "e"),
    ("s", ""),
    ("ing", ""),
    ("ing", "e"),
    ("ed", ""),
    ("ed", "e"),
)
_LONGEST_PHRASE = 4
_STOP_WORDS = frozenset(
    "a about according all also an and any are as at be been before being between both but by can could did do does "
    "during each for from get had has have having how i if in into is it its long many may me more most much must my "
    "of on one or our out over per please same should since so some such take tell than that the their them then there "
    "these they this those through to under up was we were what when where which while who whom whose why will with "
    "within would you your".split()
)


@cache
def glossary() -> dict[str, str]:
    """English word or phrase → Japanese words, parted by blanks."""
    with _GLOSSARY.open(encoding="utf-8", newline="") as file:
        return {row["english"]: row["japanese"] for row in csv.DictReader(file)}


def is_english(text: str) -> bool:
    """Whether the text is English: at least as many Latin words as Japanese characters, and three."""
    words = len(_WORD.findall(text))
    return words >= 3 and words >= len(_JAPANESE.findall(text))


def without_stop_words(found: tuple[str, ...]) -> tuple[str, ...]:
    """``found`` without English words that carry no content, where there are two or more of them."""
    kept = tuple(term for term in found if term not in _STOP_WORDS)
    return kept if len(found) - len(kept) > 1 else found


def base_forms(word: str) -> tuple[str, ...]:
    """The word and what it may be without its ending (centres → centre, studies → study)."""
    shortened = [
        word[: -len(end)] + rest for end, rest in _ENDINGS if word.endswith(end) and len(word) > len(end) + 2
    ]
    return (word, *dict.fromkeys(shortened))


def in_japanese(text: str) -> tuple[str, ...]:
    """Japanese words for the words of an English text, longest phrases first; () for other text."""
    if not is_english(text):
        return ()
    words = [word.lower() for word in _WORD.findall(text)]
    found: list[str] = []
    i = 0
    while i < len(words):
        length, japanese = _phrase_at(words, i)
        found += japanese
        i += length
    return tuple(dict.fromkeys(found))


def _phrase_at(words: list[str], i: int) -> tuple[int, list[str]]:
    """(number of words used, their Japanese) of the longest known phrase at ``i``."""
    for length in range(min(_LONGEST_PHRASE, len(words) - i), 0, -1):
        *before, last = words[i : i + length]
        for form in base_forms(last):
            japanese = glossary().get(" ".join([*before, form]))
            if japanese:
                return length, japanese.split()
    return 1, []
