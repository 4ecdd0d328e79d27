"""What the tests share: the real corpus and its index, and small corpora with planted answers."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sti_qa.app import Engine, open_engine
from sti_qa.build import build_index
from sti_qa.config import Settings

# One passage a document; each has words that stand in no other.
SMALL = {
    "北極.txt": "北極観測の計画\n砕氷船みらいⅡは令和8年に就航する予定である。観測の拠点はスバールバル諸島に置かれる。\n",
    "量子.txt": "量子技術の拠点\n量子コンピュータの試作機は埼玉県和光市に設置された。利用料は一時間あたり五万円である。\n",
    "海洋.txt": "海洋ごみの調査\n浮遊するプラスチックは年間三千トンと推定された。調査は黒潮の流域で行われた。\n"
    "海洋ごみ対策事業　令和6年度予算額：120百万円\n",
}
CATALOG = "file,title,publisher,fiscal_year,published,kind,url\n"
SmallCorpus = Callable[[Path], Path]


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The real documents."""
    return Path(__file__).parent.parent / "corpus"


@pytest.fixture(scope="session")
def index_dir(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the real documents. Read only: a test that changes an index makes its own."""
    index = tmp_path_factory.mktemp("real") / "index"
    build_index(Settings(corpus=corpus, index=index))
    return index


@pytest.fixture(scope="session")
def engine(corpus: Path, index_dir: Path) -> Engine:
    """The opened index of the real documents."""
    return open_engine(Settings(corpus=corpus, index=index_dir))


@pytest.fixture(scope="session")
def small_corpus() -> SmallCorpus:
    """Writes the small documents into a folder below the one given; returns the folder."""

    def write(below: Path) -> Path:
        folder = below / "corpus"
        folder.mkdir()
        for name, text in SMALL.items():
            (folder / name).write_text(text, encoding="utf-8")
        rows = [f"{name},{name.removesuffix('.txt')}の資料,,2024,,,\n" for name in SMALL]
        (folder / "catalog.csv").write_text(CATALOG + "".join(rows), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def small(tmp_path: Path, small_corpus: SmallCorpus) -> Settings:
    """The small documents with their index."""
    settings = Settings(corpus=small_corpus(tmp_path), index=tmp_path / "index")
    build_index(settings)
    return settings


@pytest.fixture(scope="session")
def run_python() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Runs Python with the given arguments in a process of its own."""

    def run(
        *args: str, stdin: str = "", timeout: float = 60, env: dict[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *args],
            input=stdin, capture_output=True, encoding="utf-8", timeout=timeout, env=os.environ | (env or {}),
        )  # fmt: skip

    return run
