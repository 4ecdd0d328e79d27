"""The structure of a text squeezed out of slides: pages, headings and statements, as spans.

Extraction loses layout, so every rule here is a general habit of such texts, not of one file:
a form feed (or the blank it was turned into, or a run of blank lines) begins a page; a bullet,
bracket or label begins a statement; a line that breaks in mid-sentence goes on in the next.
"""

import re
from typing import NamedTuple

from sti_qa.normalize import narrow
from sti_qa.types import Statement

_BULLET = re.compile(
    r"[\s　]*(?:[○●◯◇◆■□▷▶►➢✓・•※⃝＊☆★◎△▲]|[①-⑳㈠-㈩]|\(\d{1,2}\)|\d{1,2}[.．]|[-*+] |→|⇒|↓|#{1,6} |【|＜|<|〔|《|\[)"
)
_LABEL = re.compile(r"[^\s。、:：(（]{1,12}[\s]*[:：]")
_HEADING_MARK = re.compile(
    r"#{1,6}\s|【[^】]{1,30}】|[＜<][^＞>]{1,30}[＞>]|〔[^〕]{1,20}〕|[◇◆]|第[一二三四五六七八九十\d]+[章節]|\d{1,2}[.．]\s?\D"
)
_TITLE_END = re.compile(
    r"(?:事業|プログラム|制度|基金|ファンド|支援|促進|推進|育成|構築|強化|課題|概要|背景|内容|趣旨|目的|目標|成果|成果例|スキーム|"
    r"現状|状況|スケジュール|会合|会談|ポイント|論点|方向性|見直し案|連携|交流|要件|取組|施策|認識|体制|一覧|推移|委員会|重要性|必要性|Initiative)等?"
    r"(?:[(（<＜][^()（）<>]{1,20}[)）>＞])?$"
)
_SENTENCE_END = re.compile(r"[。！？!?]+[」』）)】]*")
_OPEN, _CLOSE = "「『（([【〔", "」』）)]】〕"
_MARKUP = re.compile(r"\*\*|^#{1,6}\s*|^[\s　・•○◇◆■□▷-]+")
_WRAPPED_FROM = 20
"""A line this long without an end mark was broken by the column's width, not by its author."""
_BREAKS_OFF = re.compile(r"[、・がのをにはとやもへ]$")
_GOES_ON = re.compile(r"[ぁ-ん、。）」』ー]")
_TITLE_AT_MOST = 45
_LOOK_BACK = 200
"""A bracket opened earlier than this was lost rather than left open."""
_LINES_PER_PAGE = 40
"""Slides and forms have more lines than this; more frequent marks are not page marks."""
_MARKDOWN = re.compile(r"^#{1,6} |\*\*[^*\n]+\*\*|^\|.*\|$", re.MULTILINE)


class Line(NamedTuple):
    """A physical line with its newline."""

    start: int
    end: int
    text: str
    """Without the newline and outer blanks."""
    text_start: int


def statements(text: str, page_starts: tuple[int, ...] = ()) -> tuple[Statement, ...]:
    """The statements of ``text`` in order. They partition it: nothing is lost or doubled.

    ``page_starts`` are known offsets of page starts; without them pages are recognised.
    """
    found: list[Statement] = []
    for number, (begin, end) in enumerate(page_spans(text, page_starts), start=1):
        heading = ""
        for start, stop in _page_statements(text, begin, end):
            body = text[start:stop].strip()
            is_heading = looks_like_heading(body)
            found.append(Statement(start, stop, number, heading, is_heading))
            if is_heading:
                heading = plain(body)
    return tuple(found)


def plain(text: str) -> str:
    """``text`` as one line without list marks, Markdown and brackets around a heading."""
    one_line = re.sub(r"\s+", " ", _MARKUP.sub("", text.strip()).replace("**", ""))
    return one_line.strip(" 【】＜＞<>〔〕#")


def page_spans(text: str, page_starts: tuple[int, ...] = ()) -> tuple[tuple[int, int], ...]:
    """Half-open spans of the pages; they partition ``text``."""
    if not text:
        return ()
    found = [] if page_starts else [*_form_feeds(text), *_blank_runs(text), *_turned_blanks(text)]
    starts = sorted({0, *(mark for mark in (*page_starts[1:], *found) if mark < len(text))})
    if page_starts:
        return tuple(zip(starts, [*starts[1:], len(text)], strict=True))
    spans = list(zip(starts, [*starts[1:], len(text)], strict=True))
    return tuple(_without_empty(text, spans))


def _without_empty(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pages with nothing but a few characters (a page number) join the page before."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and (len(text[start:end].strip()) < 8 or not text[joined[-1][0] : start].strip()):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _form_feeds(text: str) -> list[int]:
    return [match.end() for match in re.finditer("\f", text)]


def _blank_runs(text: str) -> list[int]:
    """Starts after three blank lines and more, where no form feed tells the pages."""
    if "\f" in text:
        return []
    return [match.end() for match in re.finditer(r"\n(?:[ \t　]*\n){3,}", text)]


def _turned_blanks(text: str) -> list[int]:
    """Line starts where a form feed was turned into a blank.

    That is a line led by one blank straight after a line of text. Where many lines are led by a
    blank (bullets whose sign was lost) only those that read like a title count.
    """
    if "\f" in text or _MARKDOWN.search(text):
        return []
    led = [m for m in re.finditer(r"(?<=[^\s、，,])\n( )(?=\S)([^\n]*)", text) if _has_words(m[2])]
    if len(led) * _LINES_PER_PAGE > text.count("\n"):
        led = [match for match in led if _may_begin_page(match[2].strip())]
    return [match.start(1) for match in led]


def _has_words(line: str) -> bool:
    return re.search(r"[^\d\s.,%-]", narrow(line)) is not None


def _may_begin_page(body: str) -> bool:
    return len(body) <= _TITLE_AT_MOST and bool(_TITLE_END.search(narrow(body)))


def _page_statements(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Statement spans of one page; they partition it."""
    cuts = [begin]
    previous: Line | None = None
    opened = ""
    for line in _lines(text, begin, end):
        if not line.text:
            continue
        if previous is not None and not _continues(previous, line, opened):
            cuts.append(line.start)
            opened = ""
        cuts.extend(_sentence_cuts(line))
        opened = _still_open(opened + line.text)
        previous = line
    cuts = sorted({cut for cut in cuts if begin <= cut < end})
    spans = zip(cuts, [*cuts[1:], end], strict=True)
    return _join_blank(text, list(spans))


def _lines(text: str, begin: int, end: int) -> list[Line]:
    lines, start = [], begin
    for piece in text[begin:end].splitlines(keepends=True):
        indent = len(piece) - len(piece.lstrip())
        lines.append(Line(start, start + len(piece), piece.strip(), start + indent))
        start += len(piece)
    return lines


def _continues(previous: Line, line: Line, opened: str) -> bool:
    """Whether ``line`` goes on with the statement that ``previous`` belongs to."""
    if "\t" in line.text or "\t" in previous.text:
        return False
    if _BULLET.match(line.text) or (_LABEL.match(line.text) and not opened):
        return False
    if _SENTENCE_END.search(previous.text[-2:]) or looks_like_heading(previous.text):
        return False
    goes_on = bool(_GOES_ON.match(line.text))
    if line.start > previous.end:  # a blank line between: only what cannot begin a statement
        return goes_on and len(previous.text) >= _WRAPPED_FROM / 2
    return bool(opened or goes_on or len(previous.text) >= _WRAPPED_FROM or _BREAKS_OFF.search(previous.text))


def _still_open(text: str) -> str:
    """The brackets of ``text`` that are not closed; none if it is too long to believe."""
    stack = []
    for char in text[-_LOOK_BACK:]:
        if char in _OPEN:
            stack.append(char)
        elif char in _CLOSE and stack:
            stack.pop()
    return "".join(stack)


def _sentence_cuts(line: Line) -> list[int]:
    """Offsets inside ``line`` after a sentence's end that stands outside brackets."""
    cuts = []
    for match in _SENTENCE_END.finditer(line.text):
        end = match.end()
        quoted = match.group()[-1] in _CLOSE and _GOES_ON.match(line.text, end)  # 「…。」と
        if end < len(line.text) and not quoted and not _still_open(line.text[max(0, end - _LOOK_BACK) : end]):
            cuts.append(line.text_start + end)
    return cuts


def _join_blank(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Blank spans join the one before (or after, at the start)."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and (not text[start:end].strip() or not text[joined[-1][0] : start].strip()):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def looks_like_heading(body: str) -> bool:
    """Whether ``body`` reads like a title: short, no sentence, marked or ending like one."""
    body = body.strip().strip("*").strip()
    if not body or len(body) > _TITLE_AT_MOST or "\t" in body or re.search(r"[。、：]$", body):
        return False
    if re.match(r"#{1,6}\s", body):
        return True
    flat = narrow(body)
    if re.search(r"円", flat):
        return False
    if _HEADING_MARK.match(body) and not re.search(r"[。、]", body):
        return True
    return "\n" not in body and not _BULLET.match(body) and bool(_TITLE_END.search(flat))
