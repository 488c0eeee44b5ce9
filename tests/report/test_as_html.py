"""The page: one file, whole for those who see it and for those who hear it, on screen and paper."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from briefings import entry, hostile_briefing, note, told

from kpitui.config.profiles import BriefingProfile
from kpitui.report.briefing.composer import Briefing
from kpitui.report.formats import render_briefing
from kpitui.report.formats.trend_svg import INK_COLOUR, RAG_COLOURS, TARGET_COLOUR
from kpitui.text import count_hostile_characters

VOID = {"meta", "br", "wbr", "link", "img", "line", "rect", "circle", "polyline", "polygon"}
ROOT = Path(__file__).parents[2]


@dataclass
class Tag:
    """An element, with what it holds."""

    name: str
    attrs: dict[str, str]
    parent: Tag | None
    parts: list[Tag | str] = field(default_factory=list)

    @property
    def tags(self) -> list[Tag]:
        return [part for part in self.parts if isinstance(part, Tag)]

    def all(self, name: str = "") -> list[Tag]:
        tags = [ink for tag in self.tags for ink in (tag, *tag.all())]
        return [tag for tag in tags if not name or tag.name == name]

    @property
    def words(self) -> str:
        return "".join(part.words if isinstance(part, Tag) else part for part in self.parts)


class Page(HTMLParser):
    """A page as a tree; every tag that is opened must be closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = self.here = Tag("", {}, None)
        self.feed(text)
        assert self.here is self.root, f"{self.here.name} is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        child_tag = Tag(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.parts.append(child_tag)
        if tag not in VOID:
            self.here = child_tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.parts.append(Tag(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        assert self.here.name == tag, f"{tag} closes {self.here.name}"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.parts.append(data)


def briefing() -> Briefing:
    """Two themes, one red with all that can be written of it, one better."""
    notes = (note("reason", "Because."), note("action", "Something.", due="2019-05-31"), note("question", "Why?"))
    red = entry("A1", (5, 10), notes=notes, made_up=True)
    return told(red, entry("A2", (16, 20), (14, 20)), entry("B1", (29, 40), theme="Care"))


def page(briefing_shown: Briefing | None = None) -> Tag:
    return Page(render_briefing(briefing_shown or briefing(), "html").decode()).root


def test_it_is_one_file_that_loads_and_runs_nothing() -> None:
    text = render_briefing(briefing(), "html").decode()
    names = {tag.name for tag in page().all()}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert not re.search(r"url\(|@import|\bsrc=|javascript:|\bon\w+=", text)
    assert {tag.attrs["href"][0] for tag in page().all("a")} == {"#"}
    policy = next(tag for tag in page().all("meta") if "http-equiv" in tag.attrs)
    assert policy.attrs["content"].startswith("default-src 'none'")


def test_language_title_and_width_are_said() -> None:
    root = page()
    (html,) = root.all("html")
    assert html.attrs["lang"] == "en-GB"
    (title,) = [tag for tag in root.all("title") if tag.parent and tag.parent.name == "head"]
    assert title.words == "Children's services performance, Wokingham, Q3 2018/19"
    assert any(tag.attrs.get("name") == "viewport" for tag in root.all("meta"))


def test_landmarks_stand_once_and_have_names() -> None:
    root = page()
    for name in ("header", "nav", "main", "footer"):
        assert len(root.all(name)) == 1
    assert root.all("nav")[0].attrs["aria-label"]
    labels = [_name(root, tag) for tag in root.all() if _is_landmark(tag)]
    assert all(labels)
    assert len(labels) == len(set(labels))


def _is_landmark(tag: Tag) -> bool:
    return tag.name in ("section", "nav") or tag.attrs.get("role") == "region"


def _name(root: Tag, tag: Tag) -> str:
    if "aria-label" in tag.attrs:
        return tag.attrs["aria-label"]
    return next(ink.words for ink in root.all() if ink.attrs.get("id") == tag.attrs["aria-labelledby"])


def test_headings_go_down_one_step_at_a_time() -> None:
    levels = [int(tag.name[1]) for tag in page().all() if re.fullmatch(r"h[1-6]", tag.name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    steps = [after - before for before, after in pairwise(levels)]
    assert max(steps) == 1
    assert all(tag.words.strip() for tag in page().all() if re.fullmatch(r"h[1-6]", tag.name))


def test_ids_are_unique_and_what_is_pointed_at_is_there() -> None:
    root = page()
    ids = [tag.attrs["id"] for tag in root.all() if "id" in tag.attrs]
    assert len(ids) == len(set(ids))
    links = {tag.attrs["href"][1:] for tag in root.all("a")}
    labels = {tag.attrs["aria-labelledby"] for tag in root.all() if "aria-labelledby" in tag.attrs}
    assert (links | labels) - set(ids) == set()


def test_every_table_has_heads_for_its_columns_and_rows() -> None:
    tables = page().all("table")
    assert len(tables) == 11  # all, over time, activity, two of each of three, schools, sources
    for table in tables:
        heads = [tag.attrs.get("scope") for tag in table.all("thead")[0].all("th")]
        assert set(heads) == {"col"}
        for row in table.all("tbody")[0].all("tr"):
            assert [ink.attrs.get("scope") for ink in row.all("th")] == ["row"]
            assert len(row.tags) == len(heads)


def test_every_picture_has_words_with_the_figures_in_them() -> None:
    pictures = page().all("svg")
    assert len(pictures) == 3
    for picture in pictures:
        assert picture.attrs["role"] == "img"
        (title,) = picture.all("title")
        assert picture.attrs["aria-labelledby"] == title.attrs["id"]
        assert re.match(r"Trend from Q3 2017/18 to Q3 2018/19: lowest \d", title.words)


def test_status_is_a_word_and_a_shape_beside_its_colour() -> None:
    marks = [tag for tag in page().all("span") if "rag" in tag.attrs.get("class", "").split()]
    assert {tag.words for tag in marks} == {"■ Red", "● Green", "▲ Amber"}
    shapes = [ink for tag in marks for ink in tag.all("span")]
    assert all(shape.attrs == {"aria-hidden": "true"} for shape in shapes)


def test_what_scrolls_can_be_reached_by_keys() -> None:
    regions = [tag for tag in page().all("div") if tag.attrs.get("class") == "scroll"]
    assert regions
    assert all(tag.attrs["tabindex"] == "0" and tag.attrs["role"] == "region" for tag in regions)


# --- colours -------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ink: str, paper: str) -> float:
    low, high = sorted((luminance(ink), luminance(paper)))
    return (high + 0.05) / (low + 0.05)


def test_words_have_a_contrast_of_four_and_a_half_to_one() -> None:
    style = (ROOT / "kpitui/report/formats/briefing.css").read_text(encoding="utf-8")
    colours_by_name = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", style))
    grounds = [colours_by_name["ground"], colours_by_name["soft"], "#fdf6e3"]
    for name in ("ink", "dim", "accent", "green", "amber", "red", "none"):
        assert min(contrast(colours_by_name[name], ground) for ground in grounds) >= 4.5, name
    assert contrast("#ffffff", colours_by_name["red"]) >= 4.5
    assert contrast("#4f1f6d", "#f3e9f8") >= 4.5
    assert {name: colours_by_name[name] for name in RAG_COLOURS} == RAG_COLOURS
    assert min(contrast(ink, "#ffffff") for ink in (INK_COLOUR, TARGET_COLOUR, *RAG_COLOURS.values())) >= 4.5


# --- what it says --------------------------------------------------------------------------------


def test_exceptions_wins_and_concerns_come_before_the_rest() -> None:
    order = [tag.words for tag in page().all() if tag.name in ("h2", "h3")]
    assert order[:3] == ["Purpose and decisions", "Purpose", "Recommendation"]
    assert order[3:8] == ["Summary", "Exceptions", "Wins", "Concerns", "Every indicator"]
    (exception,) = [tag for tag in page().all("article") if tag.attrs.get("class") == "exception"]
    for phrase in ("50.0%*", "5 of 10", "target 75.0%", "Because.", "by 31 May 2019", "Something."):
        assert phrase in exception.words


def test_a_draft_says_that_it_is_one() -> None:
    drafts = [tag.words for tag in page(told(entry("A1", (5, 10)))).all("p") if tag.attrs.get("class") == "draft"]
    assert drafts
    assert all(draft.startswith("Draft from the figures") for draft in drafts)


def test_a_summary_has_no_pages_of_themes() -> None:
    short = told(entry("A1"), profile=BriefingProfile(length="summary"))
    assert "theme-1" not in render_briefing(short, "html").decode()
    assert "theme-1" in render_briefing(briefing(), "html").decode()


def test_the_internal_view_says_so_on_every_page() -> None:
    text = render_briefing(briefing(), "html").decode()
    sections = page().all("section")[1:]  # the first is under the mark of the head
    assert all("INTERNAL" in section.words for section in [*sections, *page().all("header")])
    assert '@bottom-left { content: "INTERNAL' in text
    public = render_briefing(told(entry("A1"), public=True), "html").decode()
    assert "INTERNAL" not in public
    assert "Public: small counts" in public


def test_hostile_text_is_text() -> None:
    text = render_briefing(hostile_briefing(), "html").decode()
    root = Page(text).root
    assert count_hostile_characters(text.replace("\n", "")) == 0
    assert not root.all("script")
    assert "=cmd()|'[x](http://a.b)</td><script>*#_" in root.words
    assert {tag.attrs["href"][0] for tag in root.all("a")} == {"#"}


# --- in a browser --------------------------------------------------------------------------------

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
AXE = Path(os.environ.get("KPITUI_AXE", ROOT / "node_modules/axe-core/axe.min.js"))
RUN = """
axe.run().then(found => {
  const said = document.createElement('pre');
  said.id = 'axe';
  said.textContent = JSON.stringify(found.violations.map(one => [one.id, one.nodes[0].html]));
  document.body.appendChild(said);
})
"""


def test_axe_finds_nothing(tmp_path: Path) -> None:
    """In headless Chromium, where it and axe-core (or its path in $KPITUI_AXE) are installed."""
    if not BROWSER or not AXE.is_file():
        pytest.skip("needs chromium and axe-core: npm install axe-core, or KPITUI_AXE=its file")
    text = re.sub(r'<meta http-equiv="Content-Security[^>]*>', "", render_briefing(briefing(), "html").decode())
    script = AXE.read_text(encoding="utf-8").replace("</script", r"<\/script")
    page = tmp_path / "page.html"
    run = f"<script>{script}</script><script>{RUN}</script></body>"
    page.write_text(text.replace("</body>", run), encoding="utf-8")
    done = subprocess.run(
        [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000",
         f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", page.as_uri()],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    match = re.search(r'<pre id="axe">(.*?)</pre>', done.stdout, re.S)
    assert match, done.stderr[-2000:]
    assert json.loads(match[1]) == []


def test_a_long_word_may_be_broken_and_only_where_it_is_shown() -> None:
    long_word = "W" * 60
    page = render_briefing(told(entry("A1"), hostile=f" {long_word}"), "html").decode()
    assert page.replace("<wbr>", "").count(long_word) > page.count(long_word)
    assert "<wbr>" not in page[page.index("<title>") : page.index("</title>")]
    assert not re.search('="[^"]*<wbr>', page)
