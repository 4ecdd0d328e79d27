"""Names of programmes: every form leads to one name, no form is found inside another word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sti_qa.load import Alias
from sti_qa.programmes import ProgrammeBook, programme_book

ALIASES = (
    Alias("世界トップレベル研究拠点プログラム", "WPI", "programme"),
    Alias("WPI CORE", "伴走成長方式", "programme"),
    Alias("科学研究費助成事業", "科研費", "programme"),
    Alias("科研費「国際先導研究」", "国際先導研究", "programme"),
    Alias("海外特別研究員事業", "海特", "programme"),
    Alias("国際共同研究事業", "", "programme"),
    Alias("国際頭脳循環・国際共同研究の推進", "", "programme"),
    Alias("科学技術振興機構", "JST", "organisation"),
)
BOOK = programme_book(ALIASES, [])
WPI, CORE, KAKENHI = "世界トップレベル研究拠点プログラム", "WPI CORE", "科学研究費助成事業"

FOUND = (
    ("WPIの予算", (WPI,)),
    ("ＷＰＩの予算", (WPI,)),
    ("wpiの予算", (WPI,)),
    ("WPI CORE", (CORE,)),
    ("WPI\nCORE", (CORE,)),
    ("WPIとWPI CORE", (WPI, CORE)),
    ("WPI COREとWPI", (CORE, WPI)),
    ("WPI Center", (WPI,)),
    ("swpix", ()),
    ("WPIX", ()),
    ("SWPI", ()),
    ("WPI2", ()),
    ("WPICORE", ()),
    ("世界トップレベル\n研究拠点 プログラム", (WPI,)),
    ("世界トップレベル研究拠点プログラム（WPI）", (WPI,)),
    ("科研費の総額", (KAKENHI,)),
    ("科研費「国際先導研究」", ("科研費「国際先導研究」",)),
    ("科研費・国際先導研究", (KAKENHI, "科研費「国際先導研究」")),
    ("国際頭脳循環国際共同研究の推進", ("国際頭脳循環・国際共同研究の推進",)),
    ("国際共同研究事業とWPI、国際共同研究事業", ("国際共同研究事業", WPI)),
    ("JSTは法人である", ()),
    ("国際共同研究", ()),
    ("", ()),
)
MINED = (
    ("戦略的創造研究推進プログラム（CREST）を実施", "CREST", "戦略的創造研究推進プログラム"),
    ("戦略的創造研究推進\n プログラム\n（CREST）", "CREST", "戦略的創造研究推進プログラム"),
    ("大学発新産業創出プログラム（以下「START」という。）は", "START", "大学発新産業創出プログラム"),
    ("次世代人材育成事業（以下、「人材事業」という。）は", "人材事業", "次世代人材育成事業"),
)


@pytest.mark.parametrize(("text", "names"), FOUND)
def test_names_found_in_text(text: str, names: tuple[str, ...]) -> None:
    """The longest form wins, Latin forms stand alone, each name comes once and in order."""
    assert names == BOOK.find(text)


def test_organisations_are_found_apart() -> None:
    """An organisation is known but is no programme."""
    assert (BOOK.find_all("JSTのWPI"), BOOK.find("JSTのWPI")) == (("科学技術振興機構", WPI), (WPI,))


@pytest.mark.parametrize(("text", "short", "name"), MINED)
def test_texts_explain_short_names(text: str, short: str, name: str) -> None:
    """○○（ABC） and ○○（以下「△△」） teach a programme and its short name."""
    assert (name,) == programme_book((), [text]).find(f"令和4年度の{short}の予算")


def test_explained_name_joins_the_known_one() -> None:
    """An acronym of the table gains the longer form that a text gives it."""
    book = programme_book(ALIASES, ["世界トップレベル国際研究拠点形成促進プログラム（WPI）の創設"])

    assert book.find("世界トップレベル国際研究拠点形成促進プログラム") == (WPI,)


def test_explained_institution_is_no_programme() -> None:
    """A name that ends like an institution's becomes an organisation."""
    book = programme_book((), ["理化学総合研究所（RIKENS）が"])

    assert (book.find("RIKENS"), book.find_all("RIKENS")) == ((), ("理化学総合研究所",))


def test_bracket_after_no_name_teaches_nothing() -> None:
    """A bracket behind an ordinary word is no explanation."""
    assert programme_book((), ["国内総生産（GDP）の推移"]).forms == ()


def test_forms_of_a_name_are_longest_first() -> None:
    """All squeezed forms of a name, the long one before its acronym."""
    assert BOOK.forms_of(WPI) == ("世界トップレベル研究拠点プログラム", "wpi")


def test_book_survives_storing() -> None:
    """What is written as plain values is read back equal."""
    assert ProgrammeBook.from_json(BOOK.to_json()) == BOOK


@given(st.text("WPI COREsx2の・\n「」科研費国際先導究").map(lambda text: text[:40]))
def test_finding_equals_a_slow_search(text: str) -> None:
    """Every name found has a form in the squeezed text, and no name comes twice."""
    names = BOOK.find_all(text)
    plain = text.lower().replace("・", "").replace(" ", "").replace("\n", "")

    assert len(set(names)) == len(names)
    assert all(any(f.replace(" ", "") in plain for f in BOOK.forms_of(name)) for name in names)


@pytest.mark.parametrize("filling", [" ", "\n", "\u3000", "（", "Ａ", "科"])
def test_long_fillings_do_not_stall_mining(filling: str) -> None:
    """Fifty thousand blanks or brackets behind a name teach nothing and end soon."""
    assert programme_book((), ["戦略的プログラム" + filling * 50_000 + "x"]).forms == ()
