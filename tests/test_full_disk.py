"""A disk without room, streams that are closed, a home that is not there: plain words, and nothing half written.

A process whose files may have 1,024 bytes finds every larger file refused, as on a full disk.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.examples import Example, table
from tests.processes import COMMAND, SMALL, Ended, environment, left_in, run

TOO_LARGE = "files may not be that large here"
ROWS = [f"{number:06} 2018-11-05" for number in range(200)]


@pytest.fixture
def config(example: Example) -> Path:
    return example.write({"referrals": table("child referral_date", *ROWS)})


Try = Callable[..., Ended]


@pytest.fixture
def attempt(config: Path, tmp_path: Path) -> Try:
    """Run a command on the example's config, with little room unless it is said."""

    def command(*arguments: str, bytes_each: int | None = SMALL, **options: object) -> Ended:
        command_words = [*arguments, *(["--config", str(config)] if arguments[0] not in ("init", "--help") else [])]
        return run(*command_words, state=tmp_path / "state", bytes_each=bytes_each, **options)  # type: ignore[arg-type]

    return command


def test_figures_are_published_whole_or_not_at_all(attempt: Try, config: Path) -> None:
    folder = config.parent / "published"
    path = folder / "2019-03-25 2018-19 Q3.json"
    ended = attempt("publish")
    assert (ended.code, ended.err) == (3, f"kpitui: {path} cannot be written: {TOO_LARGE}\n")
    assert left_in(folder) == []
    assert attempt("publish", bytes_each=None).code == 0
    assert left_in(folder) == [path.name]
    assert attempt("publish", bytes_each=None).code == 0
    assert left_in(folder) == [path.name], "the same figures are not saved twice"
    path.write_bytes(path.read_bytes()[:300])
    damaged = attempt("publish", bytes_each=None)
    assert (damaged.code, damaged.err) == (2, f"kpitui: {path} is damaged: move it away, then publish again\n")


def test_tables_are_imported_whole_or_not_at_all(attempt: Try, tmp_path: Path) -> None:
    target = tmp_path / "here" / "clean"
    ended = attempt("import", "-o", str(target))
    assert (ended.code, ended.err) == (3, f"kpitui: {target}/referrals.csv cannot be written: {TOO_LARGE}\n")
    assert not target.parent.exists()
    assert attempt("import", "-o", str(target), bytes_each=None).code == 0
    assert len((target / "referrals.csv").read_text().splitlines()) == 1 + len(ROWS)


def test_a_starter_is_written_whole_or_not_at_all(attempt: Try, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    ended = attempt("init", str(target))
    assert (ended.code, ended.err) == (3, f"kpitui: {target}/config.toml cannot be written: {TOO_LARGE}\n")
    assert not target.exists()
    assert attempt("init", str(target), bytes_each=None).code == 0


@pytest.mark.parametrize("form", ["md", "html", "csv"])
def test_a_briefing_is_written_whole_or_the_old_one_stays(attempt: Try, tmp_path: Path, form: str) -> None:
    path = tmp_path / "here" / f"briefing.{form}"
    path.parent.mkdir()
    refused = f"kpitui: {path} cannot be written: {TOO_LARGE}"
    ended = attempt("report", "-o", str(path))
    assert (ended.code, ended.err.splitlines()[-1]) == (3, refused)
    assert left_in(path.parent) == []
    path.write_text("the old one")
    ended = attempt("report", "--replace", "-o", str(path))
    assert (ended.code, ended.err.splitlines()[-1]) == (3, refused)
    assert path.read_text() == "the old one"
    assert attempt("report", "--replace", "-o", str(path), bytes_each=None).code == 0
    assert left_in(path.parent) == [path.name]
    assert path.stat().st_size > SMALL


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda path: os.mkfifo(path), "a pipe"),
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: path.symlink_to("elsewhere.md"), "a symbolic link"),
        (lambda path: path.symlink_to("/dev/null"), "a symbolic link"),
    ],
)
def test_a_briefing_replaces_nothing_but_a_regular_file(
    attempt: Try, tmp_path: Path, make: Callable[[Path], object], kind: str
) -> None:
    path = tmp_path / "briefing.md"
    make(path)
    ended = attempt("report", "--replace", "-o", str(path), bytes_each=None)
    assert ended.code == 2
    assert ended.err.splitlines()[-1] == f"kpitui: {path} cannot be written: it is {kind}, not a file"
    assert not (tmp_path / "elsewhere.md").exists()


SAVE = """
import os, sys
from pathlib import Path
from datetime import date
os.environ["XDG_STATE_HOME"] = sys.argv[1]
"""
VIEWS = (
    SAVE
    + """
from kpitui.tui.saved_views import save_view
print(save_view(sys.argv[2], "VP7/cases?" + "x" * int(sys.argv[3]), "o"))
"""
)
LOG = (
    SAVE
    + """
from kpitui.log import log_or_explain
for _ in range(int(sys.argv[2])):
    print(log_or_explain(ValueError("child 4711")))
"""
)
SNAPSHOT = (
    SAVE
    + """
from kpitui import snapshot
from kpitui.board import build_board
from kpitui.council import open_council
config = Path(sys.argv[2])
council = open_council(config)
settings = council.settings
basis = snapshot.record_basis(settings.config_path, (settings.tables_folder,), settings.as_at)
snapshot.save_snapshot(build_board(council), basis)
print(snapshot.recall_board(config) is not None)
"""
)
COMMENTARY = (
    SAVE
    + """
from kpitui.commentary.commentary_file import create_empty_commentary
from kpitui.commentary.editor_template import render_template
from kpitui.commentary.note_store import CommentaryDraft, TextNotSaved, write_commentary
path = Path(sys.argv[2])
content = path.read_bytes() if path.exists() else None
template = render_template([], [], "2018-19 Q3", date(2019, 3, 14))
draft = CommentaryDraft("permanence", "VP7", "2018-19 Q3", "VP7", path, content, date(2019, 3, 14), (), template)
try:
    print(write_commentary(draft, template + "Because " + "of this " * 200 + chr(10)).message)
except TextNotSaved as refused:
    print("TextNotSaved:", refused)
"""
)


def test_views_are_saved_whole_or_stay_as_they_were(tmp_path: Path) -> None:
    views = tmp_path / "kpitui" / "views.toml"
    small = run(str(tmp_path), "small", "10", script=VIEWS, state=tmp_path, bytes_each=SMALL)
    assert small.out.startswith("Saved small")
    before = views.read_bytes()
    large = run(str(tmp_path), "large", "2000", script=VIEWS, state=tmp_path, bytes_each=SMALL)
    assert large.out == f"{views} cannot be written: {TOO_LARGE}\n"
    assert views.read_bytes() == before
    assert left_in(views.parent) == [views.name]
    assert run(str(tmp_path), "large", "2000", script=VIEWS, state=tmp_path).out.startswith("Saved large")
    assert (views.stat().st_mode & 0o777, views.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_log_without_room_stays_as_it_was_and_says_so(tmp_path: Path) -> None:
    log = tmp_path / "kpitui" / "kpitui.log"
    lines = run(str(tmp_path), "40", script=LOG, state=tmp_path, bytes_each=SMALL).out.splitlines()
    assert lines[0] == f"{log} has the details, and no child's record"
    assert lines[-1] == f"no log could be written: {TOO_LARGE}"
    assert 0 < log.stat().st_size <= SMALL
    assert left_in(log.parent) == [log.name]
    assert "4711" not in log.read_text()


def test_a_snapshot_without_room_is_none(config: Path, tmp_path: Path) -> None:
    arguments = (str(tmp_path / "state"), str(config))
    assert run(*arguments, script=SNAPSHOT, state=tmp_path, bytes_each=SMALL).out == "False\n"
    assert left_in(tmp_path / "state" / "kpitui" / "boards") == []
    assert run(*arguments, script=SNAPSHOT, state=tmp_path).out == "True\n"
    assert len(left_in(tmp_path / "state" / "kpitui" / "boards")) == 1


@pytest.mark.parametrize("is_there", [True, False])
def test_commentary_without_room_stays_as_it_was(tmp_path: Path, is_there: bool) -> None:
    path, state = tmp_path / "tables" / "commentary.csv", tmp_path / "state"
    path.parent.mkdir()
    if is_there:
        path.write_text("indicator,period,text\nVP8,2018-19 Q3,Snow\n")
    before = path.read_bytes() if is_there else None
    refused = run(str(state), str(path), script=COMMENTARY, state=state, bytes_each=SMALL)
    assert refused.out == f"TextNotSaved: {path} cannot be written: {TOO_LARGE}.\n"
    assert left_in(path.parent) == ([path.name] if is_there else [])
    assert before is None or path.read_bytes() == before
    assert run(str(state), str(path), script=COMMENTARY, state=state).out == "Wrote 1 note to commentary.csv\n"
    assert path.read_text().count("Because of this") == 1


# Standard output and standard error


@pytest.mark.parametrize("command", ["status", "status --json", "show RR12", "--help", "--version", "check"])
def test_output_onto_a_full_disk_says_so(attempt: Try, command: str) -> None:
    with open("/dev/full", "wb") as full:
        ended = attempt(*command.split(), stdout=full, bytes_each=None)
    # What is right with the data is not printed by `check`.
    if command != "check":
        assert (ended.code, ended.err) == (3, "kpitui: standard output cannot be written: the disk is full\n")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_only_begins_to_fit_is_not_taken_for_whole(config: Path, tmp_path: Path, unbuffered: str) -> None:
    """Unbuffered, Python itself would write what fits and drop the rest."""
    with open(tmp_path / "out", "wb") as out:
        ended = run(
            "status", "--json", "--config", str(config), stdout=out, state=tmp_path / "state", bytes_each=SMALL,
            environ=environment(tmp_path / "state", PYTHONUNBUFFERED=unbuffered),
        )  # fmt: skip
    assert (ended.code, ended.err) == (3, f"kpitui: standard output cannot be written: {TOO_LARGE}\n")


def close_streams(*descriptors: int) -> Callable[[], None]:
    def close() -> None:
        for descriptor in descriptors:
            os.close(descriptor)

    return close


def test_output_that_is_closed_is_refused_and_nothing_is_written_into_a_file_instead(
    attempt: Try, config: Path
) -> None:
    before = {path: path.read_bytes() for path in config.parent.rglob("*") if path.is_file()}
    ended = attempt("status", before=close_streams(1), bytes_each=None)
    assert (ended.code, ended.err) == (3, "kpitui: standard output cannot be written: it is closed\n")
    assert attempt("status", before=close_streams(0, 1, 2), bytes_each=None).code == 3
    assert attempt("publish", before=close_streams(0, 1, 2), bytes_each=None).code == 0
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("descriptors", [(0,), (2,), (0, 2)])
def test_data_needs_no_other_stream(attempt: Try, descriptors: tuple[int, ...]) -> None:
    ended = attempt("status", before=close_streams(*descriptors), bytes_each=None)
    assert (ended.code, "RR12" in ended.out) == (0, True)


def test_messages_onto_a_full_disk_take_nothing_from_the_data(attempt: Try, tmp_path: Path) -> None:
    def fill_messages() -> None:
        os.dup2(os.open("/dev/full", os.O_WRONLY), 2)

    ended = attempt("cases", "RR12", "--csv", before=fill_messages, bytes_each=None)
    assert ended.code == 0
    assert len(ended.out.splitlines()) == 1 + len(ROWS)


# The last net


BUG = """
import kpitui.board
def fail(*arguments, **options):
    raise LookupError("child 4711")
kpitui.board.build_board = fail
"""
NOBODY = """
import pwd
def find_nobody(number):
    raise KeyError(number)
pwd.getpwuid = find_nobody
"""


@pytest.mark.parametrize("harm", ["no room", "a file in its place", "no home", "a pipe in its place"])
def test_a_bug_ends_without_a_traceback_where_no_log_can_be_written(config: Path, tmp_path: Path, harm: str) -> None:
    state, environ = tmp_path / "state", environment(tmp_path / "state")
    limit, script = None, f"import sys; sys.argv[1:] = ['status', '--config', {str(config)!r}]\n{BUG}{COMMAND}"
    if harm == "no room":
        limit = 10
    elif harm == "a file in its place":
        state.write_text("")
    elif harm == "no home":
        environ = {name: value for name, value in environ.items() if name not in ("HOME", "XDG_STATE_HOME")}
        script = NOBODY + script
    else:
        (state / "kpitui").mkdir(parents=True)
        os.mkfifo(state / "kpitui" / "kpitui.log")
    ended = run(script=script, state=state, bytes_each=limit, environ=environ)
    assert ended.code == 1
    first, second = ended.err.splitlines()
    assert first == "kpitui: unexpected error: LookupError"
    assert second.startswith("kpitui: no log could be written: ")
    assert "4711" not in ended.err


PANIC = """
import kpitui.board, polars
def fail(*arguments, **options):
    raise polars.exceptions.PanicException("child 4711")
kpitui.board.build_board = fail
"""


def test_a_panic_of_a_library_is_a_bug_like_any_other(config: Path, tmp_path: Path) -> None:
    ended = run("status", "--config", str(config), script=PANIC + COMMAND, state=tmp_path)
    assert (ended.code, ended.err.splitlines()[0]) == (
        1, "kpitui: unexpected error: PanicException",
    )  # fmt: skip
    assert "4711" not in (tmp_path / "kpitui" / "kpitui.log").read_text()


def test_the_log_does_not_grow_for_ever(tmp_path: Path) -> None:
    from kpitui.log import MAX_LOG_BYTES

    log = tmp_path / "kpitui" / "kpitui.log"
    log.parent.mkdir(parents=True)
    log.write_bytes(b"old\n" * (MAX_LOG_BYTES // 2))
    run(str(tmp_path), "1", script=LOG, state=tmp_path)
    assert log.stat().st_size == MAX_LOG_BYTES
    assert log.read_text().endswith("ValueError\n")
