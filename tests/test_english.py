"""English questions find Japanese words by the glossary."""

import pytest

from sti_qa.english import base_forms, glossary, in_japanese, without_stop_words

FOUND = (
    ("How many centres were adopted", ("拠点", "センター", "採択", "採用")),
    ("What is the supplementary budget?", ("補正予算",)),
    ("the consortium types of the scheme", ("事業", "制度")),
    ("Which studies are international", ("研究", "調査", "国際")),
    ("SICORPの予算は？", ()),
    ("WPI", ()),
    ("", ()),
)


@pytest.mark.parametrize(("text", "japanese"), FOUND)
def test_words_in_japanese(text: str, japanese: tuple[str, ...]) -> None:
    assert in_japanese(text) == japanese


@pytest.mark.parametrize(
    ("word", "base"), [("studies", "study"), ("centres", "centre"), ("adopted", "adopt"), ("funding", "fund")]
)
def test_endings_are_folded(word: str, base: str) -> None:
    assert base in base_forms(word)


def test_stop_words_go_only_from_english() -> None:
    assert without_stop_words(("how", "many", "centre")) == ("centre",)
    assert without_stop_words(("who", "協定")) == ("who", "協定")


def test_the_glossary_is_clean() -> None:
    assert all(english == english.lower().strip() and japanese for english, japanese in glossary().items())
