"""The two sides of a comparison, as texts that are searched apart."""

import re
from itertools import pairwise

from sti_qa.morphology import morphemes, terms
from sti_qa.normalize import fold, narrow, squeeze
from sti_qa.programmes import ProgrammeBook
from sti_qa.years import without_years

_COMPARES = re.compile(
    r"それぞれ|各々|おのおの|どちら|どっち|いずれ|違|異な|比べ|比較|対比|差は|差が|両方|両者|二つ|2つ|"
    r"\b(?:both|each|respectively|compared?|differ|difference|versus|vs|which)\b"
)
_END_OF_SIDE = r"(?:では|には|とでは|ならば?|だと|について|とで|って|は|で|の(?:違|差|どち)|、|。|,|\?|$)"
_SIDES = re.compile(
    rf"(?:^|(?<=[、。,?]))(?P<first>[^、。,?]{{2,40}}?)(?:と|および|及び|、それとも)、?(?P<second>[^、。,?]{{2,40}}?){_END_OF_SIDE}"
)
_CLAUSES = re.compile(
    r"(?P<first>[^、。,?]{2,30}は)[^、。,?]{2,40}、(?P<second>[^、。,?]{2,30}は)[^、。,?]{2,40}"
)
_NOUN_ENDS = frozenset({"名詞", "接尾辞", "補助記号", "記号", "代名詞"})
_NESTED = "の?[「(]?"


def side_texts(text: str, book: ProgrammeBook) -> tuple[str, ...]:
    """One text for each side of a question that compares two things or several programmes, else ().

    Each text leaves the other sides out: 「AとBでは、どちらが…」 gives 「A では、どちらが…」 and 「B では、…」.
    """
    plain = narrow(text)
    if _COMPARES.search(plain):
        described = _described(plain)
        if described:
            return described
    return _by_programme(text, book)


def _described(text: str) -> tuple[str, ...]:
    for pattern in (_SIDES, _CLAUSES):
        for match in pattern.finditer(text):
            first, second = match["first"], match["second"]
            if _says_something(first) and _says_something(second):
                before, after = text[: match.start()], text[match.end("second") :]
                return f"{before}{first}{after}", f"{before}{second}{after}"
    return ()


def _says_something(side: str) -> bool:
    """Whether a side is a noun phrase with a content word other than years."""
    words = [m.pos for m in morphemes(side.strip("「」『』は "))]
    if not words or words[0] in ("助詞", "助動詞") or words[-1] not in _NOUN_ENDS:
        return False
    return any(not term.isdigit() for term in terms(without_years(side)))


def _by_programme(text: str, book: ProgrammeBook) -> tuple[str, ...]:
    """The text once for each programme that it names, without the names of the others."""
    mentions = _apart(squeeze(text), book)
    if len({name for name, _ in mentions}) < 2:
        return ()
    folded = fold(text)
    texts = {}
    for name, _ in mentions:
        rest = folded
        for other, form in mentions:
            rest = rest if other == name else rest.replace(form, " ")
        texts[name] = f"{rest} {name}"
    return tuple(texts.values())


def _apart(squeezed: str, book: ProgrammeBook) -> list[tuple[str, str]]:
    """The programmes named; of 「科研費の国際先導研究」 only the last."""
    found = [m for m in book.mentions(squeezed) if m[0] in book.programmes]
    pairs = list(pairwise(found))
    outer = {a[0] for a, b in pairs if re.search(re.escape(a[1]) + _NESTED + re.escape(b[1]), squeezed)}
    return [mention for mention in found if mention[0] not in outer or mention == found[-1]]
