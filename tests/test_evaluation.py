"""The measuring instrument itself: gold, judgement, measures, statistics, gate, report."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sti_qa.app import Engine
from sti_qa.errors import GoldError
from sti_qa.evaluation.compare import compare
from sti_qa.evaluation.gate import Floor, broken, read_floors
from sti_qa.evaluation.gold import TYPES, GoldEvidence, GoldQuestion, faults, read_gold
from sti_qa.evaluation.judge import covers, judge, ranks_found, right, states, within_budget
from sti_qa.evaluation.measures import question_rows
from sti_qa.evaluation.report import risk_coverage, write_report
from sti_qa.evaluation.run import Run, load_run, run_system, save_run
from sti_qa.evaluation.statistics import difference, interval
from sti_qa.evaluation.systems import make_system, passage_answer
from sti_qa.evaluation.tables import summary
from sti_qa.types import Answer, Passage

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "evals/gold"

QUESTION = GoldQuestion(
    "q1", "予算は？", "ja", "budget", True, ("1,826百万円",), (),
    (GoldEvidence("a.txt", "令和4年度予算額 1,826百万円", ""),), "any", (),
)  # fmt: skip
TEXTS = {"a.txt": "前置き。令和4年度予算額 1,826百万円（案）。後書き。"}

# What is said, what is accepted, whether that is the same.
SAID = (
    ("予算は1,826百万円です", "1,826百万円", True),
    ("予算は18億2,600万円です", "1,826百万円", True),
    ("１８２６百万円", "1,826百万円", True),
    ("11,826百万円", "1,826百万円", False),
    ("1,825百万円", "1,826百万円", False),
    ("15人を支援", "5人", False),
    ("約5人を支援", "5人", True),
    ("支援期間は３年間", "3年間", True),
    ("東京大学の菅 裕明教授", "菅裕明", True),
    ("501億円", "50,100百万円", True),
)


@pytest.mark.parametrize("split", ["dev", "test", "holdout"])
def test_gold_sets_are_sound(split: str, engine: Engine) -> None:
    """Every quote is an exact substring, every id stands once, every form is right."""
    questions = read_gold(GOLD / f"{split}.jsonl")
    texts = {doc_id: d.text for doc_id, d in engine.library.documents.items()}

    assert faults(questions, texts) == []


def test_gold_is_large_enough_in_every_type() -> None:
    """At least 400 questions, 25 of each type, 45 % of them in the test split."""
    dev, test = read_gold(GOLD / "dev.jsonl"), read_gold(GOLD / "test.jsonl")
    counts = {name: sum(q.type == name for q in (*dev, *test)) for name in TYPES}

    assert len(dev) + len(test) >= 400
    assert min(counts.values()) >= 25
    assert len(test) / (len(dev) + len(test)) >= 0.45
    assert {q.question_id for q in dev} & {q.question_id for q in test} == set()


def test_faults_are_named() -> None:
    """A quote that is not in its document and a double id are reported."""
    wrong = replace(QUESTION, evidence=(GoldEvidence("a.txt", "令和5年度予算額 9百万円", ""),))

    found = faults([QUESTION, wrong], TEXTS)

    assert found[0] == "q1: この id は 2 回あります"
    assert "a.txt に「令和5年度予算額 9百万円」がありません" in found[1]


def test_bad_line_is_named(tmp_path: Path) -> None:
    """A line that is no gold question is refused with its number."""
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a"}\n', encoding="utf-8")

    with pytest.raises(GoldError, match="1 行目"):
        read_gold(path)


@pytest.mark.parametrize(("text", "accepted", "same"), SAID)
def test_accepted_answers_are_compared_as_values(text: str, accepted: str, same: bool) -> None:
    """Width, blanks and units do not matter, digits do."""
    assert states(text, accepted) is same


def test_all_answers_needed_where_listed() -> None:
    """answers_all needs every one of its strings."""
    question = replace(QUESTION, answers_all=("1,826百万円", "令和4年度"))

    assert right(question, "令和4年度は1,826百万円")
    assert not right(question, "1,826百万円")


def test_half_of_the_evidence_is_enough() -> None:
    """A passage finds evidence when it covers at least half of it."""
    assert covers(("a", 0, 15), ("a", 10, 20))
    assert not covers(("a", 0, 14), ("a", 10, 20))
    assert not covers(("b", 0, 30), ("a", 10, 20))


def passage(start: int, end: int) -> Passage:
    return Passage(f"a#{start}-{end}", "a", "", 1, "", None, start, end, "x" * (end - start), "", (), (), ())


def test_ranks_of_groups() -> None:
    """Each group counts at the first passage that finds it."""
    passages = [passage(0, 10), passage(50, 60), passage(5, 15)]
    spans = {"x": [("a", 52, 58)], "y": [("a", 8, 14)], "z": [("a", 90, 99)]}

    assert ranks_found(passages, spans) == (2, 3)


def test_reading_budget_counts_characters() -> None:
    """Evidence behind more than 2,000 characters of passages is out of the budget."""
    passages = [passage(0, 1500), passage(1500, 2100)]

    assert within_budget(passages, (1,), 1)
    assert not within_budget(passages, (2,), 1)


def test_measures_equal_hand_counts(engine: Engine) -> None:
    """Evidence at rank 3: Success@1 0, Success@3 1, RR 1/3, nDCG 1/log2(4)."""
    judgement = judge(QUESTION, _answer(engine), TEXTS, 1.0)

    row = question_rows([replace(judgement, found_at=(3,))])[0]

    assert (row["Success@1"], row["Success@3"]) == (0.0, 1.0)
    assert row["RR@10"] == pytest.approx(1 / 3)
    assert row["nDCG@10"] == pytest.approx(1 / 2)


def _answer(engine: Engine) -> Answer:
    return passage_answer(engine.library, "予算は？", (), "gen-000001")


def test_crash_is_an_error_not_a_wrong_answer() -> None:
    """A system that raises is recorded with its error."""

    def crash(question: GoldQuestion) -> Answer:
        raise RuntimeError("boom")

    run = run_system("crash", crash, "x", [QUESTION], TEXTS, {})

    assert run.judgements[0].error == "RuntimeError: boom"
    assert broken(run, []) == ["エラー q1: RuntimeError: boom"]


def test_interval_of_known_values() -> None:
    """Half ones and half zeros: mean .5 and an interval around it; equal values: no spread."""
    found = interval([0.0, 1.0] * 50)

    assert found.mean == 0.5
    assert 0.35 < found.low < 0.5 < found.high < 0.65
    assert interval([1.0, 1.0]) == (1.0, 1.0, 1.0)


@given(st.lists(st.booleans(), min_size=2, max_size=40))
def test_difference_to_itself_is_nothing(values: list[bool]) -> None:
    """A run compared with itself differs by exactly 0."""
    numbers = [float(v) for v in values]

    assert difference(numbers, numbers) == (0.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def runs(engine: Engine) -> dict[str, Run]:
    """The assistant and a crippled system on the dev split."""
    questions = read_gold(GOLD / "dev.jsonl")
    texts = {doc_id: d.text for doc_id, d in engine.library.documents.items()}
    backwards = make_system("words", engine)

    def crippled(question: GoldQuestion) -> Answer:
        answer = backwards(question)
        return replace(answer, ranking=answer.ranking[5:], text="", abstained=False)

    systems = {"sti-qa": make_system("sti-qa", engine), "crippled": crippled}
    return {n: run_system(n, s, "dev", questions, texts, {"machine": "test"}) for n, s in systems.items()}


def test_gate_lets_the_assistant_pass(runs: dict[str, Run]) -> None:
    """The floors hold for what is shipped."""
    assert broken(runs["sti-qa"], read_floors(ROOT / "evals/gate.toml")) == []


def test_gate_can_fail(runs: dict[str, Run]) -> None:
    """A crippled retriever breaks the floors."""
    lines = broken(runs["crippled"], read_floors(ROOT / "evals/gate.toml"))

    assert any("Success@5" in line for line in lines)
    assert any("answer right" in line for line in lines)


def test_gate_ceiling_and_missing_type(runs: dict[str, Run]) -> None:
    """'abstained wrong' must stay below its figure; a type without questions breaks its floor."""
    floors = [Floor("all", "abstained wrong", 0.0), Floor("nowhere", "RR@10", 0.1)]

    assert len(broken(runs["sti-qa"], floors)) == 2


def test_published_figures_are_current(runs: dict[str, Run]) -> None:
    """The figures in the READMEs are those of this code; else run `make publish`."""
    published = json.loads((ROOT / "evals/published.json").read_text(encoding="utf-8"))["dev"]["sti-qa"]
    now = {
        name: {c: round(v, 4) for c, v in line.items() if v == v}
        for name, line in summary(runs["sti-qa"]).items()
    }

    assert now == published
    text = (ROOT / "evals/README.md").read_text(encoding="utf-8")
    assert (
        f"| all | 254 | {published['all']['Success@1']:.3f} | {published['all']['Success@5']:.3f} |" in text
    )


def test_run_survives_saving(runs: dict[str, Run], tmp_path: Path) -> None:
    """A saved run is loaded again as it was."""
    run = runs["sti-qa"]

    assert load_run(save_run(run, tmp_path)) == run


def test_comparison_names_questions(runs: dict[str, Run]) -> None:
    """Going from the crippled system to the assistant fixes questions, by name."""
    changes = {c.measure: c for c in compare(runs["crippled"], runs["sti-qa"])}

    assert changes["Success@5"].difference.low > 0
    assert len(changes["Success@5"].fixed) > len(changes["Success@5"].broken)


def test_runs_of_other_questions_are_not_compared(runs: dict[str, Run]) -> None:
    """Two gold sets cannot be compared question by question."""
    fewer = replace(runs["sti-qa"], judgements=runs["sti-qa"].judgements[:5])

    with pytest.raises(GoldError, match="質問が違う"):
        compare(runs["sti-qa"], fewer)


def test_risk_rises_with_coverage(runs: dict[str, Run]) -> None:
    """The curve ends at full coverage with the overall error."""
    points = risk_coverage(runs["sti-qa"].judgements)

    assert points[-1][0] == 1.0
    wrong = sum(not j.answered_right for j in runs["sti-qa"].judgements)
    assert points[-1][1] == pytest.approx(wrong / len(runs["sti-qa"].judgements))


def test_report_is_self_contained(runs: dict[str, Run], engine: Engine, tmp_path: Path) -> None:
    """The page holds its plots and misses and points nowhere else."""
    texts = {doc_id: d.text for doc_id, d in engine.library.documents.items()}

    path = write_report(list(runs.values()), read_gold(GOLD / "dev.jsonl"), texts, tmp_path / "report.html")

    page = path.read_text(encoding="utf-8")
    assert page.count("<svg") == 4
    assert "<script" not in page
    assert "src=" not in page
