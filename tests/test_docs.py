"""The documentation says what the program does: generated parts, commands shown, fields, links."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpitui.catalogue.parser import INDICATOR_FIELDS
from kpitui.cli import COMMAND_NAMES
from kpitui.config import settings
from kpitui.config.area_settings import AREA_FIELDS
from kpitui.config.profiles import PROFILE_FIELDS
from kpitui.config_file.file_settings import FILE_FIELDS
from kpitui.config_file.safeguarding_settings import SAFEGUARDING_FIELDS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "data/README.md", *DOCS.glob("*.md"))
PLAYED = (ROOT / "README.md", *(DOCS / f"{name}.md" for name in ("guide", "databases", "public")))
_FENCE = re.compile(r"^```(?P<kind>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.M | re.S)
_LINK = re.compile(r"\]\((?P<to>[^)\s]+)\)")


def page_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, timeout=300)


# --- generated parts -----------------------------------------------------------------------------


def test_generated_parts_are_up_to_date() -> None:
    result = run("docs/generate.py", "--check")
    assert result.returncode == 0, f"{result.stderr}run: python docs/generate.py"


def test_pictures_are_up_to_date() -> None:
    result = run("docs/screenshots.py", "--check")
    assert result.returncode == 0, f"{result.stderr}run: python docs/screenshots.py"


# --- what is shown -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A command as a page shows it, with what it is said to print."""

    command: str
    prints: str


def shown(text: str) -> Iterator[Shown]:
    """The commands of a console block, each begun by a dollar."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, prints = part.partition("\n")
        yield Shown(command, prints)


def played(command: str, cwd: Path) -> str:
    """What a command prints, `kpitui` being that of this Python."""
    script = f'kpitui() {{ "{sys.executable}" -m kpitui "$@"; }}; {command}'
    env = os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(cwd)}
    return subprocess.run(["bash", "-c", script], cwd=cwd, env=env, capture_output=True, text=True, timeout=300).stdout


@pytest.mark.parametrize("page", PLAYED, ids=page_name)
def test_commands_print_what_is_shown(page: Path, tmp_path: Path) -> None:
    """A page is played from its top, files that it shows by name being written on the way."""
    shutil.copy(ROOT / "config.toml", tmp_path)
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("*.py"))
    commands = 0
    for block in _FENCE.finditer(page.read_text(encoding="utf-8")):
        if block["file"]:
            place = tmp_path / block["file"]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(block["text"], encoding="utf-8")
        elif block["kind"] == "console":
            for example in shown(block["text"]):
                commands += 1
                assert played(example.command, tmp_path) == example.prints, example.command
    assert commands


def test_every_field_of_the_config_is_explained() -> None:
    guide = (DOCS / "guide.md").read_text(encoding="utf-8")
    explained = {name for row in re.findall(r"^\| (`[^|]+`) \|", guide, re.M) for name in re.findall(r"`(\w+)`", row)}
    fields = {"like", *INDICATOR_FIELDS, *settings.TOP_LEVEL_FIELDS, *settings.COUNCIL_FIELDS, *settings.TABLES_FIELDS}
    fields |= {
        *settings.COMPARATOR_FIELDS,
        *settings.BOARD_FIELDS,
        *settings.CHECK_FIELDS,
        *AREA_FIELDS,
        *settings.SAVED_FIGURES_FIELDS,
        *settings.SQL_FIELDS,
        *SAFEGUARDING_FIELDS,
        *FILE_FIELDS,
        *PROFILE_FIELDS,
    }
    tables = {"council", "tables", "sql", "comparators", "board", "published", "check", "indicators", "keys"}
    tables |= {"views", "profiles", "files", "ssd", "lists", "areas"}
    assert {name for name in tables if f"`[{name}" not in guide} == set()
    assert fields - tables - explained == set()
    assert explained - fields - _OTHER == set()


# Names in the first column of the guide's other tables.
_OTHER = set("status show cases due flow changes check report publish release init kpitui".split())
_OTHER |= {"coverage", "low", "high", "reservations"}  # fields of the JSON


def test_every_command_is_in_the_guide() -> None:
    guide = (DOCS / "guide.md").read_text(encoding="utf-8")
    assert [name for name in COMMAND_NAMES if f"| `kpitui {name}" not in guide] == []


def test_every_module_has_its_place_in_the_contributors_page() -> None:
    page = (DOCS / "contributing.md").read_text(encoding="utf-8")
    modules = [path.name for path in (ROOT / "kpitui").glob("*.py") if path.name[0] != "_"]
    folders = [f"{path.parent.name}/" for path in (ROOT / "kpitui").glob("*/__init__.py")]
    assert [name for name in modules + folders if f"`{name}`" not in page] == []


# --- links ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_links_resolve(page: Path) -> None:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    broken = [link["to"] for link in _LINK.finditer(text) if not resolves(page, link["to"])]
    assert broken == []


def resolves(page: Path, link: str) -> bool:
    """Whether a link of a page leads to a file of the repository, and to a heading in it."""
    if re.match(r"https?://", link):
        return True
    file, _, heading = link.partition("#")
    target = (page.parent / file).resolve() if file else page
    if not target.exists() or not target.is_relative_to(ROOT.resolve()):
        return False
    return not heading or heading in anchors(target.read_text(encoding="utf-8"))


def anchors(text: str) -> set[str]:
    """The anchors of the headings of a page, as a forge makes them."""
    anchor_names: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.M):
        words = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        repeated = sum(1 for anchor in anchor_names if re.fullmatch(rf"{re.escape(words)}(-\d+)?", anchor))
        anchor_names.add(f"{words}-{repeated}" if repeated else words)
    return anchor_names


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_no_path_outside_the_repository(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"(?<![\w.~$])/(?:home|root|work|tmp|Users|mnt)/\S*", text) == []
    assert str(ROOT) not in text
