"""Budget amounts: values, stages, and who got what according to the real documents."""

import csv
from pathlib import Path

import pytest

from sti_qa.chunk import pages
from sti_qa.figures import amounts, figures, yen
from sti_qa.load import Alias, read_corpus
from sti_qa.programmes import programme_book
from sti_qa.types import Document, Figure

ROOT = Path(__file__).parent.parent
CORPUS = read_corpus(ROOT / "corpus")
BOOK = programme_book(CORPUS.aliases, [d.text for d in CORPUS.documents])
FIGURES = figures([(d, pages(d, BOOK)) for d in CORPUS.documents], BOOK)
TEXTS = {d.doc_id: d.text for d in CORPUS.documents}
TEST_BOOK = programme_book(
    (Alias("研究拠点プログラム", "WPI", "programme"), Alias("共同研究事業", "SICORP", "programme")), []
)
WPI, SICORP = "研究拠点プログラム", "共同研究事業"

YEN = (
    ("1,826", "百万", 1_826_000_000),
    ("100", None, 100),
    ("2,000", "千", 2_000_000),
    ("300", "万", 3_000_000),
    ("18", "億", 1_800_000_000),
    ("22.5", "億", 2_250_000_000),
    ("1", "兆", 1_000_000_000_000),
    ("0.1", "億", 10_000_000),
    ("237,650", "百万", 237_650_000_000),
)
AMOUNTS = (
    ("18億2,600万円", (1_826_000_000,)),
    ("１８億２，６００万円", (1_826_000_000,)),
    ("1兆1,111億円", (1_111_100_000_000,)),
    ("1億2,345万6,789円", (123_456_789,)),
    ("1億5千万円", (150_000_000,)),
    ("5千万円", (50_000_000,)),
    ("1,826百万円", (1_826_000_000,)),
    ("2,000千円", (2_000_000,)),
    ("22.5億円", (2_250_000_000,)),
    ("1 億円", (100_000_000,)),
    ("約300万円/人・年", (3_000_000,)),
    ("5百万円～1億円", (5_000_000, 100_000_000)),
    ("33億円 (前年度予算額：32億円)", (3_300_000_000, 3_200_000_000)),
    ("項目,500円", (500,)),
    ("数百億円", ()),
    ("令和4年度に100人", ()),
    ("9" * 400 + "円", ()),
    ("", ()),
)
# (text, stage, fiscal year, yen) of single labelled amounts in a document of fiscal year 2023
STAGES = (
    ("令和4年度予算額 1,826百万円", "当初", 2022, 1_826_000_000),
    ("令和４年度当初予算額：５億円", "当初", 2022, 500_000_000),
    ("2022年度予算 5億円", "当初", 2022, 500_000_000),
    ("R4年度予算額 5億円", "当初", 2022, 500_000_000),
    ("令和4年度予算額（案） 5億円", "案", 2022, 500_000_000),
    ("令和4年度予算案 5億円", "案", 2022, 500_000_000),
    ("令和4年度補正予算額 5億円", "補正", 2022, 500_000_000),
    ("令和4年度第2次補正予算 50,050百万円", "補正", 2022, 50_050_000_000),
    ("令和3年度補正予算額(案) 110億円", "補正案", 2021, 11_000_000_000),
    ("令和6年度概算要求額 8億円", "要求", 2024, 800_000_000),
    ("令和4年度執行額 4億円", "執行", 2022, 400_000_000),
    ("前年度予算額 3億円", "前年度", 2022, 300_000_000),
    ("令和4年度予算額 18億2,600万円", "当初", 2022, 1_826_000_000),
)
# Read by hand in the documents: (document, programme, fiscal year, stage, amount as written).
SATREPS_NAME, SICORP_NAME = "地球規模課題対応国際科学技術協力プログラム", "戦略的国際共同研究プログラム"
WPI_NAME, OVERSEAS, YOUTH = (
    "世界トップレベル研究拠点プログラム",
    "海外特別研究員事業",
    "国際青少年サイエンス交流事業",
)
BY_HAND = (
    ("000", SICORP_NAME, 2021, "当初", "1,078百万円"),
    ("000", SICORP_NAME, 2020, "前年度", "1,078百万円"),
    ("000", SATREPS_NAME, 2021, "当初", "1,876百万円"),
    ("000", SATREPS_NAME, 2020, "前年度", "1,876百万円"),
    ("000", OVERSEAS, 2021, "当初", "2,422百万円"),
    ("000", OVERSEAS, 2020, "前年度", "2,284百万円"),
    ("000", YOUTH, 2021, "当初", "1,267百万円"),
    ("000", YOUTH, 2020, "前年度", "2,140百万円"),
    ("000", WPI_NAME, 2021, "当初", "6,100百万円"),
    ("000", WPI_NAME, 2020, "前年度", "5,871百万円"),
    ("001", SICORP_NAME, 2022, "案", "1,160百万円"),  # overview, then its own slide
    ("001", SICORP_NAME, 2021, "前年度", "1,078百万円"),
    ("001", SATREPS_NAME, 2022, "案", "1,826百万円"),
    ("001", SATREPS_NAME, 2021, "前年度", "1,876百万円"),
    ("001", OVERSEAS, 2022, "案", "2,422百万円"),
    ("001", OVERSEAS, 2021, "前年度", "2,422百万円"),
    ("001", YOUTH, 2022, "案", "1,371百万円"),
    ("001", YOUTH, 2021, "前年度", "1,267百万円"),
    ("001", WPI_NAME, 2022, "案", "6,100百万円"),
    ("001", WPI_NAME, 2021, "前年度", "6,100百万円"),
    ("002", SATREPS_NAME, 2023, "当初", "1,878百万円"),
    ("002", SATREPS_NAME, 2022, "前年度", "1,826百万円"),
    ("002", SICORP_NAME, 2023, "当初", "1,073百万円"),
    ("002", SICORP_NAME, 2022, "前年度", "1,160百万円"),
    ("002", OVERSEAS, 2023, "当初", "2,611百万円"),
    ("002", OVERSEAS, 2022, "前年度", "2,422百万円"),
    ("002", YOUTH, 2023, "当初", "1,454百万円"),
    ("002", YOUTH, 2022, "前年度", "1,371百万円"),
    ("004", SICORP_NAME, 2025, "当初", "11億円"),
    ("004", SICORP_NAME, 2024, "前年度", "11億円"),
    ("004", SATREPS_NAME, 2025, "当初", "20億円"),
    ("004", SATREPS_NAME, 2024, "前年度", "19億円"),
    ("004", WPI_NAME, 2025, "当初", "72億円"),
    ("004", WPI_NAME, 2024, "前年度", "72億円"),
    ("004", OVERSEAS, 2025, "当初", "28億円"),
    ("004", OVERSEAS, 2024, "前年度", "25億円"),
)


def _figures(*texts: str) -> tuple[Figure, ...]:
    documents = [Document(f"{n}.txt", t, "", "題", "", 2023, "", "", "") for n, t in enumerate(texts)]
    return figures([(d, pages(d, TEST_BOOK)) for d in documents], TEST_BOOK)


def _facts(*texts: str) -> list[tuple[str, int, int]]:
    return [(f.programme, f.fiscal_year, f.yen) for f in _figures(*texts)]


@pytest.mark.parametrize(("number", "unit", "value"), YEN)
def test_value_of_a_number_and_unit(number: str, unit: str | None, value: int) -> None:
    """Commas, fractions and units give whole yen."""
    assert value == yen(number, unit)


@pytest.mark.parametrize(("text", "values"), AMOUNTS)
def test_amounts_in_text(text: str, values: tuple[int, ...]) -> None:
    """An amount written in several units is one; a range is two; what has no number is none."""
    assert values == amounts(text)


@pytest.mark.parametrize(("text", "stage", "year", "value"), STAGES)
def test_label_tells_stage_and_year(text: str, stage: str, year: int, value: int) -> None:
    """Each label names its step of the budget process and its fiscal year."""
    assert [(stage, year, value)] == [(f.stage, f.fiscal_year, f.yen) for f in _figures(text)]


@pytest.mark.parametrize(
    "text", ["支援額 5億円", "令和4年度は5億円を支援", "令和4年度予算額 －", "予算額 5億円"]
)
def test_amount_without_year_label_is_no_figure(text: str) -> None:
    """Only an amount right behind a year and a budget word counts."""
    assert _figures(text) == ()


def test_previous_year_belongs_to_the_line_before() -> None:
    """前年度 is the year before its line's, and is quoted with that line's label."""
    text = "研究拠点プログラム 令和4年度予算額 72億円\n（前年度予算額 70億円）"
    current, previous = _figures(text)

    assert _facts(text) == [(WPI, 2022, 7_200_000_000), (WPI, 2021, 7_000_000_000)]
    assert text[current.start : current.end] == "令和4年度予算額 72億円"
    assert text[previous.start : previous.end] == "令和4年度予算額 72億円\n（前年度予算額 70億円）"
    assert previous.amount == "70億円"


def test_name_on_the_line_wins() -> None:
    """Two programmes on one page keep their own lines."""
    text = "研究拠点プログラム 令和4年度予算額 72億円\n共同研究事業 令和4年度予算額 11億円"

    assert _facts(text) == [(WPI, 2022, 7_200_000_000), (SICORP, 2022, 1_100_000_000)]


def test_page_of_one_programme_gives_its_name() -> None:
    """A line moved to the end of a page belongs to the only programme of its titles."""
    assert _facts("研究拠点プログラム\n研究を支援する。\n令和4年度予算額 72億円") == [
        (WPI, 2022, 7_200_000_000)
    ]


def test_two_totals_on_a_page_stay_open() -> None:
    """With a second budget line the page's programme is no longer certain."""
    text = "研究拠点プログラム\n研究を支援する。\n令和4年度予算額 72億円\n支援する。\n令和4年度予算額 9億円"

    assert [name for name, _, _ in _facts(text)] == ["", ""]


def test_bare_pairs_follow_the_total_of_their_page() -> None:
    """Under a total with its previous year, 72億円（70億円） is this year's amount and the last's."""
    text = (
        "国際展開の推進\n令和4年度予算額 83億円\n（前年度予算額 70億円）\n\n"
        "研究拠点プログラム\n72億2百万円（70億円）\n\n共同研究事業\n11億円（新規）\n\n支援の概要\n5億円（4億円）"
    )

    assert _facts(text)[2:] == [
        (WPI, 2022, 7_202_000_000),
        (WPI, 2021, 7_000_000_000),
        (SICORP, 2022, 1_100_000_000),
    ]


def test_equal_amount_elsewhere_attributes_a_moved_line() -> None:
    """An overview's bare line gets the programme that another page gives that year and amount."""
    overview = "WPIとSICORPを進める。\n令和4年度予算額 11億円\n令和4年度予算額 72億円"
    own = "共同研究事業\n令和4年度予算額 11億円"

    assert _facts(overview, own) == [
        (SICORP, 2022, 1_100_000_000),
        ("", 2022, 7_200_000_000),
        (SICORP, 2022, 1_100_000_000),
    ]


def test_equal_amounts_of_two_programmes_stay_open() -> None:
    """Where two programmes of the page got the same amount nothing is guessed."""
    overview = "WPIとSICORPを進める。\n令和4年度予算額 11億円\n令和4年度予算額 72億円"
    others = ("共同研究事業\n令和4年度予算額 11億円", "研究拠点プログラム\n令和4年度予算額 11億円")

    assert [name for name, _, _ in _facts(overview, *others)] == ["", "", SICORP, WPI]


@pytest.mark.parametrize("unit", ["9", "1,", " ", "\n", "令和4年度予算額 ", "1億"])
def test_long_repetitions_do_not_stall(unit: str) -> None:
    """Fifty thousand repetitions behind a label hold no amount."""
    text = "令和4年度予算額" + unit * 50_000

    assert (amounts(text), _figures(text)) == ((), ())


def test_figures_of_five_programmes_read_by_hand() -> None:
    """What is extracted for five programmes is what a reader finds in the documents, no more, no less."""
    names = {SATREPS_NAME, SICORP_NAME, WPI_NAME, OVERSEAS, YOUTH}
    extracted = {
        (f.doc_id[:3], f.programme, f.fiscal_year, f.stage, f.amount) for f in FIGURES if f.programme in names
    }

    assert set(BY_HAND) == extracted


def test_values_equal_the_amounts_as_written() -> None:
    """A figure's yen is the value of its amount, and both stand in its quote."""
    for figure in FIGURES:
        quote = "".join(TEXTS[figure.doc_id][figure.start : figure.end].split())
        assert amounts(figure.amount) == (figure.yen,)
        assert figure.amount in quote.replace("（", "(").replace("：", ":")


def test_attributed_figures_agree_with_the_table_made_by_hand() -> None:
    """At least 98 of 100 attributed figures have their document, programme, year and value in it."""
    with (ROOT / "evals" / "figures.csv").open(encoding="utf-8", newline="") as file:
        facts = {
            (row["doc"], name, int(row["fiscal_year"]), int(row["yen"]))
            for row in csv.DictReader(file)
            for name in BOOK.find(row["programme"])
        }
    attributed = [f for f in FIGURES if f.programme]
    misses = [f for f in attributed if (f.doc_id, f.programme, f.fiscal_year, f.yen) not in facts]
    for figure in misses:
        print("not in the table:", figure)

    assert len(attributed) >= 80
    assert 1 - len(misses) / len(attributed) >= 0.98
