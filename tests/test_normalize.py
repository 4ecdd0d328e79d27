"""Folding: what counts as the same writing, and what keeps its length."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sti_qa.morphology import terms
from sti_qa.normalize import clean, fold, narrow, squeeze

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # questions may hold lone surrogates
TRICKY_TEXT = st.text(
    "第令和元平成〇零一二三十百千万億年月人々,1２３4 \n\u3000・ー-－aＨK\u0331\u0308ﾞｶ⼈⺠①㈱İẞ\u200b"
)

FOLDED = (
    ("⼈材", "人材"),  # Kangxi radical
    ("⻑期・国⺠", "長期・国民"),  # CJK radicals supplement
    ("ｶﾞｲﾄﾞ", "ガイド"),
    ("ｴﾈﾙｷﾞｰ", "エネルギー"),
    ("㈱ＡＢＣ", "(株)abc"),
    ("①", "1"),
    ("か\u3099", "が"),
    ("葛\U000e0100", "葛"),
    ("科\u200b学\x00技\ud800術", "科学技術"),
    ("人々", "人人"),
    ("人々々", "人人人"),
    ("令和元年", "令和1年"),
    ("平成元年度", "平成1年度"),
    ("1,826百万円", "1826百万円"),
    ("１２，３４５，６７８", "12345678"),
    ("1,23", "1,23"),
    ("2000, 300", "2000, 300"),
    ("1,二百三十四円", "1234円"),
    ("第二十五回", "第25回"),
    ("第三期", "第3期"),
    ("平成三十年度", "平成30年度"),
    ("二〇二二年", "2022年"),
    ("千二百人", "1200人"),
    ("一千二百人", "1200人"),
    ("三千億円", "3000億円"),
    ("五拠点と三つの課題", "5拠点と3つの課題"),
    ("二万五千円", "2万5000円"),
    ("一般", "一般"),
    ("統一した十分な千葉の二国間", "統一した十分な千葉の二国間"),
    ("九州大学と三重大学", "九州大学と三重大学"),
    ("ＳＡＴＲＥＰＳ", "satreps"),
    ("５～７年", "5~7年"),
    ("―−－", "---"),
    ("  a\u3000\n b ", "a b"),
    ("", ""),
)
NARROWED = (
    ("Ｒ４　⼈⻑①㈱", "R4 人長①㈱"),
    ("ｶﾞｲﾄﾞ", "ｶﾞｲﾄﾞ"),
    ("令和４年度予算額（案）：１，８２６百万円", "令和4年度予算額(案):1,826百万円"),
    ("３～５－６", "3~5-6"),
    ("ﬁﷺ葛\U000e0100", "ﬁﷺ葛\U000e0100"),
)
SQUEEZED = (
    ("世界トップレベル 研究拠点\nプログラム", "世界トップレベル研究拠点プログラム"),
    ("ＷＰＩ　ＣＯＲＥ", "wpi core"),
    ("WPI の 成果", "wpiの成果"),
    ("国際頭脳循環・国際共同研究", "国際頭脳循環国際共同研究"),
)
SAME_TERMS = (
    ("コンピューター", "コンピュータ"),
    ("サーバー", "サーバ"),
    ("ユーザー", "ユーザ"),
    ("ｺﾝﾋﾟｭｰﾀｰ", "コンピュータ"),
    ("⼈材", "人材"),
    ("第二十五回", "第２５回"),
)


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_writing_variants_fold_to_one_form(text: str, folded: str) -> None:
    """Each variant has the form written beside it."""
    assert folded == fold(text)


@pytest.mark.parametrize(("text", "narrowed"), NARROWED)
def test_narrow_changes_characters_one_for_one(text: str, narrowed: str) -> None:
    """Full-width ASCII and radicals become ordinary; what would change length stays."""
    assert narrowed == narrow(text)


@pytest.mark.parametrize(("text", "squeezed"), SQUEEZED)
def test_squeeze_drops_blanks_but_between_latin_words(text: str, squeezed: str) -> None:
    """Line breaks and middle dots inside a name do not matter."""
    assert squeezed == squeeze(text)


@pytest.mark.parametrize(("one", "other"), SAME_TERMS)
def test_variants_are_matched_as_the_same_terms(one: str, other: str) -> None:
    """A final long vowel, half-width kana, radicals and kanji numerals do not part two words."""
    assert terms(one) == terms(other)


def test_short_loanwords_keep_their_long_vowel() -> None:
    """キー stays キー: dropping the vowel of a short word would make another word of it."""
    assert terms("キー") == ("キー",)


@given(ANY_TEXT | TRICKY_TEXT)
@example("H\u0331")  # lower case of a pair that only then has a composed form
@example("1,二百三十四円")
@example("人々々")
def test_fold_is_idempotent(text: str) -> None:
    """Folding twice is folding once, for any text."""
    assert fold(text) == fold(fold(text))


@given(ANY_TEXT | TRICKY_TEXT)
def test_narrow_keeps_the_length(text: str) -> None:
    """Every offset of the narrowed text is an offset of the text."""
    assert len(text) == len(narrow(text))


@given(ANY_TEXT | TRICKY_TEXT)
def test_narrow_is_idempotent(text: str) -> None:
    """Narrowing twice is narrowing once."""
    assert narrow(text) == narrow(narrow(text))


@given(ANY_TEXT)
def test_folded_text_can_be_encoded(text: str) -> None:
    """No lone surrogate or control character but line breaks is left, so the tokenizer takes it."""
    folded = fold(text)

    assert folded.encode().decode() == folded
    assert folded == clean(folded)


@given(ANY_TEXT)
def test_clean_only_takes_away(text: str) -> None:
    """What is left of a cleaned text stands in it in the same order."""
    rest = iter(text)

    assert all(char in rest for char in clean(text))
