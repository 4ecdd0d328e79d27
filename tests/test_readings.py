import pytest

from sti_qa.load import Alias
from sti_qa.morphology import terms
from sti_qa.programmes import programme_book
from sti_qa.readings import NO_READINGS, ReadingBook, reading_book, vocabulary
from sti_qa.sounds import letters, readings, sound
from sti_qa.spelling import corrected

TEXT = (
    "科学技術振興機構（JST）と日本学術振興会（JSPS）のSDGsへの取組。世界トップレベル研究拠点プログラム（WPI）。"
    "新規採用人数と予算額。スーパーグローバル大学創成支援事業。外国人特別研究員。国際的な研究者の学生。マダガスカル。"
    "若手研究者海外挑戦プログラム。サイエンスサミット。制度の目標と大学院。卒業。HFSP。トップ型。"
)
ALIASES = (
    Alias("科学技術振興機構", "JST", "organisation"),
    Alias("日本学術振興会", "JSPS", "organisation"),
    Alias("世界トップレベル研究拠点プログラム", "WPI", "programme"),
    Alias("若手研究者海外挑戦プログラム", "", "programme"),
    Alias("外国人研究者招へい事業", "外国人特別研究員", "programme"),
    Alias("スーパーグローバル大学創成支援事業", "スーパーグローバル大学", "programme"),
    Alias("地球規模課題対応国際科学技術協力プログラム", "SATREPS", "programme"),
    Alias("SATREPS", "サトレップス", "reading"),
)


@pytest.fixture(scope="module")
def book() -> ReadingBook:
    known = frozenset(terms(TEXT + " SATREPS"))
    return reading_book(programme_book(ALIASES, [TEXT]), vocabulary([TEXT]), known)


@pytest.mark.parametrize(
    ("kana", "other"),
    [
        ("じぇいえすてぃー", "ジェイエスティー"),
        ("ケンキュウ", "けんきゅー"),
        ("ヴィジョン", "ビジョン"),
        ("イニシアティブ", "いにしあちぶ"),
        ("トップ", "とぷ"),
        ("ゲーム", "げえむ"),
        ("グローバル", "ぐろうばる"),
    ],
)
def test_one_form_of_a_sound(kana: str, other: str) -> None:
    assert sound(kana) == sound(other)


@pytest.mark.parametrize(
    ("acronym", "said"),
    [
        ("JST", "ジェイエスティー"),
        ("JST", "ジェーエステー"),
        ("WPI", "ダブリューピーアイ"),
        ("WPI", "ダブルピーアイ"),
        ("HFSP", "エイチエフエスピー"),
        ("SDGs", "エスディージーズ"),
    ],
)
def test_letters_read_out(acronym: str, said: str) -> None:
    assert sound(said) in letters(acronym)


def test_words_by_the_dictionary() -> None:
    assert readings("採容") == readings("採用") == ("サイヨ",)


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("じぇいえすてぃーの予算額", "JSTの予算額"),
        ("ジェーエスピーエスとは", "JSPSとは"),
        ("えすでぃーじーずへの取組", "SDGsへの取組"),
        ("だぶりゅぴーあいの拠点", "WPIの拠点"),
        ("さとれっぷすは何ですか", "SATREPSは何ですか"),
        ("サトレップスは何ですか", "SATREPSは何ですか"),
        ("若手研究者開外調戦プログラム", "若手研究者海外挑戦プログラム"),
        ("すーぱーぐろーばる大学", "スーパーグローバル大学"),
        ("まだがすかるの研究", "マダガスカルの研究"),
        ("新規の採容は何人", "新規の採用は何人"),
        ("挙点の目標", "拠点の目標"),
        ("予さん", "予算"),
        ("えいちえふえすぴーって何", "HFSPって何"),
        ("SATERPSとは", "SATREPSとは"),
        ("マダガスガルの研究", "マダガスカルの研究"),
        ("れいわ５年の目標", "令和5年の目標"),
        ("へいせい21ねんど", "平成21年度"),
        ("ｒ７ねん度", "R7年度"),
        ("令和７年ど", "令和7年度"),
    ],
)
def test_put_right(question: str, searched: str, book: ReadingBook) -> None:
    assert corrected(question, book)[0] == searched


@pytest.mark.parametrize(
    "question",
    [
        "JSTの予算額を教えてください。",
        "どの大学と国の学生が何人いますか？",
        "スーパーグローバル大学って何ですか",
        "研究と目標の額はどれくらいですか",
        "書いてある助言の原稿を見せて",
        "１～３週間だけ日本に来た外国の学者は？",
        "What is the budget of JST?",
        "二口の話",
        "",
    ],
)
def test_left_alone(question: str, book: ReadingBook) -> None:
    assert corrected(question, book) == (question, ())


def test_what_was_put_right_is_told(book: ReadingBook) -> None:
    assert corrected("じぇいえすてぃーの挙点", book)[1] == (("じぇいえすてぃー", "JST"), ("挙点", "拠点"))


def test_without_readings_only_years_are_put_right() -> None:
    assert corrected("れいわ５年のじぇいえすてぃー", NO_READINGS)[0] == "令和5年のじぇいえすてぃー"
