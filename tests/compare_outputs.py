"""Record everything kpitui says, and compare two recordings: a refactoring must change nothing.

``python tests/compare_outputs.py write FOLDER`` records what the code beside this script says:
every command, briefing and screen, for the sample, two made-up councils and one whose files are
damaged.  ``python tests/compare_outputs.py compare OLD NEW`` lists the files of two recordings that
differ, with the first lines that do, and exits with 1 if there are any.

Each tree runs its own copy of this script.  Everything happens in one folder with a fixed name, so
that paths on the screen are the same in every run; a second recording waits for the first.
"""
# ruff: noqa: E402 - some of what is imported reads the environment at once

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "terminal")]

# What is said must not depend on whose machine it is; polars and textual read some when imported.
for unwanted in "NO_COLOR KPITUI_CONFIG VISUAL EDITOR TMUX LINES".split():
    os.environ.pop(unwanted, None)
os.environ["COLUMNS"] = "100"
os.environ["TZ"] = "UTC"
os.environ["POLARS_MAX_THREADS"] = "1"
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["TEXTUAL_SMOOTH_SCROLL"] = "0"

import argparse
import asyncio
import difflib
import fcntl
import hashlib
import io
import json
import multiprocessing
import re
import shutil
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from importlib.util import find_spec
from itertools import count, groupby, islice
from typing import Any, NamedTuple
from unittest.mock import patch

from boards import MEETING, FakeDesk
from driving import Driver, opened, press, settled
from played import HOSTILE
from textual.app import App
from textual.strip import Strip

import kpitui
from kpitui.cli import COMMAND_NAMES, main
from kpitui.model.periods import Period, find_latest_complete, parse_period, period_containing
from kpitui.tui.council_desk import CouncilDesk
from kpitui.tui.messages import CursorMoved
from kpitui.tui.theme import THEMES
from tests import councils

WORK = Path(tempfile.gettempdir()) / "kpitui-compared"
WRITTEN_AT = 1_554_076_800  # 1 April 2019: when every file of every council was last changed
SEEDS = {"early": 13, "late": 1}  # meetings in November 2018 and in May 2026, with report cards


# --- recordings ----------------------------------------------------------------------------------


class CommandResult(NamedTuple):
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


@dataclass
class Recording:
    """A folder of text files, one for each thing that was said, and what went wrong meanwhile."""

    folder: Path
    failures: list[str] = field(default_factory=list)

    def write(self, name: str, text: str) -> None:
        """Record a text under a name, without what differs between two trees."""
        text = text.replace(str(ROOT), "TREE")
        text = text.replace(f"kpitui {kpitui.__version__}", "kpitui VERSION")
        text = re.sub(r'"read": "[^"]+"', '"read": "NOW"', text)
        path = self.folder / f"{name.replace('/', ' ').strip()}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")

    def fail(self, name: str, error: BaseException | str) -> None:
        """Record that something could not be done, and go on."""
        message = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
        self.failures.append(f"{self.folder.name}/{name}: {message}")
        self.write(name, f"failed: {message}\n")

    def run_command(self, *words: str) -> CommandResult:
        """Run a command and record what it said."""
        result = run_command(words)
        name = " ".join(words) or "no command"
        text = f"\n--- standard error ---\n{result.err}" if result.err else ""
        self.write(name, f"exit code {result.code}\n{result.out}{text}")
        if result.code == 1:  # a bug
            self.failures.append(f"{self.folder.name}/{name}: {result.err}")
        return result


def run_command(words: Sequence[str]) -> CommandResult:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return CommandResult(code, out.getvalue(), err.getvalue())


# --- councils ------------------------------------------------------------------------------------

PROFILE = """
[profiles.short]
title = "A summary"
length = "summary"
"""
MISTAKEN = """
as_at = "soon"
colour = "blue"

[council]
la_code = 872

[views]
mine = "VP77/cases"

[indicators.permanence]
tolerence = 5
targets = [{ from = "2019", value = "many" }]

[indicators.permanance]
target = 1
"""


def copy_sample() -> None:
    """Copy the sample into the current folder."""
    shutil.copy(ROOT / "config.toml", "config.toml")
    only_tables = shutil.ignore_patterns("*.py", "*.md", "made_up", "__pycache__")
    shutil.copytree(ROOT / "data", "data", ignore=only_tables)
    freeze_modification_times()


def write_made_up_council(seed: int) -> None:
    """Write a made-up council with the sample's targets, whose data changed since it published."""
    meeting = councils.write_council("data", seed).as_at
    config = (ROOT / "config.toml").read_text(encoding="utf-8")
    config = re.sub(r'(?m)^as_at = "[^"]*"', f'as_at = "{meeting}"', config)
    Path("config.toml").write_text(config + PROFILE, encoding="utf-8")
    freeze_modification_times()
    for days in (40, 130):
        run_command(["publish", "--as-at", str(meeting - timedelta(days=days))])
    for table in ("care_episodes", "referrals", "school_inspections", "social_workers"):
        path = Path(f"data/{table}.csv")
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(lines[:-7]) + "\n", encoding="utf-8")
    freeze_modification_times()


def write_damaged_council(seed: int) -> None:
    """Write a made-up council with rows in every table that cannot be used, and a table missing."""
    write_made_up_council(seed)
    for path in Path("data").glob("*.csv"):
        head, *data_rows = path.read_text(encoding="utf-8").splitlines()
        nonsense = ",".join("?" for _ in head.split(","))
        lines = [head, *data_rows[:1], *data_rows[:1], nonsense, nonsense, *data_rows[1:], "1,2"]
        path.write_text("\n".join(lines), encoding="utf-8")
    Path("data/social_workers.csv").unlink()
    Path("data/uasc.csv").write_text("a file\x00 of something else", encoding="utf-8")
    Path("mistaken.toml").write_text(MISTAKEN, encoding="utf-8")
    freeze_modification_times()


def freeze_modification_times() -> None:
    """Make all files of the current folder as old as each other."""
    for path in Path().rglob("*"):
        os.utime(path, (WRITTEN_AT, WRITTEN_AT))


# --- commands ------------------------------------------------------------------------------------

REFUSED = """
statsu|status --jsn|status --json --csv|show|show VP77|show permanance|cases VP7 --variant nothing
status --period 2018-19~Q5|status --as-at yesterday|status --config nowhere.toml|VP77|VP7/cases
changes --from 2018-19~Q3 --to 2018-19~Q1|changes --from 2018-19~M01 --to 2018-19~Q1|board|cases
report --profile corporate|report -o briefing.doc|report -o nowhere/briefing.md|status --theme pink
import nowhere -o clean|import data -o data|init data|completion tcsh|status --period 2099-00
status --as-at 1990-01-01|changes --as-at 1990-01-01|show vp7 --period 1990-91|--version|-h
"""


def record_all_commands(recording: Recording) -> None:
    """Record each command in each form on the meeting itself, and the chief ones on other days."""
    board = json.loads(recording.run_command("status", "--json").out)
    record_main_commands(recording, board)
    codes = [indicator["code"] for indicator in board["indicators"]]
    for form in ("--csv", "--md"):
        recording.run_command("status", form)
        recording.run_command("status", form, "--public")
    for code in codes:
        recording.run_command("show", code, "--public")
        recording.run_command("cases", code)
    for code in ("EA1i", "VP7"):
        recording.run_command("cases", code, "--public", "--csv")
    recording.run_command("changes", "--public")
    recording.run_command("check", "--json")
    for moment in list_other_times(board):
        record_at_another_time(recording, codes, moment)
    year = Period("year", parse_period(board["period"]).financial_year - 1)
    recording.run_command("status", "--json", "--period", str(year))
    recording.run_command("changes", "--from", str(year.previous), "--to", str(year))


def record_council_commands(recording: Recording) -> None:
    """Record the commands whose output depends most on the data."""
    board = json.loads(recording.run_command("status", "--json").out)
    record_main_commands(recording, board)
    codes = [indicator["code"] for indicator in board["indicators"]]
    for code in codes:
        recording.run_command("show", code, "--json", "--public")
    record_at_another_time(recording, codes, next(list_other_times(board)))


def record_main_commands(recording: Recording, board: dict[str, Any]) -> None:
    """Record the commands that read the board, its indicators and their cases."""
    for words in (["status"], ["status", "--public"], ["status", "--json", "--public"]):
        recording.run_command(*words)
    for words in (["changes"], ["changes", "--json"], ["changes", "--json", "--public"]):
        recording.run_command(*words)
    recording.run_command("check")
    recording.run_command("check", "--each")
    for indicator in board["indicators"]:
        code = indicator["code"]
        recording.run_command("show", code)
        recording.run_command("show", code, "--json")
        recording.run_command("cases", code, "--json")
        for variant in indicator["variants"]:
            recording.run_command("cases", code, "--variant", variant["id"], "--csv")


def list_other_times(board: dict[str, Any]) -> Iterator[list[str]]:
    """Yield the options for another day, and for other periods than those of a board."""
    meeting, quarter = date.fromisoformat(board["as_at"]), parse_period(board["period"])
    running = str(period_containing(meeting - timedelta(days=115)))
    yield ["--as-at", str(meeting - timedelta(days=115)), "--period", running]
    yield ["--as-at", str(meeting - timedelta(days=400))]
    yield ["--period", str(quarter.year_earlier)]
    yield ["--period", str(find_latest_complete(meeting, "month"))]


def record_at_another_time(recording: Recording, codes: Sequence[str], moment: Sequence[str]) -> None:
    """Record the chief commands at another time; each indicator where day and period are given."""
    recording.run_command("status", "--json", *moment)
    recording.run_command("status", "--json", "--public", *moment)
    recording.run_command("changes", "--json", *moment)
    for code in codes if len(moment) > 2 else ():
        recording.run_command("show", code, "--json", *moment)
        recording.run_command("cases", code, "--csv", *moment)


def record_written_files(recording: Recording) -> None:
    """Record the files that commands write into folders, and the pages about the program."""
    recording.run_command("import", "data", "-o", "clean")
    recording.run_command("init", "fresh")
    recording.run_command("publish")
    for folder in ("clean", "fresh", "published"):
        for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
            recording.write(f"file {path}", path.read_text(encoding="utf-8"))
    for shell in ("bash", "zsh", "fish"):
        recording.run_command("completion", shell)
    for command in COMMAND_NAMES:
        recording.run_command(command, "--help")


def record_refusals(recording: Recording) -> None:
    """Record what is said where a command cannot do what is asked."""
    for line in REFUSED.strip().replace("\n", "|").split("|"):
        recording.run_command(*(word.replace("~", " ") for word in line.split()))
    recording.run_command()
    for words in (["check"], ["check", "--json"], ["status"], ["import", "-o", "clean"]):
        recording.run_command(*words, "--config", "mistaken.toml")


# --- briefings -----------------------------------------------------------------------------------

NEEDED = {"xlsx": ("xlsxwriter",), "pdf": ("typst", "pypdf")}


def record_briefings(recording: Recording) -> None:
    """Record the whole board in every form, and the profiles of the config in some."""
    for form in ("md", "html", "csv", "xlsx", "pdf"):
        lacking = [name for name in NEEDED.get(form, ()) if find_spec(name) is None]
        if lacking:
            recording.write(f"briefing {form}", f"skipped without {', '.join(lacking)}\n")
            print(f"no {form} briefing without {', '.join(lacking)}", file=sys.stderr)
            continue
        record_briefing(recording, form)
        record_briefing(recording, form, "--internal")
    config = Path("config.toml").read_text(encoding="utf-8")
    for profile in re.findall(r"(?m)^\[profiles\.([\w-]+)\]", config):
        record_briefing(recording, "html", "--internal", "--profile", profile)


def record_briefing(recording: Recording, form: str, *options: str) -> None:
    """Record one briefing as text, with what is said beside it."""
    path = Path(f"briefing.{form}")
    result = recording.run_command("report", "-o", str(path), *options)
    if result.code == 0:
        name = " ".join(("briefing", form, *options))
        recording.write(name, READERS.get(form, read_markup)(path.read_bytes()))
        path.unlink()


def read_markup(content: bytes) -> str:
    """Return a text file with one tag to a line, so that a diff is readable."""
    return content.decode().replace("><", ">\n<")


def read_workbook(content: bytes) -> str:
    """Return the members of a workbook one after another, without their timestamps."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [f"=== {name} ===\n{read_markup(archive.read(name))}" for name in archive.namelist()]
    return "\n".join(parts) + "\n"


def read_pdf(content: bytes) -> str:
    """Return the text of each page of a PDF, with a digest of what is drawn on it."""
    import pypdf

    document = pypdf.PdfReader(io.BytesIO(content))
    parts = [f"{name}: {value}" for name, value in sorted((document.metadata or {}).items())]
    for number, page in enumerate(document.pages, 1):
        drawing = page.get_contents()
        data = b"" if drawing is None else drawing.get_data()
        digest = hashlib.sha256(data).hexdigest()
        parts += [f"=== page {number}, drawn as {digest} ===", page.extract_text()]
    return "\n".join(parts) + "\n"


READERS: dict[str, Callable[[bytes], str]] = {"xlsx": read_workbook, "pdf": read_pdf}


# --- screens -------------------------------------------------------------------------------------

Size = tuple[int, int]
SIZES: tuple[Size, ...] = ((80, 24), (120, 40), (60, 20))
USUAL, WIDE, SMALL = SIZES
PATIENCE = 60  # seconds in which a screen comes to rest, however busy the machine is


class Journey(NamedTuple):
    """A view to open, and the steps from there; the screen is recorded after each.

    A step is keys with spaces between them, of which 'vp~7 are letters to type.
    """

    address: str | None
    steps: tuple[str, ...]


JOURNEYS: dict[str, Journey] = {
    "board": Journey(
        "board",
        ("", "j j", "s", "S r", "3", "G", "slash 'protect", "enter", "escape", "[", "=", "]", "P",
         "P", "y", "Y", "T", "#", "w", "escape", "@ ctrl+u '{earlier} enter", "R"),
    ),
    "indicators": Journey("board", ("enter", *["n"] * 12, "N")),
    "indicator": Journey(
        "VP7", ("space", "G", "2", "4", "5", "6", "7", "8", "9", "#", "T", "w", "escape", "[", "P")
    ),
    "every cases": Journey("EA1i/cases", ("", *["escape n c"] * 12)),
    "cases": Journey(
        "CC20/cases",
        ("", "j j", "G", "s", "r", "v", "v", "V", "g", "j enter", "escape", "escape",
         "slash 'left~out enter", "Y", "T", "w enter", "escape", "l l", "[", "P"),
    ),
    "case": Journey("VP7/cases", ("enter", "G", "y", "escape", "j enter", "escape escape")),
    "case of a school": Journey("EA1ii/cases", ("enter", "G", "[", "b")),
    "restated": Journey(
        "EA1i/restated",
        ("", "j", "enter", ": 'VP7/restated enter", "j enter", ": 'RR12/restated enter",
         ": 'EA11/restated enter"),
    ),
    "changes": Journey(
        "changes",
        ("", "1", "2", "3", "G", "<", ">", "[", "=", "slash 'oak enter", "escape", "p", "escape",
         "p ctrl+u '2017-18~Q1..2017-18~Q4 enter", "m", "T", "w", "escape", "P"),
    ),
    "moved": Journey("board", ("m", "space", "G")),
    "data": Journey("data", ("", "j j", "s", "r", "slash 'sch enter", "escape", "i", "j", "P")),
    "briefing": Journey(
        "board", ("B", "space", "P", "f", "f f", "p", "p", "2", "w", "ctrl+u 'mine.md enter")
    ),
    "help": Journey(
        "board", ("?", "space", "G", "slash 'clip", "escape escape", ": 'VP7 enter", "?")
    ),
    "goto": Journey(
        "VP7/cases",
        (":", "'vp", "ctrl+u 'oak", "down enter", ": 'turnover enter", ": 'zzz", "enter",
         ": 'VP8/cases enter", ",", ",", ".", ": 'theme enter"),
    ),
    "views": Journey("VP7", ("o", "W", "'VP8 enter", "W 'mine enter", "d o", "enter")),
    "past": Journey(
        "VP7@2017-18 Q4/cases",
        ("", "escape", "d", "=", ": 'VP77 enter", ": 'nothing/at~all enter"),
    ),
    "themes": Journey("board", ("t", "t", "t", "t", "enter")),
}  # fmt: skip
TOUR = Journey("board", ("", "enter", "G", "c", "enter", "d", "i", "m", ":", "escape ?"))
GLANCE = Journey("VP7", ("", "c", "b", "slash 'v"))
OF_LAYOUT = ("indicators", "every cases", "case", "data")
OF_DATA = ("indicators", "every cases", "moved", "restated", "data")


@dataclass(frozen=True)
class ScreenRecorder:
    """Follows each journey in a new program, and records the screen after each step."""

    recording: Recording
    size: Size

    def record_journey(self, name: str, journey: Journey, desk: Any, **options: Any) -> None:
        """Follow a journey over a desk, and record what goes wrong on the way too."""
        clear_state()
        name = f"{name} {self.size[0]}x{self.size[1]}"
        try:
            with shorten_pauses():
                asyncio.run(self._follow(name, journey, desk, **options))
        except Exception as error:
            self.recording.fail(name, error)

    async def _follow(self, name: str, journey: Journey, desk: Any, **options: Any) -> None:
        """Open the program and take the steps of a journey."""
        async with opened(journey.address, size=self.size, desk=desk, **options) as (_, pilot):
            await wait_until_still(pilot)
            for number, step in enumerate(journey.steps):
                await perform_step(pilot, step)
                await record_screen(self.recording, f"{name} {number:02}", step, pilot)


def clear_state() -> None:
    """Delete what the program remembers: the last board, saved views, drafts."""
    shutil.rmtree(os.environ["XDG_STATE_HOME"], ignore_errors=True)


@contextmanager
def shorten_pauses() -> Iterator[None]:
    """Shorten Textual's pauses between keys: the screen itself shows when it is still."""

    async def pause(*_: float) -> None:
        await asyncio.sleep(0.001)

    with patch("textual.pilot.wait_for_idle", pause), patch("textual.app.wait_for_idle", pause):
        yield


async def perform_step(pilot: Driver, step: str) -> None:
    """Take one step, and wait for what comes of it."""
    for word in step.split():
        keys = word[1:].replace("~", " ") if word.startswith("'") and word[1:] else [word]
        await press(pilot, *keys)
        if threading.active_count() > 1:
            await wait_until_still(pilot)


async def record_screen(recording: Recording, name: str, step: str, pilot: Driver) -> None:
    """Record what the screen shows after a step, and what the clipboard holds."""
    await wait_until_still(pilot)
    pilot.app.screen.post_message(CursorMoved(0))  # else the foot may tell of the page before
    screen_text, clipboard = await wait_until_still(pilot), pilot.app.clipboard
    text = f"--- clipboard ---\n{clipboard}\n" if clipboard else ""
    recording.write(name, f"after {step or 'opening'}\n{screen_text}{text}")


async def wait_until_still(pilot: Driver) -> str:
    """Wait until no thread is running and the screen stops changing; return what it shows."""
    before, screen_text = None, ""
    end = time.monotonic() + PATIENCE
    while screen_text != before or threading.active_count() > 1:
        if time.monotonic() > end:
            raise TimeoutError("the screen does not come to rest")
        await settled(pilot)
        before, screen_text = screen_text, render_screen(pilot.app)
    return screen_text


def render_screen(app: App[int]) -> str:
    """Return the screen as text, followed by the styles in it."""
    strips = app.screen._compositor.render_strips()
    rows = ("".join(segment.text for segment in strip).rstrip() + "\n" for strip in strips)
    looks = (line for row, strip in enumerate(strips) for line in list_style_runs(row, strip))
    return "".join((*rows, "--- styles ---\n", *looks))


def list_style_runs(row: int, strip: Strip) -> Iterator[str]:
    """Yield a line for each run of one style: row, first column, width and style."""
    column = 0
    for style, segments in groupby(strip, key=lambda segment: str(segment.style)):
        width = sum(segment.cell_length for segment in segments)
        yield f"{row:>2} {column:>3} +{width:<3} {style}\n"
        column += width


# --- whose screens -------------------------------------------------------------------------------


def record_handmade_screens(recording: Recording) -> None:
    """Record every screen at every size, on boards made by hand."""
    for size in SIZES:
        record_journeys(ScreenRecorder(recording, size), FakeDesk, MEETING, JOURNEYS)


def record_unusual_screens(recording: Recording) -> None:
    """Record hostile text, many rows, and every theme and character set, on handmade boards."""
    recorder = ScreenRecorder(recording, USUAL)
    recorder.record_journey("hostile", TOUR, FakeDesk(hostile=HOSTILE))
    recorder.record_journey("many", TOUR, FakeDesk(rows=5000))
    recorder.record_journey("ascii", TOUR, FakeDesk(), ascii_only=True)
    recorder.record_journey("colourless", TOUR, FakeDesk(), colourless=True)
    for theme in THEMES:
        recorder.record_journey(f"theme {theme}", GLANCE, FakeDesk(), initial_theme=theme)
    for size in ((200, 60), (30, 8)):
        ScreenRecorder(recording, size).record_journey("tour", TOUR, FakeDesk())


def record_council_screens(recording: Recording, size: Size, names: Iterable[str]) -> None:
    """Record journeys on the council in the current folder."""
    clear_state()
    desk = CouncilDesk(Path("config.toml"))
    meeting = date.fromisoformat(json.loads(run_command(["status", "--json"]).out)["as_at"])
    record_journeys(ScreenRecorder(recording, size), lambda: desk, meeting, names)


def record_journeys(recorder: ScreenRecorder, desk: Callable[[], Any], meeting: date, names: Iterable[str]) -> None:
    """Record journeys by name, asking for a desk for each."""
    earlier = str(meeting - timedelta(days=115))
    for name in names:
        address, steps = JOURNEYS[name]
        steps = tuple(step.replace("{earlier}", earlier) for step in steps)
        recorder.record_journey(name, Journey(address, steps), desk())


# --- commentary ----------------------------------------------------------------------------------

EDITORS = {
    "unchanged": "true",
    "given up": "exit 3",
    "mistaken": "printf '[action]\\ndue: soon\\nWords\\n' >> \"$1\"",
    "mended": 'cp "$1" seen; sed -i \'s/^due: soon/due: 2019-06-01/\' "$1"',
    "a reason": 'printf \'[reason]\\nauthor: Me\\n  Half of them [/]\\n\' >> "$1"; cp "$1" seen',
}


async def record_commentary(recording: Recording) -> None:
    """Record what an editor is given, what is said of what it leaves, and the file afterwards."""
    desk, editor = CouncilDesk(Path("config.toml")), Path("editor")
    os.environ["EDITOR"] = str(editor.absolute())
    async with opened("VP7", desk=desk, size=WIDE) as (_, pilot):
        for name, script in EDITORS.items():
            editor.write_text(f"#!/bin/sh\n{script}\n")
            editor.chmod(0o700)
            await perform_step(pilot, "e")
            await record_screen(recording, name, "writing", pilot)
            for path in (Path("seen"), Path("data/commentary.csv")):
                text = path.read_text(encoding="utf-8") if path.exists() else ""
                recording.write(f"{name} {path.stem}", text)


@contextmanager
def number_temporary_files() -> Iterator[None]:
    """Number temporary files, which otherwise have random names."""
    numbers = (f"{number:08}" for number in count())
    with patch.object(tempfile, "_get_candidate_names", lambda: numbers):
        yield


# --- writing -------------------------------------------------------------------------------------


def record_sample_commands(recording: Recording) -> None:
    """Record the commands on the sample, and those that need no council."""
    copy_sample()
    record_all_commands(recording)
    record_written_files(recording)


def record_sample_briefings(recording: Recording) -> None:
    """Record the briefings of the sample."""
    copy_sample()
    record_briefings(recording)


def record_sample_screens(recording: Recording) -> None:
    """Record the screens on the sample."""
    copy_sample()
    record_council_screens(recording, USUAL, JOURNEYS)
    for size in (WIDE, SMALL):
        record_council_screens(recording, size, OF_LAYOUT)


def record_sample_commentary(recording: Recording) -> None:
    """Record the writing of commentary on the sample."""
    copy_sample()
    with patch.object(App, "suspend", lambda self: nullcontext()), number_temporary_files():
        asyncio.run(record_commentary(recording))


def record_council(seed: int, recording: Recording) -> None:
    """Record the commands, some briefings and the screens on a made-up council."""
    write_made_up_council(seed)
    record_council_commands(recording)
    record_briefing(recording, "html")
    record_briefing(recording, "md", "--internal")
    record_briefing(recording, "csv", "--internal", "--profile", "short")
    record_council_screens(recording, WIDE, OF_DATA)


def record_damaged_files(recording: Recording) -> None:
    """Record what is said of damaged files, of a mistaken config and of mistyped commands."""
    write_damaged_council(SEEDS["early"])
    for words in (["status"], ["status", "--json"], ["changes"], ["report", "--internal"]):
        recording.run_command(*words)
    for words in (["check"], ["check", "--each"], ["check", "--json"]):
        recording.run_command(*words)
    for code in ("EA1i", "EA11", "CC20", "VP7"):
        recording.run_command("show", code)
        recording.run_command("cases", code)
    recording.run_command("import", "data", "-o", "clean", "--each")
    record_refusals(recording)
    record_council_screens(recording, WIDE, ("indicators", "data"))
    mistaken = CouncilDesk(Path("mistaken.toml"))
    ScreenRecorder(recording, USUAL).record_journey("mistaken config", Journey(None, ("", "R", "?")), mistaken)


JOBS: dict[str, Callable[[Recording], None]] = {
    "sample commands": record_sample_commands,
    "sample screens": record_sample_screens,
    "early council": partial(record_council, SEEDS["early"]),
    "late council": partial(record_council, SEEDS["late"]),
    "screens by hand": record_handmade_screens,
    "sample briefings": record_sample_briefings,
    "odd looks": record_unusual_screens,
    "damaged files": record_damaged_files,
    "commentary": record_sample_commentary,
}  # the longest first


def run_job(name: str, folder: Path) -> tuple[float, list[str]]:
    """Run one job in a new folder; return the seconds it took and what went wrong."""
    began = time.monotonic()
    home, place = WORK / name / "home", WORK / name / "council"
    home.mkdir(parents=True)
    place.mkdir()
    os.chdir(place)
    os.environ.update(HOME=str(home))
    os.environ.update(XDG_STATE_HOME=str(home / "state"), XDG_CONFIG_HOME=str(home / "config"))
    time.tzset()
    recording = Recording(folder / name)
    try:
        JOBS[name](recording)
    except Exception as error:
        recording.fail("the job itself", error)
    return time.monotonic() - began, recording.failures


def write_recording(folder: Path, names: Sequence[str]) -> int:
    """Run the jobs, one on each processor at a time; return the exit code."""
    if not Path(kpitui.__file__).is_relative_to(ROOT):
        sys.exit(f"kpitui is that of {kpitui.__file__}, not of {ROOT}")
    if folder.exists() and any(folder.iterdir()):
        sys.exit(f"{folder} is not empty: choose a new folder")
    failures: list[str] = []
    context = multiprocessing.get_context("spawn")
    with hold_work_folder(), ProcessPoolExecutor(os.cpu_count(), context, max_tasks_per_child=1) as pool:
        begun = {name: pool.submit(run_job, name, folder.resolve()) for name in names}
        for name, job in begun.items():
            seconds, failed = job.result()
            print(f"{name}: {seconds:.0f} seconds", file=sys.stderr)
            failures += failed
    print(f"{sum(1 for _ in list_files(folder))} files in {folder}", file=sys.stderr)
    for failure in failures:
        print(f"failed: {failure}", file=sys.stderr)
    return 1 if failures else 0


@contextmanager
def hold_work_folder() -> Iterator[None]:
    """Wait until no other recording is being made, and start without a work folder."""
    with WORK.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(WORK, ignore_errors=True)
        try:
            yield
        finally:
            shutil.rmtree(WORK, ignore_errors=True)


# --- comparing -----------------------------------------------------------------------------------

MOST_FILES, MOST_LINES, MOST_LETTERS = 40, 12, 180
AROUND = 400  # lines that are looked at from the first difference on


def compare_recordings(old: Path, new: Path) -> int:
    """Print the files that differ between two recordings; return the exit code."""
    before, after = dict(list_files(old)), dict(list_files(new))
    if not before or not after:
        sys.exit(f"there is no recording in {new if before else old}")
    names = sorted({*before, *after})
    differing = [name for name in names if not have_same_bytes(before.get(name), after.get(name))]
    for number, name in enumerate(differing):
        print(f"{name}:")
        if number < MOST_FILES:
            for line in islice(diff_files(before.get(name), after.get(name)), MOST_LINES):
                print(f"    {line[:MOST_LETTERS]}")
    print(f"{len(differing)} of {len(names)} files differ")
    return 1 if differing else 0


def list_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield each file below a folder with its name in it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path


def have_same_bytes(old: Path | None, new: Path | None) -> bool:
    """Return whether both files are there, and of the same bytes."""
    return old is not None and new is not None and old.read_bytes() == new.read_bytes()


def diff_files(old: Path | None, new: Path | None) -> Iterator[str]:
    """Yield the lines of a unified diff, from a little before the first difference on."""
    if old is None or new is None:
        yield "is only in the new recording" if old is None else "is only in the old recording"
        return
    before, after = read_lines(old), read_lines(new)
    pairs = enumerate(zip(before, after, strict=False))
    shorter = min(len(before), len(after))
    first = next((number for number, (old_lines, new_lines) in pairs if old_lines != new_lines), shorter)
    window = slice(max(first - 2, 0), first + AROUND)
    yield f"from line {first + 1}:"
    yield from islice(difflib.unified_diff(before[window], after[window], n=2, lineterm=""), 3, None)


def read_lines(path: Path) -> list[str]:
    """Return the lines of a file, what cannot be printed as it is written in Python."""
    words = path.read_bytes().decode().split("\n")
    return [line if line.isprintable() else repr(line)[1:-1] for line in words]


def parse_arguments(arguments: Iterable[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    subparsers = parser.add_subparsers(dest="command", required=True)
    writing = subparsers.add_parser("write", help="record what the code beside this script says")
    writing.add_argument("folder", type=Path, help="the folder to write to; must be new or empty")
    writing.add_argument("--only", action="append", choices=JOBS, help="one part alone")
    comparing = subparsers.add_parser("compare", help="tell what differs between two recordings")
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path)
    return parser.parse_args(None if arguments is None else list(arguments))


if __name__ == "__main__":
    asked = parse_arguments()
    if asked.command == "write":
        sys.exit(write_recording(asked.folder, asked.only or list(JOBS)))
    sys.exit(compare_recordings(asked.old, asked.new))
