"""Words that a question spells in kana or wrongly, put into the spelling of the documents.

What the documents write is never changed; what they do not, is looked up by its sound among their
words and names, long names also within a few sounds.
"""

import re
import unicodedata
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from sti_qa.morphology import morphemes, terms
from sti_qa.normalize import fold, squeeze
from sti_qa.readings import ReadingBook
from sti_qa.sounds import Sound, heard_in, is_kana, mended, spoken

Edit = tuple[int, int, str]
"""(start, end, spelling) of a piece to replace."""
Corrections = tuple[tuple[str, str], ...]
"""(as written in the question, as the documents write it)."""

_LONGEST, _SHORTEST, _SHORTEST_ALONE = 40, 4, 3
"""Sounds of a word that is looked up; a shorter one only where it stands alone."""
_ALIKE = 86.0
"""Per cent of a long name's sounds that must be heard."""
_LATIN = re.compile(r"(?<![A-Za-z])[A-Z]{5,}(?![A-Za-z])")
_KATAKANA = re.compile(r"[ァ-ヺー]{5,}")
_RUN = re.compile(r"[ぁ-ゖァ-ヺー一-鿿々・]+")
_FUNCTION = frozenset({"助詞", "助動詞"})
_NUMERAL = r"\s?(?=[0-9一二三四五六七八九十元])"
_YEARS = (
    (re.compile(rf"へいせい{_NUMERAL}"), "平成"),
    (re.compile(rf"れいわ{_NUMERAL}"), "令和"),
    (re.compile(rf"しょうわ{_NUMERAL}"), "昭和"),
    (re.compile(r"(?<![A-Za-z])r(?=[0-9]{1,2}\s?(?:年|ねん))"), "R"),
    (re.compile(r"(?<![A-Za-z])h(?=[0-9]{1,2}\s?(?:年|ねん))"), "H"),
    (re.compile(r"(?<=[0-9])\s?(?:年ど(?![ぁ-ん])|ねん度|ねんど)"), "年度"),
)


class _Word(NamedTuple):
    """A morpheme of the question and what is to be thought of it."""

    start: int
    end: int
    hiragana: bool
    function: bool
    """A particle, an auxiliary or an empty word."""
    strange: bool
    """No word of the documents: kanji that make no word, or hiragana that stands for a noun."""
    whole: bool
    """A word of the dictionary in kanji: may be replaced with its neighbours, never alone or in part."""

    @property
    def doubtful(self) -> bool:
        return self.hiragana or self.strange


def corrected(text: str, book: ReadingBook) -> tuple[str, Corrections]:
    """``text`` with what was put right, and what that was."""
    plain = unicodedata.normalize("NFKC", text)
    spelled, years = _years(mended(plain))
    edits: list[Edit] = []
    if book.words:
        for run in _RUN.finditer(spelled):
            edits += _in_run(run.group(), run.start(), book)
        edits += _misspelt(spelled, edits, book)
    found = tuple((spelled[start:end], spelling) for start, end, spelling in sorted(edits))
    if not found and spelled == plain:
        return text, ()
    for start, end, spelling in sorted(edits, reverse=True):
        spelled = spelled[:start] + spelling + spelled[end:]
    return spelled, (*years, *found)


def _years(text: str) -> tuple[str, Corrections]:
    """Years in kana (れいわ5年, r7ねん度) as documents write them."""
    found = []
    for pattern, spelling in _YEARS:
        found += [(match.group(), spelling) for match in pattern.finditer(text)]
        text = pattern.sub(spelling, text)
    return text, tuple(found)


def _in_run(run: str, begin: int, book: ReadingBook) -> list[Edit]:
    """Edits of one run of kana and kanji that begins at ``begin``."""
    words = _words_of(run, book)
    if not any(w.doubtful for w in words):
        return []
    heard = spoken(run)
    edits: list[Edit] = []
    for i, here in enumerate(heard):
        begins = i == 0 or heard[i - 1].start != here.start
        if begins and (not edits or here.start >= edits[-1][1]):
            edit = _at(run, heard[i : i + _LONGEST], words, book)
            edits += [edit] if edit else []
    found = edits or _long_name(run, heard, words, book)
    return [(start + begin, end + begin, spelling) for start, end, spelling in found]


def _at(run: str, heard: list[Sound], words: list[_Word], book: ReadingBook) -> Edit | None:
    """The longest word or name that is heard at the beginning of ``heard`` and spelled otherwise."""
    sounds = heard_in(heard)
    for length in range(len(sounds), _SHORTEST_ALONE - 1, -1):
        start, end = sounds[0].start, sounds[length - 1].end
        if length < len(sounds) and sounds[length].start < end:
            continue
        spelling = book.words.get("".join(s.kana for s in sounds[:length]))
        if not spelling or not may_replace(words, start, end):
            continue
        if squeeze(run[start:end]).startswith(squeeze(spelling)):
            return None
        end -= run[end - 1] in "っッ"
        written = run[start:end]
        if length >= _SHORTEST or written == run or _mixed(written) or _kin(written, spelling):
            return start, end, spelling
    return None


def _kin(written: str, spelling: str) -> bool:
    """Whether only some of as many characters differ (採容, 採用)."""
    return len(written) == len(spelling) and any(a == b for a, b in zip(written, spelling, strict=True))


def _mixed(text: str) -> bool:
    """Written half in kanji, half in hiragana (予さん)."""
    return any("一" <= c <= "鿿" for c in text) and any("ぁ" <= c <= "ゖ" for c in text)


def _long_name(run: str, heard: list[Sound], words: list[_Word], book: ReadingBook) -> list[Edit]:
    """The long name that is nearly heard in the run, as an edit."""
    sounds = heard_in(heard)
    said = "".join(s.kana for s in sounds)
    best: tuple[float, int, int, str] | None = None
    for name, spelling in book.names:
        if len(said) < len(name) - 2:
            continue
        place = fuzz.partial_ratio_alignment(name, said, score_cutoff=_ALIKE)
        if place and place.dest_end > place.dest_start and (best is None or place.score > best[0]):
            best = place.score, place.dest_start, place.dest_end, spelling
    if best is None or squeeze(best[3]) in squeeze(run):
        return []
    start, end = sounds[best[1]].start, sounds[best[2] - 1].end
    strong = any(w.strange for w in words if w.start < end and start < w.end)
    return [(start, end, best[3])] if strong and may_replace(words, start, end) else []


def _misspelt(text: str, edits: list[Edit], book: ReadingBook) -> list[Edit]:
    """Katakana and Latin words one slip away from a word of the documents."""
    found = []
    for match in [*_KATAKANA.finditer(text), *_LATIN.finditer(text)]:
        start, end, word = match.start(), match.end(), fold(match.group())
        taken = any(s < end and start < e for s, e, _ in edits)
        if taken or word in book.loanwords or _stands(word, book):
            continue
        near = process.extractOne(word, book.loanwords.keys(), scorer=OSA.distance, score_cutoff=1)
        if near:
            found.append((start, end, book.loanwords[near[0]]))
    return found


def _words_of(run: str, book: ReadingBook) -> list[_Word]:
    found: list[_Word] = []
    position = 0
    for morpheme in morphemes(run):
        surface = morpheme.surface
        hiragana = all("ぁ" <= c <= "ゖ" or c == "ー" for c in surface)
        inflected = morpheme.pos in ("動詞", "形容詞")
        strange = not hiragana and not inflected and not _stands(surface, book)
        function = morpheme.pos in _FUNCTION or (hiragana and not terms(surface))
        whole = len(surface) > 1 and not is_kana(surface)
        found.append(_Word(position, position + len(surface), hiragana, function, strange, whole))
        position += len(surface)
    return found


def may_replace(words: list[_Word], start: int, end: int) -> bool:
    """Whether start to end is a piece that a misspelt word may fill.

    It cuts no word but hiragana, is no dictionary word alone, and neither begins nor ends with a
    particle where kanji stand in it; beside words of the documents there are two hiragana or more.
    """
    inside = [w for w in words if w.start < end and start < w.end]
    if any(w.start < start or w.end > end for w in inside if not w.hiragana):
        return False
    if not any(w.doubtful for w in inside):
        return False
    if len(inside) == 1:
        return not (inside[0].whole or inside[0].function)
    if all(w.hiragana for w in inside):
        return True
    if any(w.strange for w in inside) or all(w.doubtful for w in inside):
        return not (inside[0].function or inside[-1].function)
    return sum(w.end - w.start for w in inside if w.doubtful) > 1 and not _particles(inside)


def _particles(words: list[_Word]) -> bool:
    """Whether the hiragana beside a known word at the beginning or end is a particle."""
    known = [not w.doubtful for w in words]
    follows = known[0] and words[known.index(False)].function
    precedes = known[-1] and words[len(known) - 1 - known[::-1].index(False)].function
    return follows or precedes


def _stands(word: str, book: ReadingBook) -> bool:
    """Whether the documents hold the word or all its parts."""
    found = terms(word)
    return bool(found) and all(term in book.known for term in found)
