"""The briefing as an accessible PDF (PDF/UA-1), set by Typst from `briefing.typ`.

Texts go in as data and are never read as markup. Only the fonts that come with Typst are
used, so that the pages are the same on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

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
    Written,
)
from kpitui.report.writers.trend import COLOURS, svg
from kpitui.text import clean
from kpitui.words import RAG_SHAPES, RAG_WORDS

PAGES = Path(__file__).with_name("briefing.typ")


def write(told: Briefing) -> bytes:
    """Return the PDF; its dates are those of the meeting."""
    made = typst.compile(
        PAGES.read_bytes(),
        format="pdf",
        sys_inputs={"briefing": json.dumps(_cleaned(_document(told)), ensure_ascii=False)},
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        # Not the present time: the same briefing must give the same bytes.
        timestamp=datetime.combine(told.as_at, time(), UTC),
    )
    assert isinstance(made, bytes)  # a list only for formats with one picture a page
    return made


def _cleaned(value: Any) -> Any:
    """Clean every text in nested dicts and lists of unprintable characters."""
    if isinstance(value, str):
        return clean(" ".join(value.split()))
    if isinstance(value, dict):
        return {name: _cleaned(item) for name, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list) else value


def _document(told: Briefing) -> dict[str, Any]:
    """Encode the briefing as JSON data, with the keys that `briefing.typ` reads."""
    cover = told.cover
    line = (cover.council, cover.committee, f"meeting of {cover.meeting}", cover.period)
    return {
        "title": cover.title,
        "council": cover.council,
        "year": told.as_at.year,
        "month": told.as_at.month,
        "day": told.as_at.day,
        "line": " · ".join(part for part in line if part),
        "short": f"{cover.council}, {cover.period}",
        "ages": cover.ages,
        "audience": cover.audience,
        "made_up": cover.made_up,
        "mark": cover.mark,
        "internal": told.internal,
        "colours": dict(COLOURS),
        "opening": told.opening,
        "shares": _shares(told.shares),
        "exceptions": [_item(one) for one in told.exceptions],
        "wins": [_pick(one) for one in told.wins],
        "wins_rule": told.wins_rule,
        "concerns": [_pick(one) for one in told.concerns],
        "concerns_rule": told.concerns_rule,
        "since": [f"Since {told.before}", f"Since {told.year_before}"],
        "items": [_item(one) for one in told.items],
        "themes": [
            {
                "name": one.name,
                "shares": _shares(one.shares),
                "items": [_item(item) for item in one.items],
            }
            for one in told.themes
            if told.full
        ],
        "schools_since": told.schools_since,
        "schools": _table(SCHOOLS, told.schools),
        "restated": _table(RESTATED, told.restated),
        "questions": [_question(one) for one in told.questions],
        "questions_rule": told.questions_rule,
        "glossary": _facts(told.glossary),
        "sources": _table(SOURCES, told.sources),
        "footnotes": _facts(told.footnotes),
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "code": item.code,
        "title": item.title,
        "period": item.period,
        "age": item.age,
        "value": item.value,
        "of": item.of,
        "rag": item.status,
        "status": f"{RAG_SHAPES[item.status]} {RAG_WORDS[item.status]}",
        "target": item.target,
        "moved": item.moved,
        "moved_year": item.moved_year,
        "since": item.since,
        "definition": item.definition,
        "reason": _written(item.reason),
        "actions": _written(item.actions),
        "facts": _facts(item.facts),
        "trend": item.trend.words,
        # The template gives "trend" as alternative text (PDF/UA); a title would repeat it.
        "svg": svg(item.trend, "", titled=False) if item.trend.marks else "",
        "provisional": any(mark.provisional for mark in item.trend.marks),
        "comparators": _compared(item.comparators),
        "variants": _compared(item.variants),
    }


def _shares(shares: Iterable[Share]) -> list[dict[str, Any]]:
    return [
        {
            "rag": one.rag,
            "many": one.many,
            "status": f"{RAG_SHAPES[one.rag]} {RAG_WORDS[one.rag]}",
            "text": one.text,
        }
        for one in shares
        # `briefing.typ` adds 2 to each width, so an empty share would still be drawn.
        if one.many
    ]


def _written(texts: Iterable[Written]) -> list[dict[str, Any]]:
    return [{"text": one.text, "by": one.by, "draft": one.draft, "due": one.due} for one in texts]


def _facts(facts: Iterable[Fact]) -> list[list[str]]:
    return [[one.name, one.text] for one in facts]


def _compared(rows: Iterable[Compared]) -> list[list[str]]:
    return [[one.name, one.value, one.detail] for one in rows]


def _pick(pick: Pick) -> list[str]:
    return [pick.item.code, pick.item.title, pick.why]


def _question(one: Question) -> dict[str, Any]:
    asked, answers = _written([one.asked]), _written(one.answers)
    return {"code": one.code, "title": one.title, "asked": asked, "answers": answers}


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> dict[str, Any]:
    return {"head": list(head), "rows": [list(row) for row in rows]}
