"""Training data: readers of the files that training/README.md lists, and the held-out split."""

import csv
import gzip
import io
import itertools
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sti_qa.evaluation import outside
from sti_qa.normalize import fold

QUESTIONS = Path(__file__).parent / "questions" / "everyday.jsonl"
Pair = tuple[str, str]
"""(query, passage), both folded."""


class Question(NamedTuple):
    """A written question about one project."""

    key: str
    """YEAR-ID of the project."""
    kind: str
    """everyday, natural, keyword or english."""
    question: str


def read_jsonl(path: Path) -> Iterator[dict[str, object]]:
    """Rows of a JSONL file, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def projects(data: Path) -> dict[str, dict[str, object]]:
    """Review-sheet rows by YEAR-ID."""
    return {f"{r['year']}-{r['id']}": r for r in read_jsonl(data / "rs_projects.jsonl.gz")}


def questions() -> list[Question]:
    """The written questions."""
    return [Question(str(r["key"]), str(r["kind"]), str(r["question"])) for r in read_jsonl(QUESTIONS)]


def is_held_out(key: str) -> bool:
    """Whether a project (YEAR-ID) is kept for measuring; all years of an ID go together."""
    return outside.is_held_out(key.partition("-")[2])


def description(row: dict[str, object]) -> str:
    """A project as one passage, folded."""
    return fold(" ".join(str(row[field] or "") for field in ("name", "purpose", "overview")))


def pair_groups(data: Path) -> dict[str, list[Pair]]:
    """Training pairs by source, held-out projects left out."""
    rows = {key: row for key, row in projects(data).items() if not is_held_out(key)}
    described = {key: description(row) for key, row in rows.items()}
    return {
        "everyday": [(fold(q.question), described[q.key]) for q in questions() if q.key in described],
        "fields": [
            (fold(str(row[field])), fold(str(row["overview"])))
            for row in rows.values()
            for field in ("name", "purpose", "issues")
            if row[field] and row["overview"]
        ],
        "jaquad": [
            (fold(str(r["question"])), fold(str(r["context"])))
            for r in read_jsonl(data / "jaquad_train.jsonl.gz")
        ],
        "tanaka": [
            (fold(str(r["en"])), fold(str(r["ja"]))) for r in read_jsonl(data / "tanaka_en_ja.jsonl.gz")
        ],
        "synonyms": synonym_pairs(data / "sudachi_synonyms.csv.gz"),
        "glosses": gloss_pairs(),
    }


def synonym_pairs(path: Path) -> list[Pair]:
    """Neighbouring members of each synonym group (column 0: group, column 8: word)."""
    groups: dict[str, list[str]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.reader(io.StringIO(file.read())):
            if len(row) > 8:
                groups.setdefault(row[0], []).append(fold(row[8]))
    return [(a, b) for words in groups.values() for a, b in itertools.pairwise(words) if a != b]


def gloss_pairs() -> list[Pair]:
    """(English gloss, Japanese word) of JMdict, from the package jamdict-data; [] without it."""
    try:
        import jamdict_data
    except ModuleNotFoundError:
        return []
    query = (
        "select g.text, k.text from Kanji k join Sense s on s.idseq = k.idseq "
        "join SenseGloss g on g.sid = s.ID "
        "where g.lang = 'eng' and length(g.text) < 40 group by k.idseq, g.text order by k.idseq, g.text"
    )
    with closing(sqlite3.connect(jamdict_data.JAMDICT_DB_PATH)) as database:
        rows = database.execute(query).fetchall()
    pairs = [(fold(re.sub(r"\(.*?\)", "", gloss)), fold(word)) for gloss, word in rows]
    return [(gloss, word) for gloss, word in pairs if gloss and word]
