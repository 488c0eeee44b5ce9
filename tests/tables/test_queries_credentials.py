"""Who one is to a database: environment, config, keyring; and extras that are lacking."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from databases import opened, source_of, told

from kpitui.sql import Place
from kpitui.tables.databases.asking import Unreachable, said
from kpitui.tables.databases.credentials import PASSWORD, USER, credentials
from kpitui.tables.databases.sqlserver import connection_string

PLACE = Place("postgresql", "mosaic", "db.example", user="reader")


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """A keyring that holds what is put here, in the place of the machine's own."""
    held: dict[tuple[str, str], str] = {}
    module = ModuleType("keyring")
    module.get_password = lambda service, name: held.get((service, name))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)
    return held


# --- who one is ----------------------------------------------------------------------------------


def test_the_environment_comes_first(keyring: dict[tuple[str, str], str]) -> None:
    keyring["kpitui", "analyst@db.example"] = "from the keyring"
    found = credentials(PLACE, {USER: "analyst", PASSWORD: "from the environment"})
    assert (found.user, found.password) == ("analyst", "from the environment")


def test_a_password_of_the_keyring_is_of_a_user_on_a_server(
    keyring: dict[tuple[str, str], str],
) -> None:
    keyring["kpitui", "reader@db.example"] = "from the keyring"
    assert credentials(PLACE, {}).password == "from the keyring"
    other = credentials(PLACE, {USER: "analyst"})
    assert (other.user, other.password) == ("analyst", "")
    assert "the keyring has none (keyring set kpitui analyst@db.example)" in other.told


def test_without_anything_the_driver_decides() -> None:
    found = credentials(Place("postgresql", "mosaic"), {})
    assert (found.user, found.password) == ("", "")


def test_a_keyring_that_is_locked_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(service: str, name: str) -> str:
        raise RuntimeError("locked")

    module = ModuleType("keyring")
    module.get_password = refuse  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)
    found = credentials(PLACE, {})
    assert found.password == ""
    assert "the keyring cannot be read (RuntimeError)" in found.told


def test_no_password_is_shown() -> None:
    found = credentials(PLACE, {PASSWORD: "hunter2"})
    assert "hunter2" not in f"{found!r} {found} {found.not_let_in('refused')}"
    assert said(ValueError("PWD=hunter2;\n failed"), "hunter2") == "PWD=***; - failed"


# --- extras --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "told_of"),
    [
        ("postgresql://db/mosaic", "without psycopg: pip install 'kpitui[postgres]'"),
        ("mssql://db/mosaic", "without pyodbc: pip install 'kpitui[sqlserver]'"),
    ],
)
def test_an_extra_that_is_not_installed_leaves_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, told_of: str
) -> None:
    for name in ("psycopg", "pyodbc", "keyring"):
        monkeypatch.setitem(sys.modules, name, None)
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "referrals.csv").write_text(
        "child,referral_date\nA,2018-11-05\n", encoding="utf-8"
    )
    tables = opened(tmp_path, url, {"uasc": "SELECT 1"}).tables
    (issue,) = told(tables)
    assert told_of in issue
    assert source_of(tables, "referrals").rows_used == 1
    assert "cannot be opened; the issues say why" in tables.problems["uasc"]


# --- SQL Server: what ODBC is told; no server of it was ever asked -------------------------------

SERVER = Place("mssql", "Mosaic;UID=sa", "db.example", 1433, "COUNCIL\\reader")
DRIVERS = ["ODBC Driver 17 for SQL Server", "SQLite3", "ODBC Driver 18 for SQL Server"]


def test_what_odbc_is_told_with_a_password() -> None:
    """In braces nothing ends a value before it ends."""
    known = credentials(SERVER, {PASSWORD: "a;b}c"})
    assert connection_string(SERVER, known, DRIVERS) == (
        "DRIVER={ODBC Driver 18 for SQL Server};SERVER=db.example,1433;DATABASE={Mosaic;UID=sa};"
        "ApplicationIntent=ReadOnly;Encrypt=yes;TrustServerCertificate=no;"
        "UID=COUNCIL\\reader;PWD={a;b}}c}"
    )


def test_what_odbc_is_told_without() -> None:
    place = Place("mssql", "Mosaic", "db.example", options=(("trustservercertificate", "yes"),))
    told = connection_string(place, credentials(place, {}), DRIVERS)
    assert told.endswith("TrustServerCertificate=yes;Trusted_Connection=yes")
    assert "UID" not in told


def test_a_driver_that_is_named_is_used() -> None:
    place = Place("mssql", "Mosaic", "db.example", options=(("driver", "FreeTDS"),))
    told = connection_string(place, credentials(place, {}), DRIVERS)
    assert told.startswith("DRIVER=FreeTDS;")


def test_without_a_driver_it_says_which_to_install() -> None:
    with pytest.raises(Unreachable, match="msodbcsql18"):
        connection_string(SERVER, credentials(SERVER, {PASSWORD: "x"}), ["SQLite3"])
