"""The briefing as an accessible PDF (PDF/UA-1), set by Typst from `briefing.typ`.

Texts go in as data and are never read as markup. The fonts that come with Typst are used, so that
the pages are the same on every machine. What they have no glyph for is looked for in the machine's
fonts; what these do not have either stands by its number in Unicode, and the first page says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from textwrap import shorten
from typing import Any
from unicodedata import category, normalize

import typst

from kpitui.report.briefing.document import (
    CONCERNS_RULE,
    GRADE_CHANGE_COLUMNS,
    QUESTIONS_RULE,
    RESTATEMENT_COLUMNS,
    SOURCE_COLUMNS,
    WINS_RULE,
    Briefing,
    BriefingItem,
    ComparedFigure,
    Highlight,
    LabelledText,
    QuestionThread,
    RagShareText,
    Statement,
)
from kpitui.report.formats.trend_svg import RAG_COLOURS, render_trend_svg
from kpitui.report.long_words import break_long_words
from kpitui.text import clean_text
from kpitui.wording import RAG_SHAPES, RAG_WORDS, format_quantity

TEMPLATE_PATH = Path(__file__).with_name("briefing.typ")


MAX_FOOTER_CHARACTERS = 120
_LAST_LATIN_CHARACTER = "\u024f"
_UNSUPPORTED_TEXT = re.compile(r"the text `\"(.*?)\"` could not be displayed")
# Set character by character, so that one compilation finds all that have no glyph.
_PROBE = b"""#set document(title: "Probe")
#for letter in json(bytes(sys.inputs.briefing)) [#letter #parbreak()]
"""
_MISSING_GLYPHS = (
    "The fonts in this file have no sign for {characters}, shown here by number. The HTML briefing shows each."
)


def render_pdf(briefing: Briefing) -> bytes:
    """Return the PDF; its dates are those of the meeting."""
    values, template = _clean_values(_encode_briefing(briefing)), TEMPLATE_PATH.read_bytes()
    characters = {character for text in _iterate_texts(values) for character in text if not character.isascii()}
    failure = None
    for numbered_characters, with_system_fonts in _list_attempts(characters):
        try:
            numbered_values = _number_characters(values, numbered_characters)
            return _compile(template, numbered_values, briefing.as_at, with_system_fonts=with_system_fonts)
        except typst.TypstError as error:
            failure = error
    assert failure
    raise failure


def _list_attempts(characters: set[str]) -> Iterator[tuple[set[str], bool]]:
    """Yield which characters are to stand by their numbers, ever more, and whether the machine's fonts are used."""
    numbered_characters = _find_missing_characters(characters)
    if numbered_characters:
        missing_everywhere = _find_missing_characters(characters, with_system_fonts=True)
        # The machine's fonts may not be fit for an accessible PDF.
        if missing_everywhere < numbered_characters:
            yield missing_everywhere, True
    yield numbered_characters, False
    # Fonts that have both a letter and a mark may not have the one with the other.
    for is_doubtful in (_is_mark, _is_letter_beyond_latin, _is_beyond_latin):
        numbered_characters = numbered_characters.union(filter(is_doubtful, characters))
        yield numbered_characters, False


def _is_mark(character: str) -> bool:
    return category(character).startswith("M")


def _is_letter_beyond_latin(character: str) -> bool:
    return _is_beyond_latin(character) and category(character).startswith(("L", "M", "N"))


def _is_beyond_latin(character: str) -> bool:
    return character > _LAST_LATIN_CHARACTER


def _compile(source: bytes, values: Any, day: date | None = None, *, with_system_fonts: bool = False) -> bytes:
    pdf_bytes = typst.compile(
        source,
        format="pdf",
        sys_inputs={"briefing": json.dumps(_map_texts(values, break_long_words), ensure_ascii=False)},
        pdf_standards="ua-1",
        ignore_system_fonts=not with_system_fonts,
        # Not the present time: the same briefing must give the same bytes.
        timestamp=datetime.combine(day or date.min, time(), UTC) if day else None,
    )
    assert isinstance(pdf_bytes, bytes)  # a list only for formats with one picture a page
    return pdf_bytes


def _find_missing_characters(characters: set[str], *, with_system_fonts: bool = False) -> set[str]:
    """Find the characters that the fonts have no glyph for."""
    missing_characters: set[str] = set()
    while probed_characters := [*(characters - missing_characters)]:
        try:
            _compile(_PROBE, probed_characters, with_system_fonts=with_system_fonts)
            break
        except typst.TypstError as error:
            unsupported_text = "".join(_UNSUPPORTED_TEXT.findall(getattr(error, "diagnostic", str(error))))
            # Marks are written by their numbers.
            unsupported_text += "".join(chr(int(code, 16)) for code in re.findall(r"\\u\{(\w+)\}", unsupported_text))
            # In words of another version nothing is found, and everything that could be missing is.
            missing_characters |= characters.intersection(unsupported_text) or set(probed_characters)
    return missing_characters


def _number_characters(values: Any, missing_characters: set[str]) -> Any:
    """Put the number of a character in its place, and a sentence about it on the first page."""
    if not missing_characters:
        return values
    numbers = {ord(character): f"[U+{ord(character):04X}]" for character in missing_characters}
    notice = _MISSING_GLYPHS.format(characters=format_quantity(len(numbers), "character"))
    return _map_texts(values, lambda text: text.translate(numbers)) | {"missing_glyphs": notice}


def _clean_values(values: Any) -> Any:
    """Clean every text in nested dicts and lists, and join letters with their marks."""
    return _map_texts(values, lambda text: normalize("NFC", clean_text(" ".join(text.split()))))


def _iterate_texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, dict | list):
        for member in values.values() if isinstance(values, dict) else values:
            yield from _iterate_texts(member)


def _map_texts(values: Any, change: Callable[[str], str]) -> Any:
    """Change every text in nested dicts and lists; the pictures, which are SVG, stay."""
    if isinstance(values, str):
        return change(values)
    if isinstance(values, dict):
        return {key: member if key == "svg" else _map_texts(member, change) for key, member in values.items()}
    return [_map_texts(member, change) for member in values] if isinstance(values, list) else values


def _encode_briefing(briefing: Briefing) -> dict[str, Any]:
    """Encode the briefing as JSON data, with the keys that `briefing.typ` reads."""
    cover = briefing.cover
    cover_parts = (cover.council, cover.committee, f"meeting of {cover.meeting_date}", cover.period)
    return {
        "title": cover.title,
        "council": cover.council,
        "year": briefing.as_at.year,
        "month": briefing.as_at.month,
        "day": briefing.as_at.day,
        "line": " · ".join(part for part in cover_parts if part),
        # On every page, in a line of its own; the whole name stands on the first page.
        "short": shorten(f"{cover.council}, {cover.period}", MAX_FOOTER_CHARACTERS, placeholder=" …"),
        "ages": cover.data_age,
        "audience": cover.audience,
        "officer": cover.officer,
        "sections": [
            {"heading": section.heading, "statements": _encode_statements(section.statements)}
            for section in briefing.sections
        ],
        "tables": [
            {"heading": table.heading, **_encode_table(table.columns, table.rows)} for table in briefing.further_tables
        ],
        "made_up": cover.made_up_notice,
        "missing_glyphs": "",
        "mark": cover.marking,
        "internal": briefing.internal,
        "colours": dict(RAG_COLOURS),
    } | _encode_body(briefing)


def _encode_body(briefing: Briefing) -> dict[str, Any]:
    """Encode what stands under the cover, in the order of the pages."""
    return {
        "opening": briefing.opening,
        "shares": _encode_shares(briefing.shares),
        "exceptions": [_encode_item(item) for item in briefing.exceptions],
        "wins": [_encode_highlight(highlight) for highlight in briefing.wins],
        "wins_rule": WINS_RULE,
        "concerns": [_encode_highlight(highlight) for highlight in briefing.concerns],
        "concerns_rule": CONCERNS_RULE,
        "since": [f"Since {briefing.previous_period}", f"Since {briefing.year_earlier}"],
        "items": [_encode_item(item) for item in briefing.items],
        "themes": [
            {
                "name": theme.name,
                "shares": _encode_shares(theme.shares),
                "items": [_encode_item(item) for item in theme.items],
            }
            for theme in briefing.themes
            if briefing.is_full
        ],
        "schools_since": briefing.grade_changes_span,
        "schools": _encode_table(GRADE_CHANGE_COLUMNS, briefing.grade_changes),
        "restated": _encode_table(RESTATEMENT_COLUMNS, briefing.restatements),
        "questions": [_encode_question(thread) for thread in briefing.question_threads],
        "questions_rule": QUESTIONS_RULE,
        "glossary": _encode_labelled_texts(briefing.glossary),
        "sources": _encode_table(SOURCE_COLUMNS, briefing.sources),
        "footnotes": _encode_labelled_texts(briefing.footnotes),
    }


def _encode_item(item: BriefingItem) -> dict[str, Any]:
    return {
        "code": item.code,
        "title": item.title,
        "period": item.period,
        "age": item.data_age,
        "value": item.value,
        "of": item.case_fraction,
        "rag": item.rag,
        "status": f"{RAG_SHAPES[item.rag]} {RAG_WORDS[item.rag]}",
        "target": item.target,
        "moved": item.movement_text,
        "moved_year": item.year_movement_text,
        "since": item.movement_since,
        "definition": item.definition,
        "reason": _encode_statements(item.reasons),
        "actions": _encode_statements(item.actions),
        "facts": _encode_labelled_texts(item.facts),
        "trend": item.trend.description,
        # The template gives "trend" as alternative text (PDF/UA); a title would repeat it.
        "svg": render_trend_svg(item.trend, "", has_title=False) if item.trend.points else "",
        "caption": item.trend.caption,
        "comparators": _encode_comparisons(item.comparators),
        "variants": _encode_comparisons(item.variants),
    }


def _encode_shares(shares: Iterable[RagShareText]) -> list[dict[str, Any]]:
    return [
        {
            "rag": share.rag,
            "many": share.item_count,
            "status": f"{RAG_SHAPES[share.rag]} {RAG_WORDS[share.rag]}",
            "text": share.text,
        }
        for share in shares
        # `briefing.typ` adds 2 to each width, so an empty share would still be drawn.
        if share.item_count
    ]


def _encode_statements(statements: Iterable[Statement]) -> list[dict[str, Any]]:
    return [
        {"text": statement.text, "by": statement.attribution, "draft": statement.is_draft, "due": statement.due_text}
        for statement in statements
    ]


def _encode_labelled_texts(labelled_texts: Iterable[LabelledText]) -> list[list[str]]:
    return [[text.label, text.text] for text in labelled_texts]


def _encode_comparisons(comparisons: Iterable[ComparedFigure]) -> list[list[str]]:
    return [[comparison.name, comparison.value, comparison.detail] for comparison in comparisons]


def _encode_highlight(highlight: Highlight) -> list[str]:
    return [highlight.item.code, highlight.item.title, highlight.explanation]


def _encode_question(thread: QuestionThread) -> dict[str, Any]:
    question, answers = _encode_statements([thread.question]), _encode_statements(thread.answers)
    return {"code": thread.code, "title": thread.title, "asked": question, "answers": answers}


def _encode_table(column_names: Iterable[str], text_rows: Iterable[Iterable[str]]) -> dict[str, Any]:
    return {"head": list(column_names), "rows": [list(row) for row in text_rows]}
