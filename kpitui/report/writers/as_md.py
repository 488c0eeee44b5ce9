"""The briefing as Markdown, for email or a wiki. Texts from the data are escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kpitui.report.briefing.shape import (
    RESTATED,
    SCHOOLS,
    SOURCES,
    Briefing,
    Compared,
    Item,
    Pick,
    Question,
    Share,
    Written,
)
from kpitui.text import clean
from kpitui.words import RAG_SHAPES, RAG_WORDS

# Includes "@", which a wiki may read as an email link or as the name of a user.
_MARKUP = re.compile(r"([\\`*_\[\]<>|~&@])")
# GitHub turns bare addresses into links: a backslash inside the prefix prevents it.
_LINK = re.compile(r"(?i)(https?|ftp|mailto)(:)|(www)(\.)")
# At the start of a line these make headings and lists: "# a", "- a", "1. a", but not "45.0%".
_START = re.compile(r"^(\d*)([#+=-]|(?<=\d)[.)](?=\s|$))")


def write(told: Briefing) -> bytes:
    """Return the briefing in UTF-8, in GitHub's Markdown."""
    return ("\n\n".join(_parts(told)) + "\n").encode()


def escaped(text: str) -> str:
    """Escape a text so that Markdown shows it as it is, on one line."""
    kept = _MARKUP.sub(r"\\\1", clean(" ".join(text.split())))
    kept = _LINK.sub(lambda found: "\\".join(filter(None, found.groups())), kept)
    return _START.sub(r"\1\\\2", kept)


def _parts(told: Briefing) -> Iterator[str]:
    cover = told.cover
    yield f"# {escaped(cover.title)}"
    line = [cover.council, cover.committee, f"meeting of {cover.meeting}", cover.period]
    yield escaped(" · ".join(part for part in line if part))
    yield escaped(cover.ages)
    yield _mark(told)
    if cover.made_up:
        yield f"**{escaped(cover.made_up)}**"
    if cover.audience:
        yield escaped(f"For: {cover.audience}")
    yield from _summary(told)
    if told.full:
        for theme in told.themes:
            yield f"## {escaped(theme.name)}"
            yield _mark(told)
            if theme.shares:
                yield _shares(theme.shares)
            for item in theme.items:
                yield from _item(item)
    yield from _changes(told)
    yield from _questions(told)
    yield from _closing(told)


def _mark(told: Briefing) -> str:
    # Bold for internal: that marking must not be missed.
    return f"**{escaped(told.cover.mark)}**" if told.internal else f"*{escaped(told.cover.mark)}*"


def _summary(told: Briefing) -> Iterator[str]:
    yield "## Summary"
    yield escaped(told.opening)
    yield _shares(told.shares)
    yield "### Exceptions"
    yield from map(_exception, told.exceptions)
    if not told.exceptions:
        yield "None: no indicator is red."
    for title, picks, rule in (
        ("Wins", told.wins, told.wins_rule),
        ("Concerns", told.concerns, told.concerns_rule),
    ):
        yield f"### {title}"
        yield _list(map(_pick, picks)) or "None by this rule."
        yield f"*{escaped(rule)}*"
    yield "### Every indicator"
    yield escaped(told.cover.ages)
    since = (f"Since {told.before}", f"Since {told.year_before}")
    head = ("Code", "Indicator", "Value", "Cases", "Target", "Status", *since)
    yield _table(head, [_row(item) for item in told.items], right=(2, 3, 4))
    yield _list(f"**{escaped(one.name)}** {escaped(one.text)}" for one in told.footnotes)


def _status(item: Item) -> str:
    return f"{RAG_SHAPES[item.status]} {RAG_WORDS[item.status]}"


def _row(item: Item) -> Sequence[str]:
    return (
        item.code, item.title, item.value, item.of, item.target, _status(item), item.moved,
        item.moved_year,
    )  # fmt: skip


def _exception(item: Item) -> str:
    head = f"**{escaped(f'{item.code} {item.title}')}**: {_status(item)}, "
    figures = f"{item.value} ({item.of}), target {item.target}, {item.since}"
    lines = [head + escaped(figures), *map(_reason, item.reason), *map(_action, item.actions)]
    if not item.actions:
        lines.append("No action is written.")
    # The figures are a paragraph; the reasons and actions are a list under it.
    return "\n".join([lines[0], *(f"- {line}" for line in lines[1:])])


def _reason(one: Written) -> str:
    if one.draft:
        return f"*Draft from the figures, no reason is written yet:* {escaped(one.text)}"
    return f"{escaped(one.text)} *{escaped(one.by)}*" if one.by else escaped(one.text)


def _action(one: Written) -> str:
    return f"**Action, {escaped(one.due)}:** {escaped(one.text)}"


def _pick(pick: Pick) -> str:
    return f"**{escaped(f'{pick.item.code} {pick.item.title}')}**: {escaped(pick.why)}"


def _item(item: Item) -> Iterator[str]:
    yield f"### {escaped(f'{item.code} {item.title}')}"
    figures = f"{item.value} ({item.of}) in {item.period}, {item.age}" if item.of else item.value
    yield f"{_status(item)}, **{escaped(figures)}**"
    if item.definition:
        yield escaped(item.definition)
    yield _list(f"{escaped(fact.name)}: {escaped(fact.text)}" for fact in item.facts)
    yield escaped(item.trend.words) + "."
    yield _compared("Compared with", item.comparators)
    yield _compared("By other definitions", item.variants)
    yield _list([*map(_reason, item.reason), *map(_action, item.actions)])


def _compared(title: str, rows: Sequence[Compared]) -> str:
    if not rows:
        return f"{title}: nothing."
    head = (title, "Value", "Detail")
    return _table(head, [(one.name, one.value, one.detail) for one in rows], right=(1,))


def _changes(told: Briefing) -> Iterator[str]:
    if told.schools_since:
        yield "## Schools and settings that changed grade"
        yield escaped(told.schools_since) + "."
        yield _table(SCHOOLS, told.schools) if told.schools else "None."
    yield "## Restated since last time"
    yield _table(RESTATED, told.restated) if told.restated else "Nothing was restated."


def _questions(told: Briefing) -> Iterator[str]:
    yield "## Questions and answers"
    yield from map(_question, told.questions)
    if not told.questions:
        yield "None."
    yield f"*{escaped(told.questions_rule)}*"


def _question(one: Question) -> str:
    asked = f"**{escaped(f'{one.code} {one.title}')}**: {_reason(one.asked)}"
    return "\n".join([asked, *(f"- {_reason(answer)}" for answer in one.answers or _NO_ANSWER)])


_NO_ANSWER = (Written("No answer is written yet."),)


def _closing(told: Briefing) -> Iterator[str]:
    yield "## Glossary"
    yield _list(f"**{escaped(one.name)}**: {escaped(one.text)}" for one in told.glossary)
    yield "## How old the data is"
    yield _table(SOURCES, told.sources)
    yield _mark(told)


def _shares(shares: Iterable[Share]) -> str:
    return ", ".join(
        f"{RAG_SHAPES[one.rag]} {RAG_WORDS[one.rag]} {escaped(one.text)}" for one in shares
    )


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> str:
    rule = ["---:" if place in right else "---" for place in range(len(head))]
    lines = [head, rule, *([escaped(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
