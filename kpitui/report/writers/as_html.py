"""The briefing as one HTML file, for screen and paper, with no script and no other files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from kpitui.model import Rag
from kpitui.report.briefing.shape import (
    RESTATED,
    SCHOOLS,
    SOURCES,
    Briefing,
    Compared,
    Fact,
    Item,
    Pick,
    Question,
    Share,
    Theme,
    Written,
)
from kpitui.report.writers.trend import svg
from kpitui.text import clean
from kpitui.words import RAG_SHAPES, RAG_WORDS

STYLE = Path(__file__).with_name("briefing.css")
# A second line of defence: should a text slip past to_html, it still loads and runs nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write(told: Briefing) -> bytes:
    """Return the page as UTF-8."""
    return ("\n".join(_page(told)) + "\n").encode()


def text(value: str) -> str:
    """Escape a text for HTML, cleaned and with its whitespace collapsed."""
    return escape(clean(" ".join(value.split())))


def _page(told: Briefing) -> Iterator[str]:
    cover = told.cover
    named = f"{cover.title}, {cover.council}, {cover.period}"
    yield '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield f"<title>{text(named)}</title>"
    yield f"<style>\n{STYLE.read_text(encoding='utf-8')}{_on_paper(cover.mark)}</style>\n</head>"
    yield f'<body class="{"internal" if told.internal else "public"}">'
    yield '<a class="skip" href="#summary">To the summary</a>'
    yield "<header>"
    yield _mark(told)
    yield f"<h1>{text(cover.title)}</h1>"
    line = (cover.council, cover.committee, f"meeting of {cover.meeting}", cover.period)
    yield f'<p class="cover">{" · ".join(text(part) for part in line if part)}</p>'
    yield f'<p class="ages">{text(cover.ages)}</p>'
    if cover.audience:
        yield f'<p class="ages">For: {text(cover.audience)}</p>'
    if cover.made_up:
        yield f'<p class="made-up">{text(cover.made_up)}</p>'
    yield "</header>"
    yield from _contents(told)
    yield "<main>"
    yield from _summary(told)
    yield from _board(told)
    if told.full:
        for number, theme in enumerate(told.themes, 1):
            yield from _theme(told, theme, number)
    yield from _changes(told)
    yield from _closing(told)
    yield "</main>"
    yield f"<footer>{_mark(told)}<p>{text(named)}, meeting of {text(cover.meeting)}</p></footer>"
    yield "</body>\n</html>"


def _on_paper(mark: str) -> str:
    """Render the CSS that prints the marking and page number on each page."""
    # Escaped for CSS, not HTML: a style element knows no entities, and "<" could close it.
    said = clean(mark).replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ")
    return (
        f'@page {{ @bottom-left {{ content: "{said}"; }}'
        ' @bottom-right { content: counter(page) " of " counter(pages); } }\n'
    )


def _mark(told: Briefing) -> str:
    return f'<p class="mark">{text(told.cover.mark)}</p>'


def _contents(told: Briefing) -> Iterator[str]:
    places = [("summary", "Summary"), ("indicators", "Every indicator")]
    if told.full:
        places += [(f"theme-{number}", one.name) for number, one in enumerate(told.themes, 1)]
    # The anchors are those that _open_section is called with below.
    places += [("changes", "What changed"), ("words", "Glossary and data")]
    links = "".join(f'<li><a href="#{place}">{text(name)}</a></li>' for place, name in places)
    yield f'<nav aria-label="Contents"><ul>{links}</ul></nav>'


def _section(place: str, title: str, told: Briefing, *, marked: bool = True) -> str:
    # Each section may start a printed page, and every page must say which view it is.
    mark = _mark(told) if marked else ""
    head = f'<h2 id="{place}">{text(title)}</h2>'
    return f'<section aria-labelledby="{place}">\n{mark}{head}'


def _summary(told: Briefing) -> Iterator[str]:
    # The marking is in the page header, just above.
    yield _section("summary", "Summary", told, marked=False)
    yield f'<p class="opening">{text(told.opening)}</p>'
    yield _shares(told.shares)
    yield "<h3>Exceptions</h3>"
    yield from map(_exception, told.exceptions)
    if not told.exceptions:
        yield "<p>None: no indicator is red.</p>"
    yield '<div class="two">'
    yield _picks("Wins", told.wins, told.wins_rule)
    yield _picks("Concerns", told.concerns, told.concerns_rule)
    yield "</div>"
    yield f"{_footnotes(told.footnotes)}</section>"


def _shares(shares: Iterable[Share]) -> str:
    parts = "".join(
        f'<li class="{one.rag}" style="flex-grow:{one.many}">{_rag(one.rag)} {text(one.text)}</li>'
        for one in shares
        # A segment with flex-grow 0 would still be as wide as its label.
        if one.many
    )
    return f'<ul class="shares" aria-label="Indicators by status">{parts}</ul>'


def _rag(rag: Rag) -> str:
    # A screen reader reads the word; the shape is for those who cannot tell the colours apart.
    shape = f'<span aria-hidden="true">{RAG_SHAPES[rag]}</span>'
    return f'<span class="rag {rag}">{shape} {RAG_WORDS[rag]}</span>'


def _exception(item: Item) -> str:
    figures = f"{_figure(item)}, target {text(item.target)}, {text(item.since)}"
    actions = _written(item.actions) if item.actions else "<p>No action is written.</p>"
    return (
        f'<article class="exception"><h4>{_named(item)}</h4>'
        f"<p>{_rag(item.status)} {figures}</p>{_written(item.reason)}{actions}</article>"
    )


def _named(item: Item) -> str:
    return f'<span class="code">{text(item.code)}</span> {text(item.title)}'


def _figure(item: Item) -> str:
    of = f" ({text(item.of)})" if item.of else ""
    return f"<strong>{text(item.value)}</strong>{of}"


def _written(texts: Iterable[Written]) -> str:
    return "".join(map(_said, texts))


def _said(one: Written) -> str:
    if one.draft:
        label = "Draft from the figures, no reason is written yet:"
        return f'<p class="draft"><span class="label">{label}</span> {text(one.text)}</p>'
    due = f'<span class="label">Action, {text(one.due)}:</span> ' if one.due else ""
    by = f' <span class="by">{text(one.by)}</span>' if one.by else ""
    return f"<p>{due}{text(one.text)}{by}</p>"


def _picks(title: str, picks: Sequence[Pick], rule: str) -> str:
    rows = "".join(f"<li>{_named(one.item)}: {text(one.why)}</li>" for one in picks)
    told = f"<ol>{rows}</ol>" if rows else "<p>None by this rule.</p>"
    return f'<div><h3>{title}</h3>{told}<p class="rule">{text(rule)}</p></div>'


def _footnotes(notes: Sequence[Fact]) -> str:
    rows = "".join(f"<li><b>{text(one.name)}</b> {text(one.text)}</li>" for one in notes)
    return f'<ul class="notes">{rows}</ul>' if rows else ""


# --- every indicator, and the pages of the themes -------------------------------------------------


def _board(told: Briefing) -> Iterator[str]:
    yield _section("indicators", "Every indicator", told)
    yield f'<p class="ages">{text(told.cover.ages)}</p>'
    since = (f"Since {told.before}", f"Since {told.year_before}")
    head = ("Code", "Indicator", "Value", "Cases", "Target", "Status", *since)
    rows = [
        "".join(
            (
                f'<th scope="row">{text(item.code)}</th><td>{text(item.title)}</td>',
                f'<td class="number">{text(item.value)}</td>',
                f'<td class="number">{text(item.of)}</td>',
                f'<td class="number">{text(item.target)}</td>',
                f"<td>{_rag(item.status)}</td>",
                f'<td class="moved">{text(item.moved)}</td>',
                f'<td class="moved">{text(item.moved_year)}</td>',
            )
        )
        for item in told.items
    ]
    yield _scrolled(_table(head, rows, numbers=(2, 3, 4)), "Every indicator")
    yield f"{_footnotes(told.footnotes)}</section>"


def _theme(told: Briefing, theme: Theme, number: int) -> Iterator[str]:
    yield _section(f"theme-{number}", theme.name, told)
    if theme.shares:
        yield _shares(theme.shares)
    yield from map(_item, theme.items)
    yield "</section>"


def _item(item: Item) -> str:
    facts = "".join(f"<dt>{text(one.name)}</dt><dd>{text(one.text)}</dd>" for one in item.facts)
    name = f"indicator-{item.number}"
    figure = "" if not item.trend.marks else _trend(item)
    return "\n".join(
        (
            f'<article class="item" aria-labelledby="{name}">',
            f'<h3 id="{name}">{_named(item)}</h3>',
            f'<p class="figure">{_rag(item.status)} {_figure(item)} in {text(item.period)}, ',
            f'<span class="age">{text(item.age)}</span></p>',
            f'<p class="definition">{text(item.definition)}</p>' if item.definition else "",
            f'<div class="two"><div>{_written(item.reason)}{_written(item.actions)}',
            f"<dl>{facts}</dl></div>",
            f"<div>{figure}",
            _compared("Compared with", item.comparators),
            _compared("By other definitions", item.variants),
            "</div></div></article>",
        )
    )


def _trend(item: Item) -> str:
    picture = svg(item.trend, f"trend-{item.number}")
    dotted = ", hollow: provisional" if any(one.provisional for one in item.trend.marks) else ""
    caption = f"Every period; dashed: the target{dotted}"
    return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"


def _compared(title: str, rows: Sequence[Compared]) -> str:
    if not rows:
        return ""
    cells = [
        f'<th scope="row">{text(one.name)}<small>{text(one.detail)}</small></th>'
        f'<td class="number">{text(one.value)}</td>'
        for one in rows
    ]
    return _table((title, "Value"), cells, numbers=(1,))


# --- what changed, questions, words ---------------------------------------------------------------


def _changes(told: Briefing) -> Iterator[str]:
    yield _section("changes", "What changed", told)
    if told.schools_since:
        yield "<h3>Schools and settings that changed grade</h3>"
        yield f"<p>{text(told.schools_since)}.</p>"
        # Nothing changed; a briefing without schools leaves out the heading as well.
        yield _texts(SCHOOLS, told.schools) if told.schools else "<p>None.</p>"
    yield "<h3>Restated since last time</h3>"
    yield _texts(RESTATED, told.restated) if told.restated else "<p>Nothing was restated.</p>"
    yield "<h3>Questions and answers</h3>"
    yield from map(_question, told.questions)
    if not told.questions:
        yield "<p>None.</p>"
    yield f'<p class="rule">{text(told.questions_rule)}</p></section>'


def _question(one: Question) -> str:
    answers = _written(one.answers) if one.answers else "<p>No answer is written yet.</p>"
    head = f'<h4><span class="code">{text(one.code)}</span> {text(one.title)}</h4>'
    asked = f'<div class="asked">{_said(one.asked)}</div>'
    return f'<article class="question">{head}{asked}<div class="answers">{answers}</div></article>'


def _closing(told: Briefing) -> Iterator[str]:
    yield _section("words", "Glossary and data", told)
    terms = "".join(f"<dt>{text(one.name)}</dt><dd>{text(one.text)}</dd>" for one in told.glossary)
    yield f'<dl class="glossary">{terms}</dl>'
    yield "<h3>How old the data is</h3>"
    yield f"{_texts(SOURCES, told.sources)}</section>"


def _texts(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = [
        f'<th scope="row">{text(row[0])}</th>' + "".join(f"<td>{text(one)}</td>" for one in row[1:])
        for row in rows
    ]
    return _scrolled(_table(head, cells), head[0])


def _table(head: Sequence[str], rows: Iterable[str], numbers: Sequence[int] = ()) -> str:
    heads = "".join(
        f'<th scope="col"{" class=number" if place in numbers else ""}>{text(name)}</th>'
        for place, name in enumerate(head)
    )
    body = "".join(f"<tr>{row}</tr>\n" for row in rows)
    return f"<table><thead><tr>{heads}</tr></thead>\n<tbody>{body}</tbody></table>"


def _scrolled(table: str, name: str) -> str:
    """Wrap a table so that a narrow screen scrolls the table and not the page."""
    label = f"Table: {text(name)}"
    # WCAG 2.1.1: a region that scrolls must take the focus, so that keys can scroll it.
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">{table}</div>'
