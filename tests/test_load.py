"""Reading the folder: encodings, odd files, the tables beside the documents."""

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sti_qa import decode as decoding
from sti_qa.decode import decode
from sti_qa.errors import CorpusError
from sti_qa.load import (
    Alias,
    Corpus,
    Failure,
    corpus_state,
    document_names,
    inferred_title,
    inferred_year,
    read_corpus,
)

TEXT = "国際共同研究の推進について\r\n文部科学省は令和4年度予算において、科学技術を推進する。\n終わり"
ENCODINGS = ("utf-8", "utf-16", "cp932", "euc_jp", "iso2022_jp")
UNREADABLE = (
    (b"\xff\xff\x80\x81", "文字コードが UTF-8・Shift_JIS・EUC-JP のどれでもありません"),
    ("café".encode("latin-1"), "文字コードが UTF-8・Shift_JIS・EUC-JP のどれでもありません"),
    (b"\xff\xff\x80", "文字コードが UTF-8・Shift_JIS・EUC-JP のどれでもありません"),
    (b"\xff\xfeA", "文字コードが UTF-8・Shift_JIS・EUC-JP のどれでもありません"),
    ("です、ます。".encode()[:-1], "文字コードが UTF-8・Shift_JIS・EUC-JP のどれでもありません"),
    (b"", "文字がありません"),
    (b"\x00" * 10, "文字がありません"),
    (b"\xef\xbb\xbf", "文字がありません"),
    (b" \r\n\t\f\n", "文字がありません"),
)
TITLES = (
    ("背景は以下の通りである。\n国際共同研究の推進\n本文。", "国際共同研究の推進"),
    ("\ufeff国際共同研究の推進\n本文。", "国際共同研究の推進"),
    ("# 【国際展開の戦略】\n本文。", "国際展開の戦略"),
    ("本文だけの資料である。\n続き。", "本文だけの資料である。"),
    ("1\n\n12\n本文だけの資料である。", "本文だけの資料である。"),
    ("短い", ""),
)
YEARS = (
    ("令和4年度予算額 5億円、令和4年度予算、令和3年度予算", 2022),
    ("令和3年度に開始し、令和5年度要求を行う。令和7年度まで", 2023),
    ("令和3年度と令和5年度", 2023),
    ("令和4年予算", None),
    ("2022年3月31日", None),
    ("", None),
)


def _read(folder: Path, **files: bytes | str) -> Corpus:
    for name, content in files.items():
        raw = content.encode() if isinstance(content, str) else content
        (folder / name.replace("_", ".")).write_bytes(raw)
    return read_corpus(folder)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_give_the_same_text(tmp_path: Path, encoding: str) -> None:
    """Each usual Japanese encoding is recognised; carriage returns stay."""
    (document,) = _read(tmp_path, a_txt=TEXT.encode(encoding)).documents

    assert document.text == TEXT


def test_offsets_are_those_of_python(tmp_path: Path) -> None:
    """A byte order mark stays, so that offsets equal those of a plain open()."""
    (document,) = _read(tmp_path, a_txt=b"\xef\xbb\xbf" + TEXT.encode()).documents

    assert document.text == (tmp_path / "a.txt").open(encoding="utf-8", newline="").read()
    assert document.title == "国際共同研究の推進について"


@pytest.mark.parametrize(("raw", "reason"), UNREADABLE)
def test_unusable_bytes_are_reported(tmp_path: Path, raw: bytes, reason: str) -> None:
    """A file without text in a known encoding is a failure with its reason; the others are read."""
    corpus = _read(tmp_path, a_txt=raw, b_txt=TEXT)

    assert corpus.failures == (Failure("a.txt", reason),)
    assert [d.doc_id for d in corpus.documents] == ["b.txt"]


def test_pipe_folder_and_dangling_link_are_reported(tmp_path: Path) -> None:
    """What is no regular file neither blocks the reading nor ends it."""
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "link.txt").symlink_to("nowhere.txt")
    corpus = _read(tmp_path, z_txt=TEXT)

    assert corpus.failures == (
        Failure("folder.txt", "通常のファイルではありません"),
        Failure("link.txt", "No such file or directory"),
        Failure("pipe.txt", "通常のファイルではありません"),
    )
    assert [d.doc_id for d in corpus.documents] == ["z.txt"]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_refused_files_are_closed(tmp_path: Path) -> None:
    """A folder named like a document leaves no descriptor open."""
    (tmp_path / "folder.txt").mkdir()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        read_corpus(tmp_path)

    assert len(os.listdir("/proc/self/fd")) == before


def test_oversized_file_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file over the limit is not read; one at the limit is."""
    monkeypatch.setattr(decoding, "LARGEST_FILE", 1_000)
    corpus = _read(tmp_path, a_txt="あ" * 334, b_txt="あ" * 333)

    assert corpus.failures == (Failure("a.txt", "大きすぎます(1,002 バイト。上限 1,000)"),)
    assert [d.doc_id for d in corpus.documents] == ["b.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_forbidden_file_is_reported(tmp_path: Path) -> None:
    """A file without reading permission is a failure."""
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "a.txt").chmod(0)

    assert read_corpus(tmp_path).failures == (Failure("a.txt", "Permission denied"),)


def test_only_documents_are_read(tmp_path: Path) -> None:
    """.txt and .md in any case, sorted; no README, table or other file."""
    for name in ("b.MD", "a.txt", "README.md", "readme.txt", "c.csv", "d.pdf", "txt"):
        (tmp_path / name).write_text(TEXT)

    assert document_names(tmp_path) == ["a.txt", "b.MD"]


def test_catalogue_describes_documents(tmp_path: Path) -> None:
    """The row of a document fills its fields; the digest changes with the row."""
    plain = _read(tmp_path, a_txt=TEXT).documents[0]
    table = "\ufefffile,title,publisher,fiscal_year,published,kind,url\r\na.txt,題,庁,2021,2021-06,資料,http://x\r\n"
    rich = _read(tmp_path, catalog_csv=table).documents[0]

    assert (rich.title, rich.publisher, rich.fiscal_year) == ("題", "庁", 2021)
    assert (rich.published, rich.kind, rich.url) == ("2021-06", "資料", "http://x")
    assert plain.sha256 != rich.sha256


def test_uncatalogued_document_is_inferred(tmp_path: Path) -> None:
    """Title, year and publisher come from the text where no row tells them."""
    (document,) = _read(tmp_path, a_txt=TEXT).documents

    assert (document.title, document.fiscal_year) == ("国際共同研究の推進について", 2022)
    assert (document.publisher, document.published) == ("文部科学省", "")


def test_untitled_document_is_named_by_its_file(tmp_path: Path) -> None:
    """Where no line will do the file's name is the title."""
    assert _read(tmp_path, a_txt="短い").documents[0].title == "a"


@pytest.mark.parametrize(("text", "title"), TITLES)
def test_title_from_text(text: str, title: str) -> None:
    """The first line like a title, else the first line; bare numbers and marks do not count."""
    assert title == inferred_title(text)


@pytest.mark.parametrize(("text", "year"), YEARS)
def test_year_from_text(text: str, year: int | None) -> None:
    """The year most often before 予算 or 要求, else the latest fiscal year; dates tell nothing."""
    assert year == inferred_year(text)


@pytest.mark.parametrize("value", ["令和4", "R4", "²", "22", "20222", "-2022", "2022.0"])
def test_bad_year_in_catalogue_is_an_error(tmp_path: Path, value: str) -> None:
    """A fiscal_year that is not four digits names the file, the value and the remedy."""
    with pytest.raises(CorpusError, match=rf"a\.txt の fiscal_year は「{value}」です。西暦4桁"):
        _read(tmp_path, a_txt=TEXT, catalog_csv=f"file,title,fiscal_year\na.txt,題,{value}\n")


@pytest.mark.parametrize("name", ["catalog_csv", "pages_csv", "aliases_csv"])
def test_table_without_its_columns_is_an_error(tmp_path: Path, name: str) -> None:
    """A table with other headings says which were found and which are wanted."""
    with pytest.raises(CorpusError, match=r"の見出しは \['x', 'y'\] です"):
        _read(tmp_path, a_txt=TEXT, **{name: "x,y\n1,2\n"})


def test_undecodable_table_is_an_error(tmp_path: Path) -> None:
    """A table in no known encoding is named."""
    with pytest.raises(CorpusError, match=r"catalog\.csv を読めません"):
        _read(tmp_path, a_txt=TEXT, catalog_csv=b"\xff\xff\x80")


def test_missing_folder_is_an_error(tmp_path: Path) -> None:
    """The message says which folder and which option."""
    with pytest.raises(CorpusError, match="--corpus"):
        read_corpus(tmp_path / "none")


def test_empty_folder_is_an_empty_corpus(tmp_path: Path) -> None:
    """No file, no document, no complaint."""
    assert read_corpus(tmp_path) == Corpus((), (), (), (), ())


def test_pages_are_found_by_their_first_lines(tmp_path: Path) -> None:
    """Each listed line is looked for as a whole line after the one before, indented or not."""
    text = "概要\n本文の概要\n 概要\r\n続き\n二行の\n題\n終わり"
    table = 'file,page,first_line\na.txt,1,概要\na.txt,2,概要\na.txt,3,"二行の\n題"\n'
    (document,) = _read(tmp_path, a_txt=text, pages_csv=table).documents

    assert document.page_starts == (0, text.index(" 概要"), text.index("二行の"))


def test_stale_pages_are_a_warning(tmp_path: Path) -> None:
    """A listed line that is gone leaves that document's pages to recognition, the others' alone."""
    table = "file,page,first_line\na.txt,1,終わり\na.txt,2,消えた行\nb.txt,1,終わり\nc.txt,1,無い資料\n"
    corpus = _read(tmp_path, a_txt=TEXT, b_txt=TEXT, pages_csv=table)

    assert corpus.warnings == (
        "pages.csv の「消えた行」が a.txt に見つかりません。この資料のページは自動で判定します。",
    )
    assert [d.page_starts for d in corpus.documents] == [(), (TEXT.index("終わり"),)]


def test_aliases_are_read(tmp_path: Path) -> None:
    """Rows without a name are passed over; a kind not given is a programme."""
    table = "name,alias,kind\n 事業A ,A ,\n,B,programme\n機構C,C,organisation\n"

    assert _read(tmp_path, aliases_csv=table).aliases == (
        Alias("事業A", "A", "programme"),
        Alias("機構C", "C", "organisation"),
    )


def test_state_tells_changes(tmp_path: Path) -> None:
    """Documents and tables count, other files do not."""
    _read(tmp_path, a_txt=TEXT, catalog_csv="file,title\n")
    before = corpus_state(tmp_path)
    (tmp_path / "notes.pdf").write_text("x")
    same = corpus_state(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT + "。")
    changed = {name for name, digest in corpus_state(tmp_path).items() if before.get(name) != digest}

    assert (sorted(before), same, changed) == (["a.txt", "catalog.csv"], before, {"a.txt"})


@given(st.text("科学技術・国際共同研究のためにする。（）「」アイウエオ０12ABC\n", min_size=30))
def test_japanese_survives_every_encoding(text: str) -> None:
    """Ordinary Japanese text is read back from UTF-8, UTF-16 and ISO-2022-JP exactly."""
    assert {text} == {decode(text.encode(name)) for name in ("utf-8", "utf-16", "iso2022_jp")}


@given(st.binary())
def test_any_bytes_decode_or_raise(raw: bytes) -> None:
    """Bytes are text in a known encoding or a ValueError, nothing else."""
    with contextlib.suppress(ValueError):
        assert isinstance(decode(raw), str)
