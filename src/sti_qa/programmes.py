"""Names of programmes and organisations, their acronyms and former names, found in any text."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sti_qa.load import Alias
from sti_qa.normalize import narrow, squeeze

READING = "reading"
"""Kind of the rows that say how a name or acronym is pronounced: (name as written, reading)."""
_ORGANISATION = re.compile(
    r"(?:機構|振興会|研究所|研究院|省|庁|府|大学|委員会|協会|銀行|会議|連合|センター|財団)$"
)
_PROGRAMME = re.compile(r"(?:事業|プログラム|制度|基金|ファンド|計画|戦略|イニシアティブ|プロジェクト|費)$")
_WITH_ACRONYM = re.compile(
    r"(?P<name>(?:[一-鿿ァ-ヶー々・/\-A-Za-z]|\n\s{0,3}(?=[一-鿿ァ-ヶー])){4,40}?)\s{0,6}[(](?P<acronym>[A-Z][A-Za-z-]{1,9})[)]"
)
_SAME_AS = re.compile(
    r"(?P<name>[一-鿿ァ-ヶー々・A-Za-z]{4,40})\s{0,6}[(]以下、?「(?P<acronym>[^」]{2,20})」"
)


@dataclass(frozen=True)
class ProgrammeBook:
    """Every known form of every name. Build it with ``programme_book``."""

    forms: tuple[tuple[str, str], ...]
    """(squeezed form, canonical name), longest form first."""
    programmes: frozenset[str]
    """The canonical names that are programmes (the others are organisations)."""
    spoken: tuple[tuple[str, str], ...] = ()
    """(how a name is said, in kana; the name as it is written): rows of kind 'reading'."""

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``from_json``."""
        return {"forms": self.forms, "programmes": sorted(self.programmes), "spoken": self.spoken}

    @staticmethod
    def from_json(data: dict[str, Any]) -> "ProgrammeBook":
        """What ``to_json`` gave."""
        forms = tuple((form, name) for form, name in data["forms"])
        spoken = tuple((kana, name) for kana, name in data["spoken"])
        return ProgrammeBook(forms, frozenset(data["programmes"]), spoken)

    @cached_property
    def _by_start(self) -> dict[str, list[tuple[str, str]]]:
        table: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for form, name in self.forms:
            table[form[:2]].append((form, name))
        return dict(table)

    def find(self, text: str) -> tuple[str, ...]:
        """Canonical names of programmes in ``text``, in order, each once; longest form wins."""
        return tuple(name for name in self.find_all(text) if name in self.programmes)

    def find_all(self, text: str) -> tuple[str, ...]:
        """Canonical names of programmes and organisations in ``text``."""
        return tuple(dict.fromkeys(name for name, _ in self.mentions(squeeze(text))))

    def mentions(self, squeezed: str) -> tuple[tuple[str, str], ...]:
        """(canonical name, form) of every mention in squeezed text, in order."""
        found: list[tuple[str, str]] = []
        position = 0
        while position < len(squeezed):
            form, name = self._at(squeezed, position)
            if name:
                found.append((name, form))
            position += len(form) or 1
        return tuple(found)

    def _at(self, squeezed: str, position: int) -> tuple[str, str]:
        for form, name in self._by_start.get(squeezed[position : position + 2], ()):
            if squeezed.startswith(form, position) and _stands_alone(squeezed, form, position):
                return form, name
        return "", ""

    def forms_of(self, name: str) -> tuple[str, ...]:
        """The squeezed forms of a canonical name, longest first."""
        return tuple(form for form, canonical in self.forms if canonical == name)


def programme_book(aliases: tuple[Alias, ...], texts: list[str]) -> ProgrammeBook:
    """The names of aliases.csv, and those that ``texts`` explain: ○○（ABC）, ○○（以下「△△」）."""
    names: dict[str, str] = {}
    kinds: dict[str, str] = {}
    written = [row for row in aliases if row.kind != READING]
    for row in written:
        kinds[row.name] = row.kind
        names.setdefault(squeeze(row.name), row.name)
        if row.alias:
            names[squeeze(row.alias)] = row.name
    for name, acronym in _mined(texts):
        canonical = names.get(squeeze(name)) or names.get(squeeze(acronym)) or name
        kinds.setdefault(canonical, "programme" if _PROGRAMME.search(canonical) else "organisation")
        names.setdefault(squeeze(name), canonical)
        names.setdefault(squeeze(acronym), canonical)
    forms = sorted(names.items(), key=lambda item: (-len(item[0]), item[0]))
    programmes = frozenset(name for name, kind in kinds.items() if kind == "programme")
    spoken = tuple((row.alias, row.name) for row in aliases if row.kind == READING)
    return ProgrammeBook(tuple((f, n) for f, n in forms if len(f) >= 2), programmes, spoken)


def _stands_alone(squeezed: str, form: str, position: int) -> bool:
    """A Latin form must not be the middle of a longer Latin word."""
    end = position + len(form)
    before = squeezed[position - 1 : position] if position else ""
    after = squeezed[end : end + 1]
    starts = not (_is_latin(form[0]) and _is_latin(before))
    return starts and not (_is_latin(form[-1]) and _is_latin(after))


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _mined(texts: list[str]) -> list[tuple[str, str]]:
    """(name, acronym) pairs that the texts explain, sorted."""
    pairs = set()
    for text in texts:
        plain = narrow(text)
        for match in [*_WITH_ACRONYM.finditer(plain), *_SAME_AS.finditer(plain)]:
            name = re.sub(r"\s", "", match["name"])
            if _PROGRAMME.search(name) or _ORGANISATION.search(name):
                pairs.add((name, match["acronym"]))
    return sorted(pairs)
