"""Builds: what is made anew, what is kept, and what is reported."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from sti_qa.app import Engine, open_engine, stale_sources
from sti_qa.build import BuildReport, analyzer_name, build_index, passage_settings
from sti_qa.config import Settings
from sti_qa.encode import load_encoder
from sti_qa.errors import CorpusError, IndexMismatch, ModelUnavailable
from sti_qa.store import current_name, manifest_bytes, open_generation, read_manifest
from sti_qa.types import Answer

QUESTIONS = (
    "SATREPSの令和4年度予算額は？",
    "国際頭脳循環の課題は何か",
    "WPIの拠点の要件",
    "科研費 国際先導研究",
)
MARS = "火星探査の構想\n着陸機は鹿児島県種子島から打ち上げられる。\n"
ASK_MARS = "着陸機はどこから打ち上げられますか"


def found(answer: Answer) -> list[tuple[str, float]]:
    return [(hit.passage.passage_id, hit.score) for hit in answer.ranking]


def passage_ids(settings: Settings) -> list[str]:
    return [p.passage_id for p in open_generation(settings.index).passages]


def worked(report: BuildReport) -> tuple[str, int, int]:
    return report.generation, report.embedded, report.reused


def test_an_opened_index_ranks_as_it_did(engine: Engine, corpus: Path, index_dir: Path) -> None:
    """Opening an index a second time gives the same passages, scores and answers."""
    again = open_engine(Settings(corpus=corpus, index=index_dir))

    for question in QUESTIONS:
        assert found(again.search(question)) == found(engine.search(question))
        assert again.ask(question).citations == engine.ask(question).citations


def test_two_builds_of_a_corpus_are_the_same(small: Settings, tmp_path: Path) -> None:
    """Another build of the same documents gives the same files, but for the time in the manifest."""
    other = replace(small, index=tmp_path / "other")
    build_index(other)

    one, two = (read_manifest(s.index / current_name(s.index)) for s in (small, other))

    assert replace(one, created="") == replace(two, created="")


@pytest.mark.parametrize(
    ("question", "said", "file"),
    [("砕氷船みらいⅡはいつ就航しますか", "令和8年", "北極.txt"),
     ("量子コンピュータの利用料は", "五万円", "量子.txt"),
     ("プラスチックは年間どれだけと推定されたか", "三千トン", "海洋.txt")],
)  # fmt: skip
def test_planted_answers_come_first(small: Settings, question: str, said: str, file: str) -> None:
    """Each planted answer is found at the first place and quoted."""
    answer = open_engine(small).ask(question)

    assert answer.ranking[0].passage.doc_id == file
    assert said in answer.citations[0].quote


def test_a_new_document_is_answerable_and_alone_embedded(small: Settings) -> None:
    """A document put into the folder is found after a build that embeds only its passages."""
    (small.corpus / "火星.txt").write_text(MARS, encoding="utf-8")
    report = build_index(small)

    answer = open_engine(small).ask(ASK_MARS)

    assert (report.added, report.changed, report.removed) == (("火星.txt",), (), ())
    assert worked(report) == ("gen-000002", 1, 3)
    assert answer.citations[0].doc_id == "火星.txt"
    assert "種子島" in answer.text


def test_a_removed_document_is_gone(small: Settings) -> None:
    """After a document was taken out nothing of it is found, and nothing was embedded for that."""
    mars = small.corpus / "火星.txt"
    mars.write_text(MARS, encoding="utf-8")
    build_index(small)
    mars.unlink()
    report = build_index(small)

    engine = open_engine(small)
    answer = engine.ask(ASK_MARS)

    assert report.removed == ("火星.txt",)
    assert worked(report) == ("gen-000003", 0, 3)
    assert engine.index.words.document_frequencies(["火星", "種子島"]) == {"火星": 0, "種子島": 0}
    assert "火星.txt" not in {hit.passage.doc_id for hit in answer.ranking}
    assert "種子島" not in answer.text


def test_an_edited_document_is_embedded_anew_where_it_changed(small: Settings) -> None:
    """A changed document is reported, and the passages of the others are taken over."""
    path = small.corpus / "量子.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("五万円", "七万円"), encoding="utf-8")
    report = build_index(small)

    assert (report.added, report.changed, report.removed) == ((), ("量子.txt",), ())
    assert worked(report) == ("gen-000002", 1, 2)
    assert "七万円" in open_engine(small).ask("量子コンピュータの利用料は").text


def test_taken_over_vectors_are_those_of_a_full_build(small: Settings, tmp_path: Path) -> None:
    """An index brought up to date ranks as one made from nothing."""
    (small.corpus / "火星.txt").write_text(MARS, encoding="utf-8")
    build_index(small)
    fresh = replace(small, index=tmp_path / "fresh")
    build_index(fresh)

    for question in (ASK_MARS, "観測の拠点", "令和8年"):
        assert found(open_engine(small).search(question)) == found(open_engine(fresh).search(question))


def test_nothing_changed_keeps_the_generation(small: Settings) -> None:
    """A build of unchanged documents changes nothing on disk but says what there is."""
    before = {p: p.stat().st_mtime_ns for p in small.index.rglob("*") if p.name.startswith(("gen", "CURR"))}

    report = build_index(small)

    assert not report.changed_anything
    assert worked(report) == ("gen-000001", 0, 3)
    assert {p: p.stat().st_mtime_ns for p in before} == before
    assert sorted(p.name for p in small.index.iterdir() if p.is_dir()) == ["gen-000001"]


def test_an_edited_catalogue_embeds_only_what_it_changed(small: Settings) -> None:
    """A new title in the catalogue is shown, and only that document's passages are embedded."""
    path = small.corpus / "catalog.csv"
    rows = path.read_text(encoding="utf-8").replace("海洋の資料", "海洋ごみ白書")
    path.write_text(rows, encoding="utf-8")
    report = build_index(small)

    citation = open_engine(small).ask("プラスチックは年間どれだけと推定されたか").citations[0]

    assert report.changed == ("海洋.txt",)
    assert worked(report) == ("gen-000002", 1, 2)
    assert citation.title == "海洋ごみ白書"


def test_an_edited_alias_table_needs_no_embedding_of_others(small: Settings) -> None:
    """A name put into aliases.csv is understood after a build."""
    rows = "name,alias,kind\n海洋ごみ対策事業,オーシャンクリーン,programme\n"
    (small.corpus / "aliases.csv").write_text(rows, encoding="utf-8")
    report = build_index(small)

    answer = open_engine(small).ask("オーシャンクリーンの令和6年度予算額は？")

    assert worked(report) == ("gen-000002", 1, 2)
    assert "120百万円" in answer.text


def test_passage_ids_are_stable(small: Settings) -> None:
    """A passage keeps its id from build to build as long as its document stays the same."""
    before = passage_ids(small)
    (small.corpus / "火星.txt").write_text(MARS, encoding="utf-8")
    build_index(small)

    after = passage_ids(small)

    assert len(before) == len(set(before)) == 3
    assert [i for i in after if not i.startswith("火星.txt")] == before


def test_the_corpus_that_an_index_was_made_of_is_known(small: Settings) -> None:
    """An index says which files differ from what it was made of."""
    manifest = open_engine(small).manifest
    (small.corpus / "火星.txt").write_text(MARS, encoding="utf-8")
    (small.corpus / "量子.txt").unlink()

    assert stale_sources(small, manifest) == ("火星.txt", "量子.txt")


def remade(settings: Settings, field: str, value: str | int) -> None:
    """Makes the index claim to be made by other means."""
    folder = settings.index / current_name(settings.index)
    changed = replace(read_manifest(folder), **{field: value})
    (folder / "manifest.json").write_bytes(manifest_bytes(changed))


@pytest.mark.parametrize(
    ("field", "value"),
    [("model_fingerprint", "0123456789ab"), ("dim", 7), ("analyzer", "mecab-ipadic 2.7"),
     ("passage_size", "100/0 / abc")],
)  # fmt: skip
def test_an_index_made_by_other_means_is_refused(small: Settings, field: str, value: str | int) -> None:
    """Another model, dictionary or passage setting is refused with both names and the command."""
    encoder = load_encoder()
    ours = {
        "model_fingerprint": encoder.fingerprint[:12],
        "dim": str(encoder.dim),
        "analyzer": analyzer_name(),
        "passage_size": passage_settings(),
    }
    remade(small, field, value)

    with pytest.raises(IndexMismatch) as caught:
        open_engine(small)

    assert f"索引: {value}" in str(caught.value).replace("default(", "")
    assert ours[field] in str(caught.value)
    assert "sti-qa index" in str(caught.value)


@pytest.mark.parametrize("field", ["model_fingerprint", "analyzer", "passage_size"])
def test_an_index_made_by_other_means_is_made_anew(small: Settings, field: str) -> None:
    """The command that the message names embeds everything anew and helps."""
    remade(small, field, "0123456789abcdef")

    report = build_index(small)

    assert worked(report) == ("gen-000002", 3, 0)
    assert open_engine(small).generation == "gen-000002"


def test_an_empty_corpus_keeps_the_old_index(small: Settings) -> None:
    """A folder without documents is refused, and the index of before still answers."""
    for path in small.corpus.glob("*.txt"):
        path.unlink()

    with pytest.raises(CorpusError, match="読める資料"):
        build_index(small)

    answer = open_engine(small).ask("砕氷船みらいⅡはいつ就航しますか")
    assert answer.citations[0].doc_id == "北極.txt"
    assert sorted(p.name for p in small.index.iterdir() if p.is_dir()) == ["gen-000001"]


def test_a_missing_corpus_keeps_the_old_index(small: Settings, tmp_path: Path) -> None:
    """A corpus folder that is not there is named, and the index of before stays."""
    with pytest.raises(CorpusError, match="nowhere"):
        build_index(replace(small, corpus=tmp_path / "nowhere"))

    assert open_engine(small).generation == "gen-000001"


def test_a_corpus_that_cannot_be_listed_is_told_as_such(small: Settings, tmp_path: Path) -> None:
    """An error of the system about the documents' folder is not taken for one about the index."""
    with pytest.raises(CorpusError, match="資料フォルダ"):
        build_index(replace(small, corpus=tmp_path / ("x" * 300)))

    assert open_engine(small).generation == "gen-000001"


def test_a_broken_table_keeps_the_old_index(small: Settings) -> None:
    """A catalogue with an unusable year is named with its row, and the index of before stays."""
    rows = (small.corpus / "catalog.csv").read_text(encoding="utf-8").replace("2024", "令和6年")
    (small.corpus / "catalog.csv").write_text(rows, encoding="utf-8")

    with pytest.raises(CorpusError, match=r"catalog\.csv.*令和6年"):
        build_index(small)

    assert open_engine(small).generation == "gen-000001"


def test_documents_that_cannot_be_read_are_reported(small: Settings) -> None:
    """Bad files are named with the reason; the good ones are indexed."""
    (small.corpus / "火星.txt").write_text(MARS, encoding="utf-8")
    (small.corpus / "化け.txt").write_bytes(b"\x81\x20" * 50)
    (small.corpus / "空.txt").write_bytes(b" \n")
    (small.corpus / "フォルダ.txt").mkdir()
    (small.corpus / "行方不明.txt").symlink_to(small.corpus / "nowhere")
    os.mkfifo(small.corpus / "管.txt")

    report = build_index(small)

    assert sorted(f.file for f in report.failed) == sorted(
        ["化け.txt", "空.txt", "フォルダ.txt", "行方不明.txt", "管.txt"]
    )
    assert all(failure.reason for failure in report.failed)
    assert report.n_documents == 4
    assert "種子島" in open_engine(small).ask(ASK_MARS).text


def test_only_unreadable_documents(small: Settings) -> None:
    """Where no document can be read the reason of each is in the message."""
    for path in small.corpus.glob("*.txt"):
        path.write_bytes(b"")

    with pytest.raises(CorpusError, match=r"北極\.txt: 文字がありません"):
        build_index(small)


@pytest.mark.parametrize(
    "text", ["。", "・" * 30, "\0\0\0あ", "x" * 12_000, "\u200b\u200bあ\n" * 5], ids=range(5)
)
def test_odd_documents_can_be_indexed_alone(tmp_path: Path, text: str) -> None:
    """A corpus of one document without words, or of one endless word, is indexed and searchable."""
    settings = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")
    settings.corpus.mkdir()
    (settings.corpus / "a.txt").write_text(text, encoding="utf-8")

    assert build_index(settings).n_documents == 1
    assert open_engine(settings).ask("科学技術の予算は？").ranking is not None


@pytest.mark.parametrize("name", ["/nowhere/model", "./nowhere", "~nobody/model", "a/b/c"])
def test_a_model_that_is_no_folder(small: Settings, name: str) -> None:
    """A wrong path is told as such at once; it is never looked for on a network."""
    with pytest.raises(ModelUnavailable, match="フォルダがありません"):
        open_engine(replace(small, model=name))

    with pytest.raises(ModelUnavailable, match="フォルダがありません"):
        build_index(replace(small, model=name))
    assert open_engine(small).generation == "gen-000001"


def test_a_folder_that_is_no_model(small: Settings, tmp_path: Path) -> None:
    """A folder without a model is refused in one line; the index of before stays."""
    (tmp_path / "empty").mkdir()

    with pytest.raises(ModelUnavailable) as caught:
        build_index(replace(small, model=str(tmp_path / "empty")))

    assert "\n" not in str(caught.value)
    assert open_engine(small).generation == "gen-000001"
