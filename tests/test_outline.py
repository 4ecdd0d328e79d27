"""The structure of slide text: pages, statements, headings."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sti_qa.outline import looks_like_heading, page_spans, plain, statements

PIECES = st.sampled_from(
    [
        "科学技術を推進する。",
        "事業概要\n",
        "【背景】",
        "・採択",
        "\n",
        "\r\n",
        "\f",
        "\n\n\n\n",
        "\n ",
        "（",
        "」",
        "\t",
        "：",
        "# 章\n",
        "\u2028",
    ]
)
DOCUMENT_TEXT = st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join)

SPLIT = (
    ("１文目。２文目。", ["１文目。", "２文目。"]),
    ("  １文目。２文目。", ["  １文目。", "２文目。"]),
    ("「一文。二文。」と述べた。次。", ["「一文。二文。」と述べた。", "次。"]),
    ("（下記。）の通り。次。", ["（下記。）の通り。", "次。"]),
    ("本当か？！はい。", ["本当か？！", "はい。"]),
    ("・採択数\n・支援額", ["・採択数\n", "・支援額"]),
    ("○一つ目\n②二つ目\n(3) 三つ目\n4. 四つ目", ["○一つ目\n", "②二つ目\n", "(3) 三つ目\n", "4. 四つ目"]),
    ("支援額：1億円\n支援期間：5年", ["支援額：1億円\n", "支援期間：5年"]),
    (
        "国際共同研究を推進し、我が国の研究力\nを強化する。",
        ["国際共同研究を推進し、我が国の研究力\nを強化する。"],
    ),
    ("国際共同研究の枠組みを（以下の\n通り）作る。", ["国際共同研究の枠組みを（以下の\n通り）作る。"]),
    ("事業概要\n研究を支援する。", ["事業概要\n", "研究を支援する。"]),
    ("年度\t予算\n2022\t5億円", ["年度\t予算\n", "2022\t5億円"]),
    ("一文。\n\n\n二文。", ["一文。\n\n\n", "二文。"]),
    ("\n\n一文。", ["\n\n一文。"]),
    ("一文。\r\n二文。\r\n", ["一文。\r\n", "二文。\r\n"]),
    (" ", [" "]),
    ("", []),
)
PAGED = (
    ("一頁目の内容です\f二頁目の内容です", ["一頁目の内容です\f", "二頁目の内容です"]),
    ("一頁目の内容です\f12\f三頁目の内容です", ["一頁目の内容です\f12\f", "三頁目の内容です"]),
    ("\f一頁目の内容です", ["\f一頁目の内容です"]),
    ("一頁目の内容です\n\n\n\n二頁目の内容です", ["一頁目の内容です\n\n\n\n", "二頁目の内容です"]),
    ("一頁目の内容です\n \n　\n\t\n二頁目の内容です", ["一頁目の内容です\n \n　\n\t\n", "二頁目の内容です"]),
    ("一頁目の内容です\n\n\n同じ頁の内容です", ["一頁目の内容です\n\n\n同じ頁の内容です"]),
    ("一頁目\n\n\n\n同じ頁\f二頁目の内容です", ["一頁目\n\n\n\n同じ頁\f", "二頁目の内容です"]),
    (
        "本文の行です\n" * 60 + " 事業の概要\n本文の行です",
        ["本文の行です\n" * 60, " 事業の概要\n本文の行です"],
    ),
    ("一頁だけの文書", ["一頁だけの文書"]),
    ("", []),
)
HEADINGS = (
    ("事業概要", True),
    ("【背景・課題】", True),
    ("＜海外特別研究員経験者＞", True),
    ("世界トップレベル研究拠点プログラム（WPI）", True),
    ("## 2. 施策", True),
    ("**国際共同研究の推進**", True),
    ("第3章 国際展開", True),
    ("１．我が国の現状", True),
    ("研究を支援する。", False),
    ("令和4年度予算額 1,826百万円", False),
    ("・採択件数", False),
    ("支援対象：", False),
    ("年度\t概要", False),
    (
        "国際的な頭脳循環の進展を踏まえ、我が国において優秀な人材を育成・確保するための事業の実施に係る概要",
        False,
    ),
    ("", False),
)


def _pieces(text: str) -> list[str]:
    return [text[s.start : s.end] for s in statements(text)]


@pytest.mark.parametrize(("text", "pieces"), SPLIT)
def test_statements_end_where_a_reader_would_end_them(text: str, pieces: list[str]) -> None:
    """Sentences, bullets, labels, headings and table rows part; wrapped lines and brackets hold."""
    assert pieces == _pieces(text)


@pytest.mark.parametrize(("text", "pages"), PAGED)
def test_pages_are_recognised(text: str, pages: list[str]) -> None:
    """Form feeds, runs of blank lines and led titles begin a page; a page number alone is none."""
    assert pages == [text[start:end] for start, end in page_spans(text)]


def test_listed_pages_are_taken_as_they_are() -> None:
    """Known starts overrule every mark in the text; what stands before the first is page 1."""
    text = "表紙\f一頁目\n\n\n\n\n二頁目"

    assert page_spans(text, (3, 11)) == ((0, 11), (11, len(text)))


def test_one_listed_page_is_one_page() -> None:
    """A document listed with a single page is not cut at its form feeds."""
    assert page_spans("一頁目の内容です\f同じ頁の内容です", (0,)) == ((0, 17),)


@pytest.mark.parametrize(("line", "expected"), HEADINGS)
def test_headings_are_told_from_body(line: str, expected: bool) -> None:
    """A heading is short, marked or ends like a title, and says no sentence and no amount."""
    assert expected == looks_like_heading(line)


def test_heading_stands_over_its_page_only() -> None:
    """A statement knows the nearest heading above it; the next page begins without one."""
    text = "【事業概要】\n研究を支援します。\f次の頁の本文です。"

    assert [(s.page, s.heading, s.is_heading) for s in statements(text)] == [
        (1, "", True),
        (1, "事業概要", False),
        (2, "", False),
    ]


def test_plain_takes_marks_away() -> None:
    """List marks, Markdown and heading brackets leave, line breaks become blanks."""
    assert [plain(t) for t in ("## 【概要】", "・**採択**\n件数", "＜成果＞")] == [
        "概要",
        "採択 件数",
        "成果",
    ]


@settings(deadline=None)
@given(DOCUMENT_TEXT)
def test_statements_partition_any_text(text: str) -> None:
    """Nothing is lost or doubled, no statement is empty, pages count up."""
    found = statements(text)

    assert text == "".join(text[s.start : s.end] for s in found)
    assert all(s.start < s.end for s in found)
    assert [s.end for s in found[:-1]] == [s.start for s in found[1:]]
    assert [s.page for s in found] == sorted(s.page for s in found)


@settings(deadline=None)
@given(DOCUMENT_TEXT)
def test_only_the_first_statement_of_a_text_may_be_led_by_blank_lines(text: str) -> None:
    """Blanks belong to the statement before them, so no statement is blank in a text with words."""
    blank = [s for s in statements(text) if not text[s.start : s.end].strip()]

    assert len(blank) == (0 if text.strip() else bool(text))


@settings(deadline=None)
@given(DOCUMENT_TEXT, st.data())
def test_listed_pages_partition_any_text(text: str, data: st.DataObject) -> None:
    """Whatever starts are listed, pages partition the text and no statement crosses one."""
    starts = tuple(sorted(data.draw(st.sets(st.integers(0, max(0, len(text) - 1)), max_size=4))))
    spans = page_spans(text, starts)

    assert text == "".join(text[start:end] for start, end in spans)
    assert all(
        spans[s.page - 1][0] <= s.start and s.end <= spans[s.page - 1][1] for s in statements(text, starts)
    )


@pytest.mark.parametrize("unit", ["。", "「あ。", "(", "\n", "\u3000", "\n ", "a\f", "・\n", "**", "9"])
def test_long_repetitions_do_not_stall(unit: str) -> None:
    """Twenty thousand repetitions of a mark are partitioned like any text."""
    text = unit * 20_000

    assert text == "".join(_pieces(text))
