"""What is installed is whole: the sample, the catalogue and the types travel with the package."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from email.parser import Parser
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest
import tomli

ROOT = Path(__file__).parent.parent
UNREACHABLE = re.compile(
    r"from versions: none|Failed to establish|Temporary failure in name resolution"
    r"|Network is unreachable|Connection (?:refused|reset|aborted)|timed out"
)
# A wheel is built from the project's own folder, without an environment of its own if possible.
BUILD = """
import os, sys
os.chdir(sys.argv[1])
from hatchling.build import build_wheel
print(build_wheel(sys.argv[2]))
"""


def run(*command: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [str(word) for word in command], capture_output=True, text=True, timeout=600, **options
    )


def pip(python: Path | str, *arguments: str | Path) -> None:
    """Run pip; where the package index cannot be reached, the test is skipped."""
    result = run(python, "-m", "pip", "--disable-pip-version-check", *arguments)
    if result.returncode and UNREACHABLE.search(result.stderr):
        pytest.skip(f"the package index cannot be reached: {result.stderr.splitlines()[-1]}")
    assert result.returncode == 0, result.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    if find_spec("hatchling"):
        result = run(sys.executable, "-c", BUILD, ROOT, folder)
        assert result.returncode == 0, result.stderr
    else:
        pip(sys.executable, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT)
    (built,) = folder.glob("kpitui-*.whl")
    return built


def test_the_wheel_holds_all_that_is_opened_at_run_time(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    needed_files = {"kpitui/py.typed", "kpitui/sample/config.toml", "kpitui/sample/data/README.md"}
    needed_files |= {f"kpitui/sample/data/{path.name}" for path in (ROOT / "data").glob("*.csv")}
    needed_files |= {
        str(path.relative_to(ROOT)) for path in (ROOT / "kpitui").rglob("*") if path.suffix in (".py", ".toml")
    }
    assert needed_files - names == set()
    assert [name for name in names if not name.startswith(("kpitui/", "kpitui-"))] == []
    assert [name for name in names if "__pycache__" in name] == []


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        (name,) = (file_name for file_name in archive.namelist() if file_name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode())
        licences = [file_name for file_name in archive.namelist() if file_name.endswith("/LICENSE")]
    assert metadata["Name"] == "kpitui"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert len(licences) == 1
    assert "# kpitui" in str(metadata.get_payload())


def test_the_wheel_alone_shows_the_sample(wheel: Path, tmp_path: Path) -> None:
    """In an environment with nothing else, from an empty folder, with an empty home."""
    place, empty, home = tmp_path / "env", tmp_path / "empty", tmp_path / "home"
    empty.mkdir()
    home.mkdir()
    venv.create(place, with_pip=True)
    pip(place / "bin/python", "install", "--quiet", wheel)
    env = {
        name: value for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "XDG_", "KPITUI_"))
    }  # fmt: skip
    result = run(place / "bin/kpitui", "status", cwd=empty, env=env | {"HOME": str(home)})
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("Wokingham  Q3 2018/19, as known on 25 March 2019")
    assert "43 of 49" in result.stdout
    assert [*empty.iterdir()] == []


def test_every_dependency_has_an_upper_bound() -> None:
    project = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    metadata = project["project"]
    requirements = [*project["build-system"]["requires"], *metadata["dependencies"]]
    requirements += [requirement for extra in metadata["optional-dependencies"].values() for requirement in extra]
    assert [requirement for requirement in requirements if not re.search(r">=[\w.]+,<[\w.]+$", requirement)] == []


def test_every_hint_to_install_an_extra_works_in_a_clone() -> None:
    extras = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]
    modules = sorted((ROOT / "kpitui").rglob("*.py"))
    texts = {path: path.read_text(encoding="utf-8") for path in (*pages, *modules)}
    # The package's name in a public index belongs to nobody here.
    assert [path for path, text in texts.items() if re.search(r"kpitui\[|install kpitui\b", text)] == []
    hints = {
        name
        for text in texts.values()
        for names in re.findall(r"""install_command\(['"](\w+)|install '\.\[([\w,]+)\]'""", text)
        for name in "".join(names).split(",")
    }
    assert {"completion", "pdf", "postgres"} < hints
    assert hints <= set(extras)
