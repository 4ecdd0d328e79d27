"""Whatever is typed, the engine answers with verbatim quotes or says why it cannot."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sti_qa.app import Engine
from sti_qa.cite import source_line
from sti_qa.config import LONGEST_QUESTION
from sti_qa.errors import UsageError
from sti_qa.types import Answer, Turn

# Any code point, lone surrogates too; and pieces of real questions, so that answers come about.
ANYTHING = st.text(st.characters(), max_size=300)
PIECES = st.sampled_from(
    "SATREPS WPI 科研費 令和4年度 令和元年 2023 予算額は？ いくら 期間 推移 では と の を （ 「 】 [1] [ \n \x00 \u202e "
    "\ud800 国際頭脳循環 とは なぜ 拠点 ㈱ ﾌﾟﾛｸﾞﾗﾑ 葛\U000e0100 それは 違い 第二十五回 百万円 % \\ <b>".split(
        " "
    )
)
QUESTION_LIKE = st.lists(PIECES | st.text(st.characters(), max_size=3), max_size=20).map("".join)
TEXTS = (ANYTHING | QUESTION_LIKE).map(lambda text: text[:300])
FEW = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # fmt: skip


@pytest.fixture(scope="module")
def texts(corpus: Path) -> dict[str, str]:
    """The documents as any other program reads them."""
    found = {}
    for path in corpus.glob("*.txt"):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.name] = file.read()
    return found


def check(answer: Answer, texts: dict[str, str]) -> None:
    """Every quote and passage is verbatim, and marks and citations belong together one to one."""
    for citation in answer.citations:
        assert citation.quote == texts[citation.doc_id][citation.start : citation.end]
        assert citation.quote.strip()
        assert source_line(citation).startswith("「")
    for hit in answer.ranking:
        assert hit.passage.text == texts[hit.passage.doc_id][hit.passage.start : hit.passage.end]
    numbers = [c.number for c in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {int(n) for n in re.findall(r"\[(\d+)\]$", answer.text, re.MULTILINE)} == set(numbers)
    assert 0.0 <= answer.confidence <= 1.0
    assert not [
        c for c in answer.question if unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n\r\x0c\x85"
    ]


def asked(engine: Engine, question: str, history: tuple[Turn, ...] = ()) -> tuple[Answer, Answer] | str:
    """What ask and search give, or the message that both refuse the question with."""
    try:
        return engine.ask(question, 10, history), engine.search(question, 10, history)
    except UsageError as error:
        with pytest.raises(UsageError):
            engine.search(question, 10, history)
        return str(error)


@FEW
@given(TEXTS)
def test_any_question(engine: Engine, texts: dict[str, str], question: str) -> None:
    """Any text is refused with a reason or answered soundly."""
    result = asked(engine, question)

    if isinstance(result, str):
        assert result.startswith("質問")
        assert "\n" not in result
    else:
        for answer in result:
            check(answer, texts)
        assert result[0].text
        assert result[1].ranking == result[0].ranking


@FEW
@given(TEXTS, TEXTS, TEXTS)
def test_any_history(engine: Engine, texts: dict[str, str], first: str, said: str, question: str) -> None:
    """Any earlier turns leave the answer sound."""
    result = asked(engine, question, (Turn("user", first), Turn("assistant", said)))

    if not isinstance(result, str):
        check(result[0], texts)


ODD = {
    "surrogates": "\ud800\udfff予算は\udc80",
    "nul": "SATREPS\x00の令和4年度\x00予算額は？",
    "escape": "\x1b]0;title\x07WPIとは",
    "bidi": "\u202eとはWPI\u202c\u2066x\u2069",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈は国際頭脳循環とは何ですか",
    "combining": "か" + "\u3099" * 500 + "予算",
    "ligature": "\ufdfa" * 200 + "予算",
    "longest": "予" * LONGEST_QUESTION,
    "variation": "葛\U000e0100城の予算",
    "brackets": "（" * 1_000 + "予算",
    "digits": "1" * 1_500 + "億円",
    "years": "令和" * 500 + "4年度",
    "marks": "[1][2][99] SATREPSの令和4年度予算額は？",
    "regex": r"(.*)+[a-z]\d{9}$^予算|",
    "ideographic blanks": "\u3000" * 1_000 + "予算",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_questions_are_answered(engine: Engine, texts: dict[str, str], name: str) -> None:
    """Odd characters around a question neither stop the process nor unsettle its citations."""
    result = asked(engine, ODD[name])

    assert not isinstance(result, str)
    check(result[0], texts)


@pytest.mark.parametrize(
    ("question", "said"),
    [("", "空"), (" \u3000\n\t", "空"), ("？！。、・", "空"), ("\x00\x1b\u200b\u202e", "空"), ("\ud800", "空"),
     ("🙂👍", "空"), ("a" * 5_000, "5,000 文字"), ("予" * 2_001, "2,001 文字"), ("\ufdfa" * 2_000, "合字")],
    ids=range(9),
)  # fmt: skip
def test_what_is_no_question_is_refused(engine: Engine, question: str, said: str) -> None:
    """Nothing to look for, or too much of it, is refused with the reason."""
    result = asked(engine, question)

    assert isinstance(result, str)
    assert said in result


def test_control_characters_change_nothing(engine: Engine) -> None:
    """A question with invisible characters is answered as the one without them."""
    plain = engine.ask("SATREPSの令和4年度予算額は？")
    odd = engine.ask("\ufeffSAT\u200bREPS\x00の令和4年度\u202e予算額は？\x1b")

    assert (odd.question, odd.text, odd.citations) == (plain.question, plain.text, plain.citations)


def test_a_history_of_thousands_of_follow_ups(engine: Engine, texts: dict[str, str]) -> None:
    """However long a conversation grows, its next question is answered."""
    turns = (Turn("user", "SATREPSの予算は？"), *[Turn("user", "では？"), Turn("assistant", "はい")] * 3_000)

    result = asked(engine, "では令和5年度は？", turns)

    assert not isinstance(result, str)
    check(result[0], texts)
