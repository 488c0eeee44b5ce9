"""The pages, read back: tagged, titled, in a language, with the view on each of them."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from briefings import entry, hostile_briefing, note, told

from kpitui.config.profiles import BriefingProfile
from kpitui.report.briefing.composer import Briefing
from kpitui.report.formats import render_briefing

pypdf = pytest.importorskip("pypdf")
pytest.importorskip("typst")


def opened(told: Briefing) -> Any:
    return pypdf.PdfReader(io.BytesIO(render_briefing(told, "pdf")))


def briefing() -> Briefing:
    notes = (note("reason", "Because."), note("action", "Something.", due="2019-05-31"))
    return told(entry("A1", (5, 10), notes=notes), entry("B1", theme="Care"))


def tags(node: Any) -> list[Any]:
    """All structure elements of a document."""
    node = node.get_object()
    if not isinstance(node, dict):
        return []
    kids = node.get("/K", [])
    below = kids if isinstance(kids, list) else [kids]
    return [node, *(one for kid in below if not isinstance(kid, int) for one in tags(kid))]


def test_it_says_that_it_is_for_everyone() -> None:
    root = opened(briefing()).trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_it_is_tagged_with_headings_tables_and_words_for_pictures() -> None:
    found = tags(opened(briefing()).trailer["/Root"]["/StructTreeRoot"])
    kinds = [str(node.get("/S")) for node in found]
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/Figure"} <= set(kinds)
    pictures = [node for node in found if node.get("/S") == "/Figure"]
    assert len(pictures) == 2
    assert all(str(one["/Alt"]).startswith("Trend from") for one in pictures)


def test_title_author_and_dates_are_those_of_the_meeting() -> None:
    about = opened(briefing()).metadata
    assert about["/Title"] == "Children's services performance"
    assert about["/Author"] == "Wokingham"
    assert about["/CreationDate"].startswith("D:20190325")


def test_each_theme_has_a_page_of_its_own_after_a_summary_of_one() -> None:
    pages = [page.extract_text() for page in opened(briefing()).pages]
    assert len(pages) == 5
    assert "Exceptions" in pages[0]
    assert "Wins" in pages[0]
    assert "Every indicator" in pages[1]
    assert "Because." in pages[2]
    assert "B1 Title of B1" in pages[3]
    assert "Keep Hatch" in pages[4]
    short = told(entry("A1"), profile=BriefingProfile(length="summary"))
    assert len(opened(short).pages) == 3


def test_the_internal_view_says_so_on_every_page() -> None:
    assert all("INTERNAL" in page.extract_text() for page in opened(briefing()).pages)
    public = opened(told(entry("A1"), public=True)).pages
    assert all("Public: small counts" in page.extract_text() for page in public)
    assert not any("INTERNAL" in page.extract_text() for page in public)


def test_hostile_text_is_text() -> None:
    document = opened(hostile_briefing())
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in document.pages))
    assert "=cmd()|'[x](http://a.b)</td><script>*#_" in text
    assert not any("/Annots" in page for page in document.pages)
