"""Who one is to a database: environment, config, keyring; and extras that are lacking."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from databases import opened, source_of, told

from kpitui.config_file.database_settings import DatabaseAddress
from kpitui.issue_wording import describe_message, describe_problem
from kpitui.readers.databases.credentials import PASSWORD_VARIABLE, USER_VARIABLE, find_credentials
from kpitui.readers.databases.row_batches import DatabaseUnreachable, describe_error
from kpitui.readers.databases.sqlserver import build_connection_string

PLACE = DatabaseAddress("postgresql", "mosaic", "db.example", user="reader")


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """A keyring that holds what is put here, in the place of the machine's own."""
    secrets: dict[tuple[str, str], str] = {}
    module = ModuleType("keyring")
    module.get_password = lambda service, name: secrets.get((service, name))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)
    return secrets


# --- who one is ----------------------------------------------------------------------------------


def test_the_environment_comes_first(keyring: dict[tuple[str, str], str]) -> None:
    keyring["kpitui", "analyst@db.example"] = "from the keyring"
    credentials = find_credentials(PLACE, {USER_VARIABLE: "analyst", PASSWORD_VARIABLE: "from the environment"})
    assert (credentials.user_name, credentials.password) == ("analyst", "from the environment")


def test_a_password_of_the_keyring_is_of_a_user_on_a_server(keyring: dict[tuple[str, str], str]) -> None:
    keyring["kpitui", "reader@db.example"] = "from the keyring"
    assert find_credentials(PLACE, {}).password == "from the keyring"
    credentials = find_credentials(PLACE, {USER_VARIABLE: "analyst"})
    assert (credentials.user_name, credentials.password) == ("analyst", "")
    assert "the keyring has none (keyring set kpitui analyst@db.example)" in credentials.provenance


def test_without_anything_the_driver_decides() -> None:
    credentials = find_credentials(DatabaseAddress("postgresql", "mosaic"), {})
    assert (credentials.user_name, credentials.password) == ("", "")


def test_a_keyring_that_is_locked_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(service: str, name: str) -> str:
        raise RuntimeError("locked")

    module = ModuleType("keyring")
    module.get_password = refuse  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)
    credentials = find_credentials(PLACE, {})
    assert credentials.password == ""
    assert "the keyring cannot be read (RuntimeError)" in credentials.provenance


def test_no_password_is_shown() -> None:
    credentials = find_credentials(PLACE, {PASSWORD_VARIABLE: "hunter2"})
    assert "hunter2" not in f"{credentials!r} {credentials} {credentials.explain_refusal('refused')}"
    assert describe_error(ValueError("PWD=hunter2;\n failed"), "hunter2") == "PWD=***; - failed"


# --- extras --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "told_of"),
    [
        ("postgresql://db/mosaic", "without psycopg: .venv/bin/pip install '.[postgres]'"),
        ("mssql://db/mosaic", "without pyodbc: .venv/bin/pip install '.[sqlserver]'"),
    ],
)
def test_an_extra_that_is_not_installed_leaves_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, told_of: str
) -> None:
    for name in ("psycopg", "pyodbc", "keyring"):
        monkeypatch.setitem(sys.modules, name, None)
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "referrals.csv").write_text("child,referral_date\nA,2018-11-05\n", encoding="utf-8")
    tables = opened(tmp_path, url, {"uasc": "SELECT 1"}).tables
    (issue,) = told(tables)
    assert told_of in issue
    assert source_of(tables, "referrals").rows_used == 1
    assert told_of in describe_problem(tables.problems["uasc"])


# --- SQL Server: what ODBC is told; no server of it was ever asked -------------------------------

SERVER = DatabaseAddress("mssql", "Mosaic;UID=sa", "db.example", 1433, "COUNCIL\\reader")
DRIVERS = ["ODBC Driver 17 for SQL Server", "SQLite3", "ODBC Driver 18 for SQL Server"]


def test_what_odbc_is_told_with_a_password() -> None:
    """In braces nothing ends a value before it ends."""
    credentials = find_credentials(SERVER, {PASSWORD_VARIABLE: "a;b}c"})
    assert build_connection_string(SERVER, credentials, DRIVERS) == (
        "DRIVER={ODBC Driver 18 for SQL Server};SERVER=db.example,1433;DATABASE={Mosaic;UID=sa};"
        "ApplicationIntent=ReadOnly;Encrypt=yes;TrustServerCertificate=no;"
        "UID=COUNCIL\\reader;PWD={a;b}}c}"
    )


def test_what_odbc_is_told_without() -> None:
    place = DatabaseAddress("mssql", "Mosaic", "db.example", options=(("trustservercertificate", "yes"),))
    connection_string = build_connection_string(place, find_credentials(place, {}), DRIVERS)
    assert connection_string.endswith("TrustServerCertificate=yes;Trusted_Connection=yes")
    assert "UID" not in connection_string


def test_a_driver_that_is_named_is_used() -> None:
    place = DatabaseAddress("mssql", "Mosaic", "db.example", options=(("driver", "FreeTDS"),))
    connection_string = build_connection_string(place, find_credentials(place, {}), DRIVERS)
    assert connection_string.startswith("DRIVER=FreeTDS;")


def test_without_a_driver_it_says_which_to_install() -> None:
    with pytest.raises(DatabaseUnreachable) as refused:
        build_connection_string(SERVER, find_credentials(SERVER, {PASSWORD_VARIABLE: "x"}), ["SQLite3"])
    assert "msodbcsql18" in describe_message(refused.value.message)
