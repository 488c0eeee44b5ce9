"""The pages, read back: tagged, titled, in a language, with the view on each of them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import count, islice
from typing import Any

import pytest
from briefings import BEFORE, entry, hostile_briefing, note, told

from kpitui.config.profiles import BriefingProfile
from kpitui.report.briefing.composer import Briefing
from kpitui.report.formats import render_briefing
from kpitui.report.long_words import break_long_words

pypdf = pytest.importorskip("pypdf")
typst = pytest.importorskip("typst")


def opened(briefing: Briefing) -> Any:
    return pypdf.PdfReader(io.BytesIO(render_briefing(briefing, "pdf")))


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
    return [node, *(child_tag for kid in below if not isinstance(kid, int) for child_tag in tags(kid))]


def test_it_says_that_it_is_for_everyone() -> None:
    root = opened(briefing()).trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_it_is_tagged_with_headings_tables_and_words_for_pictures() -> None:
    tag_names = tags(opened(briefing()).trailer["/Root"]["/StructTreeRoot"])
    kinds = [str(node.get("/S")) for node in tag_names]
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/Figure"} <= set(kinds)
    pictures = [node for node in tag_names if node.get("/S") == "/Figure"]
    assert len(pictures) == 2
    assert all(str(picture["/Alt"]).startswith("Trend from") for picture in pictures)


def test_title_author_and_dates_are_those_of_the_meeting() -> None:
    metadata = opened(briefing()).metadata
    assert metadata["/Title"] == "Children's services performance"
    assert metadata["/Author"] == "Wokingham"
    assert metadata["/CreationDate"].startswith("D:20190325")


def test_themes_come_after_a_summary_and_the_table_of_all() -> None:
    pages = [page.extract_text() for page in opened(briefing()).pages]
    assert len(pages) == 4
    assert "Exceptions" in pages[0]
    assert "Wins" in pages[0]
    assert "Every indicator" in pages[1]
    assert "Because." in pages[2]
    # A theme of one indicator goes on where the one before it ends.
    assert "B1 Title of B1" in pages[2]
    assert "Keep Hatch" in pages[3]
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


def numbered(words: Iterator[int], page_count: int) -> str:
    """Words that can be told from each other."""
    return " ".join(f"w{number:05d}" for number in islice(words, page_count))


def test_texts_longer_than_a_page_go_on_on_the_next_one() -> None:
    words, endless = count(), "W" * 300
    notes = (
        note("reason", numbered(words, 2000), author=numbered(words, 30)),
        note("action", numbered(words, 2000), due="2019-05-01", owner=numbered(words, 30)),
        note("question", numbered(words, 2000), BEFORE, "2019-01-05"),
        note("answer", f"{numbered(words, 2000)} {endless}"),
    )
    red = entry("A1", (5, 10), notes=notes, hostile=f" {endless} {numbered(words, 200)}", made_up=True)
    profile = BriefingProfile("p", numbered(words, 40), numbered(words, 80), numbered(words, 300))
    pages = opened(told(red, profile=profile, hostile=f" {endless} {numbered(words, 100)}")).pages
    printed = {word for page in pages for word in re.findall(r"w\d{5}", page.extract_text())}
    assert printed >= {f"w{number:05d}" for number in range(next(words))}
    assert [place for page in pages for place in places_of_text(page) if not is_on_paper(page, *place)] == []


def places_of_text(page: Any) -> list[tuple[float, float]]:
    """Where each piece of text begins, in points from the lower left corner."""
    places: list[tuple[float, float]] = []

    def visit(text: str, page_matrix: list[float], matrix: list[float], *_: object) -> None:
        if text.strip():
            a, b, c, d, e, f = page_matrix
            places.append((matrix[4] * a + matrix[5] * c + e, matrix[4] * b + matrix[5] * d + f))

    page.extract_text(visitor_text=visit)
    return places


def is_on_paper(page: Any, x: float, y: float) -> bool:
    """Within the margins; the pages of the widest tables lie on their side."""
    return 40 <= x <= float(page.mediabox.width) - 40 and 10 <= y <= float(page.mediabox.height)


def test_a_long_word_is_broken_and_its_marks_stay_with_their_letters() -> None:
    long_word = "e\N{COMBINING ACUTE ACCENT}" * 20
    parts = break_long_words(long_word).split("\N{ZERO WIDTH SPACE}")
    assert "".join(parts) == long_word
    assert len(parts) > 2
    assert not any(part.startswith("\N{COMBINING ACUTE ACCENT}") for part in parts)


def compiled_without_fonts(compile_pdf: Any, *source: Any, **more: Any) -> Any:
    return compile_pdf(*source, **more | {"ignore_system_fonts": True})


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Fox \U0001f98a House", "Fox [U+1F98A] House"),
        ("\u5b66\u6821", "[U+5B66][U+6821]"),
        # A font has this mark, and another the letter: no font has both.
        ("m\u1abd", "m[U+1ABD]"),
    ],
)
def test_a_letter_without_a_glyph_stands_by_its_number(
    name: str, printed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on a machine that has no further fonts.
    compile_pdf = typst.compile
    monkeypatch.setattr(
        typst, "compile", lambda *source, **more: compile_pdf(*source, **more | {"ignore_system_fonts": True})
    )
    first = opened(told(entry("A1", (5, 10), notes=(note("reason", f"At {name}."),)))).pages[0].extract_text()
    assert f"At {printed}." in " ".join(first.split())
    assert "shown here by number" in first
    assert "shown here by number" not in opened(briefing()).pages[0].extract_text()
