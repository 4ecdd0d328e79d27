"""sti-qa without the tables beside the corpus: it sees what the peers see."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from own_search import opened, spans_of
from pieces import Search

if TYPE_CHECKING:
    from sti_qa.types import Encoder


def build(texts: dict[str, str], encoder: "Encoder") -> Search:
    """Index a folder that holds the texts and nothing else."""
    folder = Path(tempfile.mkdtemp())
    for doc_id, text in texts.items():
        (folder / doc_id).write_text(text, encoding="utf-8", newline="")
    engine = opened(folder)
    return lambda question, k: spans_of(engine.search(question, k).ranking)
