"""Passages: what they cover, how large they are, what they know of their page."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sti_qa import morphology
from sti_qa.chunk import PassageSize, pages, passage_year, passages
from sti_qa.load import Alias, read_corpus
from sti_qa.outline import page_spans
from sti_qa.programmes import ProgrammeBook, programme_book
from sti_qa.types import Document, Passage

CORPUS = read_corpus(Path(__file__).parent.parent / "corpus")
BOOK = programme_book(CORPUS.aliases, [d.text for d in CORPUS.documents])
SMALL_BOOK = programme_book(
    (Alias("研究拠点プログラム", "WPI", "programme"), Alias("共同研究事業", "SICORP", "programme")), []
)
PIECES = st.sampled_from(
    [
        "科学技術を推進する。",
        "我が国の研究力を強化するため、国際共同研究を支援し、優れた若手研究者を海外に派遣するとともに受け入れる。",
        "令和4年度予算額 5億円\n",
        "研究拠点プログラム\n",
        "【事業概要】\n",
        "・採択",
        "\n",
        "\f",
        "\n\n\n\n",
        "（",
        "\t",
    ]
)
DOCUMENT_TEXT = st.lists(PIECES | st.text(max_size=6), min_size=1, max_size=60).map("".join)
SIZES = st.builds(PassageSize, target=st.integers(5, 60), overlap=st.integers(0, 20))


def _document(text: str, fiscal_year: int | None = 2022) -> Document:
    return Document("a.txt", text, "", "資料の題", "", fiscal_year, "", "", "")


def _passages(document: Document, book: ProgrammeBook, size: PassageSize) -> tuple[Passage, ...]:
    return passages(document, pages(document, book), book, size)


def _check(document: Document, book: ProgrammeBook, size: PassageSize) -> None:
    found = _passages(document, book, size)
    spans = page_spans(document.text, document.page_starts)
    starts = {s.start: s for page in pages(document, book) for s in page.statements}
    covered: set[int] = set()
    for passage in found:
        covered.update(range(passage.start, passage.end))
        own = [s for at, s in starts.items() if passage.start <= at < passage.end]
        weight = sum(morphology.count(document.text[s.start : s.end]) for s in own)
        assert passage.text == document.text[passage.start : passage.end]
        assert passage.passage_id == f"{document.doc_id}#{passage.start}-{passage.end}"
        assert spans[passage.page - 1][0] <= passage.start < passage.end <= spans[passage.page - 1][1]
        assert weight <= size.target or len(own) == 1
    assert covered == set(range(len(document.text)))
    ends = [p.end for p in found]
    assert ends == sorted(set(ends))  # no passage lies inside another


@settings(deadline=None, max_examples=60)
@given(DOCUMENT_TEXT, SIZES)
def test_passages_of_any_document(text: str, size: PassageSize) -> None:
    """They cover the text, equal their slices, keep to a page and to the size, and add something new."""
    _check(_document(text), SMALL_BOOK, size)


@pytest.mark.parametrize("document", CORPUS.documents, ids=lambda d: d.doc_id)
def test_passages_of_the_corpus(document: Document) -> None:
    """The same holds for each real document at the size in use."""
    _check(document, BOOK, PassageSize())


def test_every_corpus_document_is_read() -> None:
    """The five documents are there, listed pages fit, nothing failed."""
    pages_each = [len(pages(d, BOOK)) for d in CORPUS.documents]
    listed = [len(d.page_starts) for d in CORPUS.documents]

    assert (len(CORPUS.documents), CORPUS.failures, CORPUS.warnings) == (5, (), ())
    assert pages_each == listed


def test_neighbours_overlap_by_whole_statements() -> None:
    """The end of a passage is repeated at the start of the next, up to the overlap."""
    text = "".join(f"{n}番目の研究を支援する。" for n in range(1, 7))  # nine morphemes each
    found = _passages(_document(text), SMALL_BOOK, PassageSize(target=28, overlap=10))

    assert [p.text.count("。") for p in found] == [3, 3, 2]
    assert [p.text[0] for p in found] == ["1", "3", "5"]


def test_long_statement_stands_alone() -> None:
    """A statement larger than the target is one passage; its neighbours do not join it."""
    text = "短い文です。" + "国際共同研究" * 20 + "を行う。" + "終わりです。"
    found = _passages(_document(text), SMALL_BOOK, PassageSize(target=10, overlap=5))

    assert [p.text for p in found] == ["短い文です。", "国際共同研究" * 20 + "を行う。", "終わりです。"]


def test_passage_knows_its_page() -> None:
    """Heading, programme, years and the context line come from the page and the text."""
    text = "研究拠点プログラム\n令和3年度予算額 5億円と令和元年度の実績。\f別の頁の本文です。"
    first, second = _passages(_document(text), SMALL_BOOK, PassageSize())

    assert (first.page, first.heading, first.fiscal_year) == (1, "研究拠点プログラム", 2021)
    assert (first.years, first.programmes) == ((2021, 2019), ("研究拠点プログラム",))
    assert first.context == "資料の題 令和3年度 2021年度 研究拠点プログラム wpi"
    assert (second.page, second.heading, second.years, second.programmes) == (2, "", (2022,), ())


def test_page_is_about_the_programme_it_names_most() -> None:
    """Without a title the leading name counts; a draw leaves it open."""
    lead, draw = (
        pages(_document(t), SMALL_BOOK)[0].programmes
        for t in ("WPIを続ける。WPIとSICORPを比べる。", "WPIとSICORPを比べる。")
    )

    assert (lead, draw) == (("研究拠点プログラム",), ())


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("令和5年度予算額 3億円", 2023),
        ("令和5年度第2次補正予算 3億円", 2023),
        ("令和4年度予算額 3億円（令和3年度予算額 2億円）", 2022),
        ("令和3年度予算額と令和元年度予算額", 2021),
        ("令和元年度に開始した。", 2022),
        ("年の話はない。", 2022),
    ],
)
def test_year_of_a_passage(text: str, year: int) -> None:
    """A budget label's year wins over the document's, unless the document's is among the labels."""
    assert year == passage_year(_document(text), text)


def test_document_without_year_or_text() -> None:
    """Both give passages without a year, or none at all."""
    assert [p.years for p in _passages(_document("本文。", None), SMALL_BOOK, PassageSize())] == [()]
    assert _passages(_document(""), SMALL_BOOK, PassageSize()) == ()


def test_budget_label_before_a_long_blank_does_not_stall() -> None:
    """Fifty thousand blanks behind a year are no label."""
    text = "令和5年度" + " " * 50_000 + "x"

    assert passage_year(_document(text), text) == 2022
