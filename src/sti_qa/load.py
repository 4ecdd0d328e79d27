"""The corpus folder: files to Documents, and the editable tables beside them."""

import csv
import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from sti_qa.decode import decode, read_bytes
from sti_qa.errors import CorpusError
from sti_qa.faq import faq_names, read_faqs
from sti_qa.outline import looks_like_heading, plain
from sti_qa.types import Document, Faq
from sti_qa.years import year_mentions

SUFFIXES = frozenset({".txt", ".md"})
CATALOG, ALIASES, PAGES = "catalog.csv", "aliases.csv", "pages.csv"
_PUBLISHER = re.compile(
    r"(?:内閣官房|内閣府|デジタル庁|復興庁|総務省|法務省|外務省|財務省|文部科学省|厚生労働省|農林水産省|経済産業省|国土交通省|環境省|防衛省)"
)


class Failure(NamedTuple):
    """A file that could not be read."""

    file: str
    reason: str


class Alias(NamedTuple):
    """Another form of a name."""

    name: str
    alias: str
    kind: str
    """'programme' or 'organisation'."""


class Corpus(NamedTuple):
    """What one reading of the folder gave, in file-name order."""

    documents: tuple[Document, ...]
    failures: tuple[Failure, ...]
    aliases: tuple[Alias, ...]
    """Rows of aliases.csv."""
    faqs: tuple[Faq, ...]
    """Anticipated questions of the documents."""
    warnings: tuple[str, ...]
    """What was passed over in the tables, in Japanese."""


def read_corpus(folder: Path) -> Corpus:
    """Read every ``.txt`` and ``.md`` file of ``folder`` (README.md left out).

    Raises CorpusError when the folder or one of its tables cannot be read; a single bad
    document only becomes a Failure.
    """
    if not folder.is_dir():
        raise CorpusError(f"資料フォルダ {folder} がありません。--corpus で指定してください。")
    catalog = {row["file"]: row for row in _table(folder / CATALOG, ("file", "title"))}
    results = [_read_document(folder / n, catalog.get(n, {})) for n in document_names(folder)]
    documents = [r for r in results if isinstance(r, Document)]
    failures = [r for r in results if isinstance(r, Failure)]
    rows = _table(folder / PAGES, ("file", "page", "first_line"))
    page_starts, warnings = _page_starts(rows, {d.doc_id: d.text for d in documents})
    paged = (replace(d, page_starts=page_starts.get(d.doc_id, ())) for d in documents)
    faqs, problems = read_faqs(folder, documents)
    return Corpus(tuple(paged), tuple(failures), _aliases(folder), faqs, (*warnings, *problems))


def _aliases(folder: Path) -> tuple[Alias, ...]:
    rows = _table(folder / ALIASES, ("name", "alias", "kind"))
    return tuple(
        Alias(row["name"].strip(), row["alias"].strip(), row["kind"].strip() or "programme")
        for row in rows
        if row["name"].strip()
    )


def document_names(folder: Path) -> list[str]:
    """Names of the files of ``folder`` that are documents, sorted."""
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.suffix.lower() in SUFFIXES
        and not path.name.lower().startswith("readme")
        and _is_text(path.name)
    )


def _is_text(name: str) -> bool:
    """Whether a file name is valid Unicode; others cannot be cited."""
    return not any("\ud800" <= char <= "\udfff" for char in name)


def corpus_state(folder: Path) -> dict[str, str]:
    """SHA-256 of every document file and table, by name: tells whether an index is stale."""
    tables = [name for name in (CATALOG, ALIASES, PAGES) if (folder / name).is_file()]
    state = {}
    for name in [*document_names(folder), *tables, *faq_names(folder)] if folder.is_dir() else []:
        try:
            state[name] = hashlib.sha256(read_bytes(folder / name)).hexdigest()
        except OSError:
            continue
    return state


def _read_document(path: Path, row: dict[str, str]) -> Document | Failure:
    try:
        raw = read_bytes(path)
        text = decode(raw)
    except (OSError, ValueError) as error:
        return Failure(path.name, getattr(error, "strerror", None) or str(error))
    if not text.strip("\ufeff \t\r\n\f\x00"):
        return Failure(path.name, "文字がありません")
    digest = hashlib.sha256(raw + repr(sorted(row.items())).encode()).hexdigest()
    return Document(
        doc_id=path.name,
        text=text,
        sha256=digest,
        title=row.get("title", "").strip() or inferred_title(text) or path.stem,
        publisher=row.get("publisher", "").strip() or _inferred_publisher(text),
        fiscal_year=_catalogued_year(path, row) or inferred_year(text),
        published=row.get("published", "").strip(),
        kind=row.get("kind", "").strip(),
        url=row.get("url", "").strip(),
    )


def inferred_title(text: str) -> str:
    """The first line that reads like a title, else the first line, of the first 1,500 characters."""
    lines = [line.strip() for line in text.lstrip("\ufeff")[:1_500].splitlines() if len(plain(line)) >= 4]
    titles = [line for line in lines if looks_like_heading(line)]
    return plain((titles or lines or [""])[0])[:80]


def inferred_year(text: str) -> int | None:
    """The fiscal year that stands most often before 予算 or 要求; else the latest named."""
    mentions = [m for m in year_mentions(text) if m.is_fiscal]
    spoken = [m.year for m in mentions if re.match(r"\D{0,8}(?:予算|要求)", text[m.end : m.end + 12])]
    if spoken:
        return max(sorted(set(spoken), reverse=True), key=spoken.count)
    return max((m.year for m in mentions), default=None)


def _inferred_publisher(text: str) -> str:
    found = _PUBLISHER.findall(text)
    return max(sorted(set(found)), key=found.count) if found else ""


def _catalogued_year(path: Path, row: dict[str, str]) -> int | None:
    value = (row.get("fiscal_year") or "").strip()
    if value and not re.fullmatch(r"\d{4}", value):
        raise CorpusError(
            f"{path.parent / CATALOG} の {path.name} の fiscal_year は「{value}」です。西暦4桁で書いてください。"
        )
    return int(value) if value else None


def _table(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a CSV table; [] where there is no such file. Raises CorpusError."""
    if not path.is_file():
        return []
    try:
        reader = csv.DictReader(io.StringIO(decode(read_bytes(path)).lstrip("\ufeff")))
        rows = [{k: v or "" for k, v in row.items() if isinstance(k, str)} for row in reader]
    except (OSError, ValueError, csv.Error) as error:
        raise CorpusError(f"{path} を読めません: {error}") from error
    missing = [name for name in columns if name not in (reader.fieldnames or [])]
    if missing:
        raise CorpusError(f"{path} の見出しは {reader.fieldnames} です。{','.join(columns)} の列が要ります。")
    return rows


def _page_starts(
    rows: list[dict[str, str]], texts: dict[str, str]
) -> tuple[dict[str, tuple[int, ...]], list[str]]:
    """Page starts by document, and a warning for each document whose rows no longer fit it.

    Each listed first line is looked for as a whole line, after the page before it.
    """
    starts: dict[str, list[int]] = {}
    misfits: dict[str, str] = {}
    for row in rows:
        name, wanted = row["file"], row["first_line"].strip()
        if name not in texts or name in misfits:
            continue
        found = starts.setdefault(name, [])
        line = re.compile(rf"^[ \t　\f]*{re.escape(wanted)}[ \t　\r]*$", re.MULTILINE)
        match = line.search(texts[name], found[-1] + 1 if found else 0)
        if match is None:
            misfits[name] = wanted
        else:
            found.append(match.start())
    warnings = [
        f"{PAGES} の「{line[:30]}」が {name} に見つかりません。この資料のページは自動で判定します。"
        for name, line in misfits.items()
    ]
    return {n: tuple(found) for n, found in starts.items() if n not in misfits}, warnings
