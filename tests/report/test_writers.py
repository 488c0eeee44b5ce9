"""What all forms have in common: the same bytes, clear refusals, and files that are whole."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from briefings import entry, told

from kpitui.atomic_files import write_file
from kpitui.report import formats
from kpitui.report.formats import BRIEFING_FORMATS, MissingExtra, UnknownFormat, choose_format, render_briefing

HERE = Path(__file__).parent
DIGESTS = """
import hashlib, sys
sys.path[:0] = {paths!r}
from briefings import hostile_briefing
from kpitui.report.formats import render_briefing
print(hashlib.sha256(render_briefing(hostile_briefing(), {form!r})).hexdigest())
"""


@pytest.mark.parametrize("form", BRIEFING_FORMATS)
def test_the_same_briefing_is_the_same_bytes_in_every_process(form: str) -> None:
    if form in formats.FORMAT_EXTRAS:
        pytest.importorskip(formats.FORMAT_EXTRAS[form][0])
    script = DIGESTS.format(form=form, paths=[str(HERE), str(HERE.parents[1])])
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(digests) == 1


@pytest.mark.parametrize("form", BRIEFING_FORMATS)
def test_two_briefings_are_not_the_same_bytes(form: str) -> None:
    if form in formats.FORMAT_EXTRAS:
        pytest.importorskip(formats.FORMAT_EXTRAS[form][0])
    first_file, second_file = told(entry("A1", (5, 10))), told(entry("A1", (6, 10)))
    assert sha256(render_briefing(first_file, form)).digest() != sha256(render_briefing(second_file, form)).digest()


@pytest.mark.parametrize("form", formats.FORMAT_EXTRAS)
def test_a_form_that_needs_a_package_says_which(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    package, extra = formats.FORMAT_EXTRAS[form]
    monkeypatch.setitem(sys.modules, package, None)
    for name in [name for name in sys.modules if name.startswith(f"{package}.")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, f"kpitui.report.formats.{formats.RENDERERS[form][0]}", raising=False)
    with pytest.raises(MissingExtra, match=rf"needs {package}: .venv/bin/pip install '.\[{extra}\]'"):
        render_briefing(told(entry("A1")), form)


def test_the_ending_chooses_the_form() -> None:
    assert choose_format(Path("a/Briefing.HTML")) == "html"
    for name in ("briefing", "briefing.doc"):
        with pytest.raises(UnknownFormat, match=r"must end in one of \.html, \.pdf, \.xlsx, \.md, \.csv"):
            choose_format(Path(name))


def test_a_private_file_is_for_its_owner_and_another_as_the_system_has_it(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_file(tmp_path / "a", b"a", overwrite=False, is_private=True)
        write_file(tmp_path / "b", b"b", overwrite=False, is_private=False)
        write_file(tmp_path / "b", b"c", overwrite=True, is_private=True)
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "b").read_bytes() == b"c"
    write_file(tmp_path / "c", b"c", overwrite=False, is_private=False)
    assert (tmp_path / "c").stat().st_mode & 0o600 == 0o600


def test_nothing_is_written_over_and_nothing_is_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"kept")
    with pytest.raises(FileExistsError):
        write_file(path, b"new", overwrite=False, is_private=True)
    assert path.read_bytes() == b"kept"
    with pytest.raises(FileNotFoundError):
        write_file(tmp_path / "none" / "a", b"new", overwrite=False, is_private=True)
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="it is a folder, not a file"):
        write_file(tmp_path / "folder", b"new", overwrite=True, is_private=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "folder"]
