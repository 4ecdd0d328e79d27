"""Japanese morphology: text to morphemes and terms. The only module that imports fugashi."""

import functools
import re
from importlib.metadata import version
from typing import NamedTuple

import fugashi
import unidic_lite

from sti_qa.normalize import fold

# fugashi ends the process on very long unbroken text (some 150,000 characters) and drops
# what follows a NUL; fold() removes the NULs.
_LONGEST_CALL = 10_000

_CONTENT = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "接尾辞", "代名詞"})
_EMPTY_LEMMAS = frozenset(
    "為る 居る 有る 成る 言う 事 物 為 等 何 何れ どう 幾つ 幾ら どの 此れ 其れ 有り 御 頂く 下さる 呉れる "
    "教える 知る 貰う 出来る 様 所 於く 関する 因る 就く 付く".split()
)
_TRAILING_LONG_VOWEL = re.compile(r"(?<=[ァ-ヺー]{3})ー$")
_READING = re.compile(r"[ァ-ヺー]+")
_WORDLIKE = re.compile(r"[^\W_]+")


class Morpheme(NamedTuple):
    """One word of unidic-lite's short units."""

    surface: str
    lemma: str
    """Dictionary form; a loanword's without its English source; unknown words: the surface."""
    english: str
    """The English source that unidic records for a loanword (プログラム → program), or ''."""
    pos: str
    reading: str = ""
    """In katakana, as the dictionary has it; '' for what it does not know."""
    proper: bool = False
    """A name: a proper noun, or a word that the dictionary does not know."""


@functools.cache
def _tagger() -> fugashi.GenericTagger:
    # The dictionary is named, so that an installed but undownloaded `unidic` is not picked up.
    return fugashi.Tagger(f'-d "{unidic_lite.DICDIR}" -r "{unidic_lite.DICDIR}/mecabrc"')


def dictionary_version() -> str:
    """Which dictionary the terms were made with, for the manifest."""
    return f"unidic-lite {version('unidic-lite')}"


def morphemes(text: str) -> tuple[Morpheme, ...]:
    """The morphemes of already folded ``text``, without blanks."""
    found: list[Morpheme] = []
    for begin in range(0, len(text), _LONGEST_CALL):
        found.extend(_morpheme(node) for node in _tagger()(text[begin : begin + _LONGEST_CALL]))
    return tuple(found)


def _morpheme(node: fugashi.UnidicNode) -> Morpheme:
    lemma, _, english = (node.feature.lemma or node.surface).partition("-")
    feature = node.feature
    proper = feature.pos2 == "固有名詞" or (feature.pos1 == "名詞" and node.is_unk and node.surface.isalpha())
    reading = _kana(feature.kana or "")
    return Morpheme(node.surface, lemma or node.surface, english.lower(), feature.pos1, reading, proper)


def _kana(reading: str) -> str:
    """A reading of letters and signs is none."""
    return reading if _READING.fullmatch(reading) else ""


def count(text: str) -> int:
    """Number of morphemes: the unit in which passages are sized."""
    return len(morphemes(fold(text)))


def terms(text: str) -> tuple[str, ...]:
    """Content lemmas of ``text``, folded, in order, repeats kept: what words are matched on."""
    found = []
    for morpheme in morphemes(fold(text)):
        term = _term(morpheme)
        if term:
            found.append(term)
    return tuple(found)


def _term(morpheme: Morpheme) -> str:
    """The matched form of a morpheme, or '' if it carries no content."""
    if morpheme.pos not in _CONTENT or morpheme.lemma in _EMPTY_LEMMAS:
        return ""
    if not _WORDLIKE.search(morpheme.lemma):
        return ""
    return _TRAILING_LONG_VOWEL.sub("", fold(morpheme.lemma))


def has_predicate(text: str) -> bool:
    """Whether ``text`` has a verb, adjective or copula."""
    return any(m.pos in ("動詞", "形容詞", "助動詞") for m in morphemes(fold(text)))


def bigrams(text: str) -> tuple[str, ...]:
    """Kanji unigrams and character bigrams inside runs of letters and digits, folded."""
    grams: list[str] = []
    for run in _WORDLIKE.findall(fold(text)):
        grams.extend(run[i : i + 2] for i in range(len(run) - 1))
        grams.extend(char for char in run if "一" <= char <= "鿿")
    return tuple(grams)


def bag(text: str) -> tuple[str, ...]:
    """What the embedding model in the package reads: terms, and bigrams marked with '#'."""
    return (*terms(text), *(f"#{gram}" for gram in bigrams(text)))


def segmented(text: str) -> str:
    """The folded text's morphemes as they stand, parted by blanks."""
    return " ".join(morpheme.surface for morpheme in morphemes(fold(text)))
