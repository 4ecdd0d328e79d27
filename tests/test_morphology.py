"""Morphemes and terms, against words checked by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sti_qa.morphology import bag, bigrams, count, has_predicate, morphemes, terms
from sti_qa.normalize import fold

TERMS = (
    ("国際共同研究", ("国際", "共同", "研究")),
    ("SATREPS", ("satreps",)),
    ("令和4年度の予算額はいくらですか", ("令和", "4", "年度", "予算", "額")),
    ("採択件数は何件ですか", ("採択", "件数", "件")),
    ("若手研究者を育成する", ("若手", "研究", "者", "育成")),
    ("。、「」（）", ()),
    ("", ()),
)
SURFACES = (
    ("科学技術", ["科学", "技術"]),
    ("外国人研究者招へい事業", ["外国", "人", "研究", "者", "招へい", "事業"]),
)


@pytest.mark.parametrize(("text", "expected"), TERMS)
def test_terms_are_the_content_lemmas(text: str, expected: tuple[str, ...]) -> None:
    """Particles, empty verbs and question words leave; the rest keeps its order."""
    assert expected == terms(text)


@pytest.mark.parametrize(("text", "surfaces"), SURFACES)
def test_morphemes_are_short_units(text: str, surfaces: list[str]) -> None:
    """The dictionary's short units, as one would cut by hand."""
    assert surfaces == [m.surface for m in morphemes(text)]


def test_loanword_gives_its_english_source() -> None:
    """A loanword's lemma comes without, its English source beside it."""
    (word,) = morphemes("プログラム")

    assert (word.lemma, word.english) == ("プログラム", "program")


@pytest.mark.parametrize("unit", ["a", "科学技術"])
def test_very_long_unbroken_text_is_survived(unit: str) -> None:
    """Two hundred thousand characters without a break end neither the process nor the text."""
    text = (unit * 200_000)[:200_000]

    assert text == "".join(m.surface for m in morphemes(text))


def test_nul_does_not_hide_what_follows() -> None:
    """A NUL is taken out; the words on both sides are found."""
    assert terms("科学\x00技術") == ("科学", "技術")


def test_lone_surrogate_is_left_out() -> None:
    """Half of a broken emoji in a question does no harm."""
    assert terms("科学\ud83dと技術") == ("科学", "技術")


def test_count_is_in_morphemes() -> None:
    """国際|共同|研究|を|推進|する are six."""
    assert count("国際共同研究を推進する") == 6


def test_predicates_tell_sentences_from_titles() -> None:
    """A sentence has a verb, adjective or copula; a title has none."""
    sentences = ("研究を推進する", "水準は高い", "対象は大学である")
    titles = ("国際共同研究の推進", "事業概要")

    assert [has_predicate(text) for text in (*sentences, *titles)] == [True] * 3 + [False] * 2


def test_bigrams_stay_inside_runs() -> None:
    """Pairs do not reach over punctuation; single kanji stand beside them."""
    assert bigrams("研究、WPI") == ("研究", "研", "究", "wp", "pi")


def test_bag_marks_bigrams() -> None:
    """A term and a bigram of the same letters stay apart."""
    assert bag("研究") == ("研究", "#研究", "#研", "#究")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_no_letter_is_lost(text: str) -> None:
    """The morphemes of a folded text hold all its characters but blanks."""
    folded = fold(text)

    assert "".join(folded.split()) == "".join("".join(m.surface for m in morphemes(folded)).split())
