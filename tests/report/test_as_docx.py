"""The briefing as a Word document."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from briefings import HOSTILE, entry, hostile_briefing, note, told

from kpitui.report.briefing.document import Briefing
from kpitui.report.formats import UnusableTemplate, render_briefing
from kpitui.text import clean_text


def briefing() -> Briefing:
    notes = (note("reason", "Because."), note("action", "Something.", due="2019-05-31", owner="Head"))
    return told(entry("A1", (5, 10), notes=notes), entry("B1", (9, 10)), public=True)


def read(content: bytes) -> tuple[list[tuple[str, str]], list[list[str]]]:
    """The paragraphs with their styles, and the rows of all tables."""
    document = docx.Document(io.BytesIO(content))
    paragraphs = [(str(getattr(paragraph.style, "name", "")), paragraph.text) for paragraph in document.paragraphs]
    return paragraphs, [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


def test_its_headings_are_words_own_and_it_says_all_that_the_paper_says() -> None:
    paragraphs, rows = read(render_briefing(briefing(), "docx"))
    headings = [text for style, text in paragraphs if style == "Heading 1"]
    assert headings[:4] == ["Purpose", "Recommendation", "Summary", "Every indicator"]
    assert ("Title", "Children's services performance") in paragraphs
    assert ("List Bullet", "Something. (Head, by 31 May 2019)") in paragraphs
    assert ["A1", "Title of A1", "50.0%*", "5 of 10", "75.0%", "■ Red", "worse by 20.0 points"] in rows


def test_every_page_has_the_marking_in_its_header_and_tables_repeat_theirs() -> None:
    document = docx.Document(io.BytesIO(render_briefing(briefing(), "docx")))
    assert document.sections[0].header.paragraphs[0].text == "Public: small counts of children are not shown."
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables)
    normal = document.styles["Normal"].font
    assert (normal.name, normal.size.pt) == ("Arial", 12)


def test_the_same_briefing_gives_the_same_bytes() -> None:
    assert render_briefing(briefing(), "docx") == render_briefing(briefing(), "docx")


def test_hostile_text_is_text() -> None:
    content = render_briefing(hostile_briefing(), "docx")
    paragraphs, _ = read(content)
    assert any(clean_text(HOSTILE) in text for _, text in paragraphs)
    assert b"<script>" not in ZipFile(io.BytesIO(content)).read("word/document.xml")


def test_the_councils_template_gives_its_styles_and_not_its_text(tmp_path: Path) -> None:
    template = docx.Document()
    template.add_paragraph("Lorem ipsum")
    template.styles["Heading 1"].font.name = "Council Sans"
    path = tmp_path / "council.dotx"
    template.save(str(path))
    content = render_briefing(replace(briefing(), template=str(path)), "docx")
    document = docx.Document(io.BytesIO(content))
    assert document.styles["Heading 1"].font.name == "Council Sans"
    assert "Lorem ipsum" not in [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize("content", [None, b"no archive"])
def test_a_template_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "council.dotx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnusableTemplate, match=r"council\.dotx cannot be used as a template"):
        render_briefing(replace(briefing(), template=str(path)), "docx")
