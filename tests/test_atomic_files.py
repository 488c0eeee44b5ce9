"""Files are whole or not there: one module writes them, under any umask, and clears up after killed runs."""

from __future__ import annotations

import ast
import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kpitui import atomic_files
from kpitui.atomic_files import (
    clear_leftovers,
    create_numbered_file,
    create_private_file,
    create_private_folder,
    explain_write_failure,
    fill_new_folder,
    is_usage_error,
    replace_file,
    write_file,
)
from kpitui.regular_files import NotRegularFile, open_regular_file, read_regular_file, require_regular_file
from tests.processes import ROOT, left_in

# One module writes


WRITING_MODES = frozenset("wxa+")
WRITING_FLAGS = {"O_CREAT", "O_RDWR", "O_APPEND", "O_TRUNC"}
OF_OS = set("replace rename renames link symlink mkdir makedirs mkfifo mknod truncate".split())
OF_PATHS = set("write_text write_bytes touch mkdir hardlink_to symlink_to rmtree".split())
OF_FRAMES = set(
    "write_csv write_parquet write_json write_ndjson write_ipc write_excel write_database write_avro".split()
)
OF_FRAMES |= {"sink_csv", "sink_parquet", "sink_ipc", "sink_ndjson"}
MODULES = {"tempfile": {"NamedTemporaryFile", "TemporaryFile", "TemporaryDirectory", "mkstemp", "mkdtemp"}}
MODULES["shutil"] = {"copy", "copy2", "copyfile", "copytree", "move", "make_archive"}
OPENERS = {"open", "fdopen", "ZipFile", "GzipFile", "BZ2File", "LZMAFile"}


def find_writers(source: str) -> list[str]:
    """The calls of a module that write to a path, with their lines."""
    return [f"{call.lineno}: {ast.unparse(call)}" for call in ast.walk(ast.parse(source))
            if isinstance(call, ast.Call) and is_writer(call)]  # fmt: skip


def is_writer(call: ast.Call) -> bool:
    owner, _, name = ast.unparse(call.func).rpartition(".")
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    if owner == "os" and name == "open":
        return ast.unparse(call.args[0]) != "os.devnull" and bool(
            WRITING_FLAGS & {flag.attr for flag in ast.walk(call) if isinstance(flag, ast.Attribute)}
        )
    if name in OPENERS:
        modes = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
        # The mode comes second, but for a method of a path.
        modes += call.args[:1] if owner and name == "open" else call.args[1:2]
        texts = [mode.value for mode in modes if isinstance(mode, ast.Constant)]
        return not writes_into_memory(call) and any(
            WRITING_MODES & {*text} for text in texts if isinstance(text, str) and len(text) <= 3
        )
    if name in OF_FRAMES:  # to a text or to nowhere else
        return (not writes_into_memory(call) and bool(call.args)) or any(
            keyword.arg in ("file", "path", "workbook") for keyword in call.keywords
        )
    if name == "Workbook":
        return not writes_into_memory(call)
    in_module = any(name in names and owner in ("", module) for module, names in MODULES.items())
    return in_module or name in OF_PATHS or (owner == "os" and name in OF_OS and bool(arguments))


def writes_into_memory(call: ast.Call) -> bool:
    return bool(call.args) and ast.unparse(call.args[0]) == "buffer"


@pytest.mark.parametrize(
    "call",
    [
        "open(path, 'w')", "open(path, mode='xb')", "path.open('a')", "os.fdopen(1, 'w')", "path.write_text(text)",
        "os.open(path, os.O_WRONLY | os.O_CREAT)", "shutil.copy(one, other)", "os.replace(one, other)",
        "frame.write_csv(path)", "frame.sink_parquet(path)", "Workbook(path)", "tempfile.mkstemp()", "path.mkdir()",
        "zipfile.ZipFile(path, 'w')", "open(path, 'r+')", "path.touch()",
    ],
)  # fmt: skip
def test_a_call_that_writes_to_a_path_is_seen(call: str) -> None:
    assert find_writers(call) != []


@pytest.mark.parametrize(
    "call",
    [
        "open(path)", "open(path, 'rb')", "path.open()", "frame.write_csv()", "text.replace('a', 'w')",
        "os.open(path, os.O_RDONLY)", "Workbook(buffer, options)", "ZipFile(buffer, 'w')",
        "frame.write_parquet(buffer)", "archive.open(member)", "replace(entry, name='w')",
    ],
)  # fmt: skip
def test_a_call_that_reads_or_makes_a_text_is_none(call: str) -> None:
    assert find_writers(call) == []


def test_no_module_but_one_opens_a_file_for_writing() -> None:
    package = ROOT / "kpitui"
    writers_by_module = {
        str(path.relative_to(package)): writers
        for path in sorted(package.rglob("*.py"))
        if path.name != "atomic_files.py" and (writers := find_writers(path.read_text(encoding="utf-8")))
    }
    assert writers_by_module == {}


PACKAGED = {"report/formats/briefing_html.py", "report/formats/briefing_pdf.py", "tables/installed_postcodes.py"}
PACKAGED |= {"config/council_list.py"}
"""Modules that read a file of a package, which is always there."""
GUARDED = {"first_frame.py"}
"""Modules that ask a file themselves what it is: nothing more may be imported there."""


def find_readers(source: str) -> list[str]:
    """The calls of a module that open a path for reading themselves, and could wait for a pipe."""
    calls = [call for call in ast.walk(ast.parse(source)) if isinstance(call, ast.Call)]
    return [f"{call.lineno}: {ast.unparse(call)}" for call in calls if is_reader(call)]


def is_reader(call: ast.Call) -> bool:
    owner, _, name = ast.unparse(call.func).rpartition(".")
    if name == "read_text":  # with an encoding, or it is none of a path
        return bool(call.args or call.keywords)
    # A member of an archive is opened by its `open` without a mode.
    has_mode = bool(call.args) and isinstance(call.args[0], ast.Constant)
    return name == "read_bytes" or (
        name == "open" and (has_mode if owner else ast.unparse(call.args[0]) != "result_reader")
    )


def test_no_module_opens_a_path_without_asking_what_it_leads_to() -> None:
    package = ROOT / "kpitui"
    readers = {
        str(path.relative_to(package)): calls
        for path in sorted(package.rglob("*.py"))
        if path.name not in ("atomic_files.py", "regular_files.py")
        and (calls := find_readers(path.read_text(encoding="utf-8")))
    }
    assert readers.keys() <= PACKAGED | GUARDED, readers


# Whole or not at all


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full when the content has to reach it."""

    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)


@pytest.mark.usefixtures("failing")
def test_a_full_disk_leaves_the_old_file_or_none_and_names_it(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"old")
    attempts: list[Callable[[], None]] = [
        lambda: replace_file(old, b"new"),
        lambda: write_file(old, b"new", overwrite=True, is_private=True),
        lambda: create_private_file(new, b"new"),
        lambda: write_file(new, b"new", overwrite=False, is_private=False),
    ]
    for attempt in attempts:
        with pytest.raises(OSError, match="No space") as refused:
            attempt()
        path = old if "old" in str(refused.value) else new
        assert explain_write_failure(refused.value) == f"{path} cannot be written: the disk is full"
        assert not is_usage_error(refused.value)
    assert old.read_bytes() == b"old"
    assert left_in(tmp_path) == ["old"]


@pytest.mark.parametrize("mask", [0, 0o022, 0o277, 0o777])
def test_what_is_private_is_private_and_usable_under_any_umask(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        create_private_folder(tmp_path / "a" / "b")
        create_private_file(tmp_path / "a" / "file", b"x")
        replace_file(tmp_path / "a" / "other", b"x")
        with fill_new_folder(tmp_path / "c" / "d") as folder:
            folder.create_folder("e")
            folder.write_file("f/g", [b"x", b"y"])
    for name in ("a", "a/b", "c", "c/d", "c/d/e", "c/d/f"):
        assert mode_of(tmp_path / name) == 0o700, name
    for name in ("a/file", "a/other", "c/d/f/g"):
        assert mode_of(tmp_path / name) == 0o600, name
    assert (tmp_path / "c/d/f/g").read_bytes() == b"xy"


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir(mode=0o750)
    assert create_private_folder(tmp_path / "mine") == []
    assert create_private_folder(tmp_path / "mine" / "new") == [tmp_path / "mine" / "new"]
    assert mode_of(tmp_path / "mine") == 0o750
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        create_private_folder(tmp_path / "file" / "new")


def test_a_file_is_created_once_also_where_there_are_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise PermissionError(errno.EPERM, "no hard links")

    for name in ("linked", "plain"):
        path = tmp_path / name
        create_private_file(path, b"first")
        with pytest.raises(FileExistsError, match="already exists"):
            create_private_file(path, b"second")
        assert (path.read_bytes(), mode_of(path)) == (b"first", 0o600)
        monkeypatch.setattr(os, "link", refuse)
    assert left_in(tmp_path) == ["linked", "plain"]


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    paths = [create_numbered_file(tmp_path, "text", content) for content in (b"1", b"2", b"3")]
    assert [path.name for path in paths] == ["text.txt", "text 2.txt", "text 3.txt"]
    assert [path.read_bytes() for path in paths] == [b"1", b"2", b"3"]


# Regular files alone


def make_special(path: Path, kind: str) -> None:
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()
    elif kind == "a socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
    else:
        target = Path("/dev/null") if kind == "a device" else path.with_name("target")
        target.exists() or target.write_bytes(b"kept")
        path.symlink_to(target)


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a socket"])
def test_nothing_but_a_regular_file_is_opened_or_written_over(tmp_path: Path, kind: str) -> None:
    """A pipe that nobody writes to would otherwise be waited for."""
    path = tmp_path / "it"
    make_special(path, kind)
    for attempt in (
        lambda: open_regular_file(path),
        lambda: read_regular_file(path),
        lambda: require_regular_file(path),
        lambda: replace_file(path, b"new"),
        lambda: write_file(path, b"new", overwrite=True, is_private=True),
    ):
        with pytest.raises(NotRegularFile, match=f"it is {kind}, not a file") as refused:
            attempt()
        assert is_usage_error(refused.value)
    assert left_in(tmp_path) == ["it"]


def test_a_device_is_not_read_through_a_link_either(tmp_path: Path) -> None:
    make_special(tmp_path / "it", "a device")
    with pytest.raises(NotRegularFile, match="it is a device, not a file"):
        read_regular_file(tmp_path / "it")
    with pytest.raises(NotRegularFile, match="it is a device, not a file"):
        replace_file(tmp_path / "it", b"new")


def test_a_link_is_followed_for_a_file_of_ones_own_and_refused_where_it_was_typed(tmp_path: Path) -> None:
    path = tmp_path / "it"
    make_special(path, "a symbolic link")
    for overwrite in (True, False):
        with pytest.raises(NotRegularFile, match="it is a symbolic link, not a file"):
            write_file(path, b"new", overwrite=overwrite, is_private=True)
    assert path.read_bytes() == b"kept"
    replace_file(path, b"new")
    assert path.is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_a_pipe_that_comes_between_looking_and_opening_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr("kpitui.regular_files.require_regular_file", lambda path: None)
    with pytest.raises(NotRegularFile, match="it is a pipe"):
        open_regular_file(tmp_path / "pipe")


# A folder that is filled


def fill(folder: Path, *, fails: bool = False) -> None:
    with fill_new_folder(folder) as new_folder:
        new_folder.write_file("one", [b"1"])
        assert not list(folder.glob("[!.]*")), "nothing is there before all is"
        if fails:
            raise LookupError("in the middle")
        new_folder.write_file("more/two", [b"2"])


@pytest.mark.parametrize("is_there", [True, False])
def test_a_folder_is_filled_at_once_or_stays_as_it_was(tmp_path: Path, is_there: bool) -> None:
    folder = tmp_path / "parent" / "new"
    if is_there:
        folder.mkdir(parents=True)
    with pytest.raises(LookupError):
        fill(folder, fails=True)
    assert left_in(tmp_path) == (["parent", "parent/new"] if is_there else [])
    identity = folder.stat().st_ino if is_there else None
    fill(folder)
    assert left_in(folder) == ["more", "more/two", "one"]
    assert identity in (None, folder.stat().st_ino), "a shell may stand in it"
    with pytest.raises(FileExistsError, match="is not empty: choose a new folder"):
        fill(folder)
    assert left_in(folder) == ["more", "more/two", "one"]


def test_what_cannot_be_moved_into_its_folder_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, moved = os.rename, []

    def refuse_second(old: Path, new: Path) -> None:
        moved.append(new)
        if len(moved) == 2:
            raise OSError(errno.EDQUOT, "quota")
        rename(old, new)

    monkeypatch.setattr(os, "rename", refuse_second)
    with pytest.raises(OSError, match="quota") as refused:
        fill(tmp_path)
    assert explain_write_failure(refused.value) == f"{tmp_path} cannot be written: your disk quota is used up"
    assert left_in(tmp_path) == []


# What a killed run leaves


KILLED = """
import os, signal, sys
from pathlib import Path
from kpitui import atomic_files
os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)
atomic_files.create_private_file(Path(sys.argv[1]), b"half")
"""


def leave_behind(folder: Path) -> Path:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(folder / "it")], check=False)
    assert ended.returncode == -signal.SIGKILL
    (path,) = folder.glob(".kpitui-*")
    return path


def test_a_killed_run_leaves_a_file_that_the_next_one_removes(tmp_path: Path) -> None:
    leftover = leave_behind(tmp_path)
    assert not (tmp_path / "it").exists()
    create_private_file(tmp_path / "it", b"whole")
    assert not leftover.exists()
    assert (tmp_path / "it").read_bytes() == b"whole"


def test_only_files_of_ours_whose_process_is_gone_are_removed(tmp_path: Path) -> None:
    leftover = leave_behind(tmp_path)
    _, host, _, number = leftover.name.split("-")
    alive = [
        leftover.with_name(f".kpitui-{host}-{os.getppid()}-{number}"),  # a process that goes on
        leftover.with_name(leftover.name.replace(host, "00000000" if host != "00000000" else "11111111")),  # elsewhere
        leftover.with_name("." + leftover.name),
        leftover.with_name(leftover.name + "x"), leftover.with_name(".kpitui-notes.tmp"),
    ]  # fmt: skip
    for path in alive:
        path.write_bytes(b"kept")
    link = leftover.with_name(leftover.name.replace(number, "0123abcd.tmp"))
    link.symlink_to(tmp_path / ".kpitui-notes.tmp")
    clear_leftovers(tmp_path)
    assert {*tmp_path.iterdir()} == {*alive, link}


def test_a_file_that_this_process_is_writing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync

    def clear_meanwhile(descriptor: int) -> None:
        clear_leftovers(tmp_path)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", clear_meanwhile)
    create_private_file(tmp_path / "it", b"whole")
    assert left_in(tmp_path) == ["it"]
    assert atomic_files._unfinished_paths == set()
