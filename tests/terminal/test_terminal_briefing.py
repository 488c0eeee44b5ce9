"""The briefing from the terminal: what will be in it, in which form, and where it is saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from boards import FakeDesk
from driving import Driver, opened, press, row_with, rows, text, until

from kpitui.report.formats import BRIEFING_FORMATS
from kpitui.tui.app import KpituiApp


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def saved(app: KpituiApp, pilot: Driver, *keys: str) -> None:
    await press(pilot, "w", *keys, "enter")
    await until(pilot, lambda: app.screen.frame.message != "")  # type: ignore[attr-defined]


async def test_it_says_what_will_be_in_it_and_what_is_missing() -> None:
    async with opened(size=(120, 80)) as (app, pilot):
        await press(pilot, "B")
        assert "Public: small counts of children are not shown" in row_with(app, "View")
        assert row_with(app, "Form").split()[:2] == ["Form", "html"]
        assert "the whole board" in row_with(app, "Profile")
        assert "VP7† Permanence on leaving care: 31.3%" in row_with(app, "■ VP7†")
        assert "EA1i: red in Q3 2018/19 without a reason" in text(app)
        assert row_with(app, "Indicators  ").split() == ["Indicators", "13", "indicators"]
        assert "1 school or setting" in row_with(app, "Changed grade")
        assert row_with(app, "Leaving care").split() == ["Leaving", "care", "VP7†"]


async def test_view_form_and_profile_are_chosen() -> None:
    desk = FakeDesk()
    async with opened(size=(120, 80), desk=desk) as (app, pilot):
        await press(pilot, "B", "P", "f", "f", "p")
        assert "INTERNAL" in row_with(app, "View")
        assert row_with(app, "Form").split()[:2] == ["Form", "xlsx"]
        assert row_with(app, "Profile").split() == ["Profile", "scrutiny"]
        assert "a sheet of the rows behind the numbers" in row_with(app, "Cases")
        assert "Leaving care" not in text(app)  # a summary has no pages of themes
        assert [request for request in desk.asked if request.startswith("briefing")] == [
            "briefing ", "briefing  internal", "briefing scrutiny internal",
        ]  # fmt: skip
        await press(pilot, "p")
        assert "nothing of it is known yet" in text(app)
        await press(pilot, "w")
        assert "nothing of it is known yet" in rows(app)[-1]
        await press(pilot, "escape")
        assert "Briefing" not in rows(app)[0]


@pytest.mark.parametrize("form", BRIEFING_FORMATS)
async def test_it_is_saved_where_one_says(folder: Path, form: str) -> None:
    if form in ("xlsx", "pdf"):
        pytest.importorskip({"xlsx": "xlsxwriter", "pdf": "typst"}[form])
    async with opened(size=(160, 40)) as (app, pilot):
        await press(pilot, "B", "P", *"f" * list(BRIEFING_FORMATS).index(form))
        await saved(app, pilot)
        path = folder / f"briefing--2018-19-Q3-internal.{form}"
        assert f"Saved the internal briefing: {path}" in rows(app)[-1]
        assert path.stat().st_mode & 0o777 == 0o600
        await press(pilot, "w", "enter")
        assert path.stat().st_size > 0
        await press(pilot, *"no", "enter")
        assert "Nothing was saved" in rows(app)[-1]


async def test_the_ending_that_is_typed_chooses_the_form(folder: Path) -> None:
    async with opened(size=(160, 40)) as (app, pilot):
        await press(pilot, "B")
        await saved(app, pilot, "ctrl+u", *"mine.md")
        assert (folder / "mine.md").read_text(encoding="utf-8").startswith("# Children's")
        await saved(app, pilot, "ctrl+u", *"mine.doc")
        assert "must end in one of .html, .pdf, .xlsx, .md, .csv" in rows(app)[-1]
    assert [path.name for path in folder.iterdir()] == ["mine.md"]


async def test_hostile_text_is_drawn_harmless() -> None:
    async with opened(size=(120, 40), desk=FakeDesk(hostile="\x1b[31m[/]")) as (app, pilot):
        await press(pilot, "B")
        assert "\x1b" not in text(app)
