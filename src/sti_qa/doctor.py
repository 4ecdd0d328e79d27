"""`sti-qa doctor`: what is installed, what is indexed, and whether both fit together."""

import platform
from importlib.metadata import PackageNotFoundError, version

from sti_qa.app import open_engine, stale_sources
from sti_qa.config import Settings
from sti_qa.errors import StiQaError
from sti_qa.load import read_corpus
from sti_qa.morphology import dictionary_version, terms

_PACKAGES = (
    "sti-qa", "torch", "sentence-transformers", "faiss-cpu", "bm25s", "fugashi", "unidic-lite", "gradio",
)  # fmt: skip


def examine(settings: Settings) -> tuple[bool, str]:
    """(all is well, report in lines)."""
    lines = [f"Python {platform.python_version()} ({platform.system()} {platform.machine()})"]
    lines += [f"{name} {_version(name)}" for name in _PACKAGES]
    checks = [_dictionary(), _corpus(settings), _index(settings)]
    lines += [f"{'OK  ' if good else 'NG  '}{text}" for good, text in checks]
    return all(good for good, _ in checks), "\n".join(lines)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "入っていません"


def _dictionary() -> tuple[bool, str]:
    works = terms("科学技術の予算") == ("科学", "技術", "予算")
    return works, f"辞書: {dictionary_version()}{'' if works else ' が正しく分割しません'}"


def _corpus(settings: Settings) -> tuple[bool, str]:
    try:
        corpus = read_corpus(settings.corpus)
    except StiQaError as error:
        return False, f"資料: {error}"
    problems = [f"{f.file}: {f.reason}" for f in corpus.failures] + list(corpus.warnings)
    text = f"資料: {settings.corpus} に {len(corpus.documents)} 件"
    return not problems and bool(corpus.documents), "; ".join([text, *problems])


def _index(settings: Settings) -> tuple[bool, str]:
    try:
        engine = open_engine(settings)
    except StiQaError as error:
        return False, f"索引: {error}"
    manifest = engine.manifest
    text = (
        f"索引: {engine.generation} ({manifest.created})、資料 {manifest.n_documents} 件、"
        f"文章 {manifest.n_passages} 件、モデル {manifest.model} ({manifest.dim} 次元)"
    )
    stale = stale_sources(settings, manifest)
    return not stale, text + (f"; 未反映: {', '.join(stale)}" if stale else "")
