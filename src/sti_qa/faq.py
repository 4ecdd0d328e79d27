"""想定問答: anticipated questions beside a document, as further keys to its passages.

Beside ``corpus/<file>`` may lie ``corpus/<file>.faq.jsonl``, a line each ``{"question", "quote"}``. The
quote is an exact piece of the document; the sidecar's text itself is never shown as an answer.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from sti_qa.decode import decode, read_bytes
from sti_qa.types import Document, Faq

SUFFIX = ".faq.jsonl"


def faq_names(folder: Path) -> list[str]:
    """Names of the sidecars of ``folder``, sorted."""
    return sorted(path.name for path in folder.glob(f"*{SUFFIX}") if path.is_file())


def read_faqs(folder: Path, documents: Iterable[Document]) -> tuple[tuple[Faq, ...], tuple[str, ...]]:
    """The anticipated questions of all documents, and what was passed over (Japanese).

    A quote that no longer stands in its document is passed over and reported.
    """
    texts = {document.doc_id: document.text for document in documents}
    found: list[Faq] = []
    problems: list[str] = []
    for name in faq_names(folder):
        doc_id = name.removesuffix(SUFFIX)
        if doc_id not in texts:
            problems.append(f"{name}: 資料 {doc_id} がありません。")
            continue
        for number, line in enumerate(_lines(folder / name, problems), start=1):
            result = _faq(doc_id, texts[doc_id], line)
            if isinstance(result, Faq):
                found.append(result)
            elif result:
                problems.append(f"{name} {number} 行目: {result}")
    return tuple(found), tuple(problems)


def _lines(path: Path, problems: list[str]) -> list[str]:
    try:
        return decode(read_bytes(path)).lstrip("\ufeff").split("\n")
    except (OSError, ValueError) as error:
        problems.append(f"{path.name}: 読めません({error})。")
        return []


def _faq(doc_id: str, text: str, line: str) -> Faq | str:
    """The entry of a line, or what is wrong with it ('' for a blank line)."""
    if not line.strip():
        return ""
    try:
        row = json.loads(line)
        question, quote = row["question"], row["quote"]
        start = text.index(quote) if quote else -1
    except (ValueError, KeyError, TypeError, RecursionError):
        return f"「{line[:40]}」は使えません(形が違うか、引用が資料にありません)。"
    if start < 0 or not str(question).strip():
        return "質問か引用が空です。"
    return Faq(doc_id, str(question).strip(), start, start + len(quote))
