"""Settings: the only place with defaults. Imports nothing heavy."""

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_MODEL = "default"
"""The embedding model in the package."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a command works with."""

    corpus: Path = Path("corpus")
    index: Path = Path("index")
    model: str = DEFAULT_MODEL
    faq: bool = True
    """Whether anticipated questions (想定問答) are used as keys."""


LONGEST_QUESTION = 2_000
"""Characters. Longer input is no question; it is refused before any analysis."""


def settings_from(corpus: str | None, index: str | None, model: str | None, *, faq: bool = True) -> Settings:
    """Settings from command-line values.

    What is None comes from the environment (STI_QA_CORPUS, STI_QA_INDEX, STI_QA_MODEL) or is the
    default.
    """
    return Settings(
        corpus=Path(corpus or os.environ.get("STI_QA_CORPUS") or "corpus"),
        index=Path(index or os.environ.get("STI_QA_INDEX") or "index"),
        model=model or os.environ.get("STI_QA_MODEL") or DEFAULT_MODEL,
        faq=faq,
    )
