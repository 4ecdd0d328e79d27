"""What the words and names of the documents sound like."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sti_qa.morphology import morphemes
from sti_qa.normalize import fold
from sti_qa.programmes import ProgrammeBook
from sti_qa.sounds import readings

_SHORTEST = 3
_LONG_NAME = 7
"""Sounds of the shortest word that is kept, and of a name that is looked for with slips, too."""
_LOANWORD = re.compile(r"[ァ-ヺー]{5,}|[A-Za-z]{5,}")
_ACRONYM = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]{1,6}(?![a-z])")
_PARTS = frozenset({"名詞", "接頭辞", "接尾辞", "形状詞"})


@dataclass(frozen=True)
class ReadingBook:
    """What the documents' words and names sound like. Build it with ``reading_book``."""

    words: dict[str, str]
    """Sound → spelling; a name wins over a word, a frequent word over a rare one."""
    names: tuple[tuple[str, str], ...]
    """(sound, spelling) of long names."""
    known: frozenset[str]
    """The terms of the documents."""

    @cached_property
    def loanwords(self) -> dict[str, str]:
        """Katakana and Latin words of five letters and more: folded → spelling."""
        return {fold(w): w for w in self.words.values() if _LOANWORD.fullmatch(w)}


NO_READINGS = ReadingBook({}, (), frozenset())


def vocabulary(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """(sound, spelling) of the words, compounds and acronyms of ``texts``, the most frequent winning."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(_words(fold(text)))
        counted.update(match.group() for match in _ACRONYM.finditer(text))
    found = [
        (heard, word)
        for word, _ in sorted(counted.items(), key=lambda i: (-i[1], i[0]))
        for heard in readings(word)
    ]
    return tuple((heard, word) for heard, word in dict(reversed(found)).items() if "|" not in heard)


def _words(text: str) -> list[str]:
    """Nouns of ``text`` and what two to four that stand together make."""
    found: list[str] = []
    run: list[str] = []
    for morpheme in morphemes(text):
        if morpheme.pos not in _PARTS or not morpheme.reading:
            run = []
            continue
        run = [*run, morpheme.surface][-4:]
        found += ["".join(run[i:]) for i in range(len(run))]
    return [w for w in found if len(w) > 1 and not all("ぁ" <= c <= "ゖ" for c in w)]


def reading_book(book: ProgrammeBook, words: Iterable[tuple[str, str]], known: frozenset[str]) -> ReadingBook:
    """The readings of the documents' words and of every form of every name."""
    table = {heard: word for heard, word in words if len(heard) >= _SHORTEST}
    named: dict[str, str] = {}
    for form, _ in reversed(book.forms):
        shown = form.upper() if form.isascii() and len(form) < 8 else form
        named |= {heard: shown for heard in readings(shown) if "|" not in heard}
    named |= {heard: name for kana, name in book.spoken for heard in readings(kana)}
    long = tuple((heard, name) for heard, name in named.items() if len(heard) >= _LONG_NAME)
    return ReadingBook(table | named, long, known)
