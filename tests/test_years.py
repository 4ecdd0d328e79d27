"""Years in text: one key for every way of writing a fiscal year."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sti_qa.years import era_name, fiscal_years, without_years, year_mentions

SPOKEN = (
    ("令和4年度", (2022,)),
    ("令和４年度予算", (2022,)),
    ("令和 4 年度", (2022,)),
    ("R4", (2022,)),
    ("Ｒ４", (2022,)),
    ("R4年度", (2022,)),
    ("2022年度", (2022,)),
    ("２０２２年度", (2022,)),
    ("2022FY", (2022,)),
    ("FY2022", (2022,)),
    ("FY 2022", (2022,)),
    ("FY22", (2022,)),
    ("FY'22", (2022,)),
    ("H30", (2018,)),
    ("平成31年度", (2019,)),
    ("昭和63年度", (1988,)),
    ("令和元年度", (2019,)),
    ("Ｒ元", (2019,)),
    ("令和七年度", (2025,)),
    ("令和十年度", (2028,)),
    ("平成二十九年度", (2017,)),
    ("平成二九年", (2017,)),
    ("平成三〇年度", (2018,)),
    ("令和七九年", (2097,)),
    ("二〇二二年度", (2022,)),
    ("二〇一九年度", (2019,)),
    ("2010,2011,2012", (2010, 2011, 2012)),
    # spans
    ("令和3年度から5年度", (2021, 2022, 2023)),
    ("令和3年度から令和5年度", (2021, 2022, 2023)),
    ("令和３～７年度", (2021, 2022, 2023, 2024, 2025)),
    ("令和元～3年度", (2019, 2020, 2021)),
    ("2021〜2023年度", (2021, 2022, 2023)),
    ("2021－2023年度", (2021, 2022, 2023)),
    ("2021～23年度", (2021, 2022, 2023)),
    ("平成30年度～令和2年度", (2018, 2019, 2020)),
    ("平成30年度から2020年度まで", (2018, 2019, 2020)),
    ("R4～R6", (2022, 2023, 2024)),
    ("H28-R2", (2016, 2017, 2018, 2019, 2020)),
    ("2021年度から5年間", (2021,)),
    ("令和3年度から3名", (2021,)),
    ("令和3年度～", (2021,)),
    # lists
    ("令和3年度と4年度", (2021, 2022)),
    ("令和3年度及び令和4年度", (2021, 2022)),
    ("令和３・４年度", (2021, 2022)),
    ("令和3、4、5年度", (2021, 2022, 2023)),
    ("令和4年度と3年度", (2022, 2021)),
    ("令和4年度、3年間", (2022,)),
    ("令和4年度、30年度間", (2022,)),
    # one year named twice
    ("令和4年度（2022年度）とR4", (2022,)),
    # dates
    ("令和2年7月17日", ()),
    ("令和五年三月", ()),
    ("R2.7.17", ()),
    ("2022/4/1", ()),
    ("2022年1月", ()),
    ("2022年1～3月", ()),
    # no years
    ("2,000百万円", ()),
    ("2022百万円", ()),
    ("2000億円", ()),
    ("2022円", ()),
    ("2000 千円", ()),
    ("2000名程度と2022人、2000件", ()),
    ("2022,000", ()),
    ("2022％", ()),
    ("2022人材会議と2022社会計画", (2022,)),
    ("20222", ()),
    ("12022年", ()),
    ("令和100年", ()),
    ("令和0年", ()),
    ("R100", ()),
    ("WR4とR4A", ()),
    ("H32", ()),
    ("前年度と5年度", ()),
    ("", ()),
)
DATED = (
    ("令和2年7月17日", 2020),
    ("2022年1月", 2021),
    ("2022年3月31日", 2021),
    ("2022年4月1日", 2022),
    ("2022年１２月", 2022),
    ("2022年1～3月", 2021),
    ("令和五年三月", 2022),
    ("二〇二三年十二月", 2023),
    ("R2.7.17", 2020),
    ("2022.1.15", 2021),
    ("2022/3/31", 2021),
)
ERA_NAMES = (
    (2022, "令和4年度"),
    (2019, "令和元年度"),
    (2018, "平成30年度"),
    (1989, "平成元年度"),
    (1988, "昭和63年度"),
    (1926, "昭和元年度"),
    (1800, "1800年度"),
)


@pytest.mark.parametrize(("text", "years"), SPOKEN)
def test_years_spoken_about(text: str, years: tuple[int, ...]) -> None:
    """Each writing gives the fiscal years written beside it, in order, each once."""
    assert years == fiscal_years(text)


@pytest.mark.parametrize(("text", "year"), DATED)
def test_a_date_belongs_to_the_fiscal_year_from_april(text: str, year: int) -> None:
    """January to March belong to the fiscal year before; a date is no year spoken about."""
    assert [(year, True)] == [(m.year, m.is_date) for m in year_mentions(text)]


@pytest.mark.parametrize(
    ("text", "is_fiscal"),
    [
        ("令和4年度", True),
        ("FY22", True),
        ("2022FY", True),
        ("令和4年", False),
        ("R4", False),
        ("2022", False),
    ],
)
def test_fiscal_and_calendar_years_are_told_apart(text: str, is_fiscal: bool) -> None:
    """年度 and FY mark a fiscal year; 年 or nothing does not."""
    assert [is_fiscal] == [m.is_fiscal for m in year_mentions(text)]


def test_offsets_point_into_the_text() -> None:
    """A mention's span is what was written, full width or not."""
    text = "予算は令和４年度、実績はＲ２と2019年度です"

    assert [text[m.start : m.end] for m in year_mentions(text)] == ["令和４年度", "Ｒ２", "2019年度"]


def test_years_can_be_blanked_out() -> None:
    """The years leave, the rest keeps its place."""
    assert without_years("令和4年度のWPIと2021～2023年度") == "     のWPIと           "


@pytest.mark.parametrize(("year", "name"), ERA_NAMES)
def test_official_name_of_a_year(year: int, name: str) -> None:
    """A year is written with the era it began in."""
    assert name == era_name(year)


@given(st.integers(1868, 2090))
def test_official_name_is_read_back(year: int) -> None:
    """What is written as an official name is read as that year."""
    assert (year,) == fiscal_years(era_name(year))


@given(
    st.text(st.characters(exclude_categories=())) | st.text("令和平成元R H12093〇二十年度月~-から、と.,/円人")
)
def test_mentions_are_well_formed_for_any_text(text: str) -> None:
    """Spans lie inside the text, years are believable and blanking keeps the length."""
    mentions = year_mentions(text)

    assert all(0 <= m.start < m.end <= len(text) for m in mentions)
    assert all(1868 <= m.year <= 2128 for m in mentions)
    assert len(text) == len(without_years(text))


@pytest.mark.parametrize("filling", [" ", "\n", "\u3000", "9", "("])
def test_long_fillings_do_not_stall(filling: str) -> None:
    """A year before fifty thousand blanks or digits is read like any other."""
    assert fiscal_years("令和4年度" + filling * 50_000 + "x") == (2022,)
