"""The lexical baseline: sti-qa's passages, ranked by BM25 over its words alone."""

from typing import TYPE_CHECKING

from own_search import opened, spans_of
from pieces import Search

from sti_qa.config import settings_from
from sti_qa.evaluation.systems import ranked
from sti_qa.morphology import terms

if TYPE_CHECKING:
    from sti_qa.types import Encoder


def build(texts: dict[str, str], encoder: "Encoder") -> Search:
    """Index the folder that STI_QA_CORPUS names (vectors too: the index has no other way)."""
    index = opened(settings_from(None, None, None).corpus).index
    return lambda question, k: spans_of(ranked(index.passages, index.words.scores(terms(question)))[:k])
