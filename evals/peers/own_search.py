"""sti-qa itself: its index of the corpus folder with all its tables, and its search."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pieces import Search, Span

from sti_qa.app import Engine, build_index, open_engine
from sti_qa.config import Settings, settings_from
from sti_qa.types import Ranking

if TYPE_CHECKING:
    from sti_qa.types import Encoder


def build(texts: dict[str, str], encoder: "Encoder") -> Search:
    """Index the folder that STI_QA_CORPUS names, which is where ``texts`` come from."""
    engine = opened(settings_from(None, None, None).corpus)
    return lambda question, k: spans_of(engine.search(question, k).ranking)


def opened(corpus: Path) -> Engine:
    """An index of ``corpus`` in a temporary folder."""
    settings = Settings(corpus=corpus, index=Path(tempfile.mkdtemp()))
    build_index(settings)
    return open_engine(settings)


def spans_of(ranking: Ranking) -> list[Span]:
    """Where the passages found stand."""
    return [(hit.passage.doc_id, hit.passage.start, hit.passage.end) for hit in ranking]
