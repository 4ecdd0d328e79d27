"""Questions as understood: what a follow-up inherits, what a new topic does not."""

import pytest

from sti_qa.load import Alias
from sti_qa.programmes import programme_book
from sti_qa.query import understand
from sti_qa.types import Turn

SATREPS, SICORP = "地球規模課題対応国際科学技術協力プログラム", "戦略的国際共同研究プログラム"
ALIASES = (
    Alias(SATREPS, "SATREPS", "programme"),
    Alias(SICORP, "SICORP", "programme"),
    Alias("国際卓越研究大学制度", "国際卓越研究大学", "programme"),
)
BOOK = programme_book(ALIASES, [])
BUDGET = (
    Turn("user", "SATREPSの令和4年度予算額は？"),
    Turn("assistant", "1,826百万円（令和4年度予算額（案））[1]"),
)
BOTH = (
    Turn("user", "SICORPとSATREPSの予算はどちらが大きい？"),
    Turn("assistant", "SATREPSのほうが大きく、1,826百万円です。"),
)
PRIZE = (
    Turn("user", "猿橋賞を受賞した研究者は？"),
    Turn("assistant", "東京大学の佐藤圭准教授です（令和3年度）。"),
)
REPLIED = (
    Turn("user", "途上国と進める共同研究の事業は？"),
    Turn("assistant", "SATREPSです（令和4年度）。"),
)

INHERITED = (
    (BUDGET, "令和3年度だと？", (SATREPS,), (2021,)),
    (BUDGET, "翌年度は？", (SATREPS,), (2023,)),
    (BUDGET, "では前年度は？", (SATREPS,), (2021, 2022)),
    (BUDGET, "それはいつ始まった事業ですか", (SATREPS,), (2022,)),
    (BUDGET, "対象となる分野は？", (SATREPS,), (2022,)),
    (BUDGET, "では、SICORPは？", (SICORP,), (2022,)),
    (BUDGET, "SICORPは？", (SICORP,), (2022,)),
    (BUDGET, "同じ年度のSICORPは？", (SICORP,), (2022,)),
    (BUDGET, "what about FY2025?", (SATREPS,), (2025,)),
    (BOTH, "もう一方は？", (SICORP,), ()),
    (BOTH, "前者の開始年度は？", (SICORP,), ()),
    (BOTH, "後者の開始年度は？", (SATREPS,), ()),
    (PRIZE, "翌年度は誰？", (), (2022,)),
    (REPLIED, "その事業の期間は？", (SATREPS,), ()),
    (REPLIED, "翌年度の予算は？", (SATREPS,), (2023,)),
)
NEW_TOPIC = (
    (BUDGET, "国際卓越研究大学の認定校は？"),
    (BUDGET, "ところで日本の順位は？"),
    (BUDGET, "話は変わりますが、その後の論文数は？"),
    (BUDGET, "日本の国際共著論文の割合はどれくらいですか"),
    (BUDGET, "SICORPの概要とその目的は？"),
    ((), "令和3年度だと？"),
)


@pytest.mark.parametrize(("history", "question", "programmes", "years"), INHERITED)
def test_follow_up(
    history: tuple[Turn, ...], question: str, programmes: tuple[str, ...], years: tuple[int, ...]
) -> None:
    query = understand(question, BOOK, history)

    assert (query.programmes, query.years) == (programmes, years)
    assert query.question == question
    assert query.standalone.endswith(question)


@pytest.mark.parametrize(("history", "question"), NEW_TOPIC)
def test_a_new_topic_inherits_nothing(history: tuple[Turn, ...], question: str) -> None:
    assert understand(question, BOOK, history).standalone == question


def test_a_name_that_only_the_reply_mentions() -> None:
    standalone = understand("その方の所属は？", BOOK, PRIZE).standalone

    assert "佐藤圭准教授" in standalone
    assert "猿橋賞" in standalone


def test_follow_up_of_a_follow_up() -> None:
    turns = (*BUDGET, Turn("user", "では令和5年度は？"), Turn("assistant", "1,878百万円です。"))

    query = understand("その翌年度は？", BOOK, turns)

    assert (query.programmes, query.years) == ((SATREPS,), (2024,))


SIDES = (
    ("SICORPとSATREPSでは、どちらが先？", ("SICORPでは、どちらが先?", "SATREPSでは、どちらが先?")),
    ("短期派遣と長期派遣、どう違う？", ("短期派遣、どう違う?", "長期派遣、どう違う?")),
    (
        "海外へ出ていく人の数と海外から来る人の数では、どちらが多い？",
        ("海外へ出ていく人の数では、どちらが多い?", "海外から来る人の数では、どちらが多い?"),
    ),
    (
        "令和4年度、トップ型と牽引型はそれぞれ何件？",
        ("令和4年度、トップ型はそれぞれ何件?", "令和4年度、牽引型はそれぞれ何件?"),
    ),
    ("SATREPSの予算は平成30年度と比べて増えた？", ()),
    ("以前の水準に戻ったと聞きましたが、どちらですか", ()),
    ("研究と教育の関係は？", ()),
)


@pytest.mark.parametrize(("question", "texts"), SIDES)
def test_sides_of_a_comparison(question: str, texts: tuple[str, ...]) -> None:
    assert (
        tuple(side.standalone.removesuffix(" 令和4年度") for side in understand(question, BOOK).sides)
        == texts
    )


def test_a_year_holds_for_both_sides() -> None:
    sides = understand("R7当初でSICORPとSATREPSはどっちが大きい？", BOOK).sides

    assert [side.years for side in sides] == [(2025,), (2025,)]
    assert [side.programmes for side in sides] == [(SICORP,), (SATREPS,)]
