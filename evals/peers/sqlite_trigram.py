"""SQLite: an FTS5 table with the trigram tokenizer, ranked by bm25. No embedding model."""

import sqlite3
from typing import TYPE_CHECKING

from pieces import Search, Span, cut, slices

if TYPE_CHECKING:
    from sti_qa.types import Encoder


def build(texts: dict[str, str], encoder: "Encoder | None") -> Search:
    """Index pieces of 500 characters."""
    spans = cut(texts)
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE piece USING fts5(text, tokenize='trigram')")
    rows = list(enumerate(slices(texts, spans)))
    database.executemany("INSERT INTO piece(rowid, text) VALUES (?, ?)", rows)

    def search(question: str, k: int) -> list[Span]:
        wanted = any_trigram(question)
        if not wanted:
            return []
        statement = "SELECT rowid FROM piece WHERE piece MATCH ? ORDER BY rank LIMIT ?"
        return [spans[row] for (row,) in database.execute(statement, (wanted, k))]

    return search


def any_trigram(question: str) -> str:
    """The trigrams of a question joined by OR: as one phrase, or joined by AND, it finds nothing."""
    grams = [word[i : i + 3] for word in question.split() for i in range(len(word) - 2)]
    quoted = ['"' + gram.replace('"', '""') + '"' for gram in dict.fromkeys(grams)]
    return " OR ".join(quoted)
