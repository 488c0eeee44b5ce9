"""A PostgreSQL server of the tests' own: on loopback, in a folder that goes away with it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

OWNER, OWNERS_PASSWORD = "owner", "correct-horse"
READER, READERS_PASSWORD = "reader", "battery-staple"


@dataclass(frozen=True)
class Server:
    """Where the server is, and a way to write to it as its owner."""

    port: int

    def url(self, user: str = READER, database: str = "postgres") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def run(self, *statements: str) -> list[tuple[object, ...]]:
        """What the last of some statements of the owner gives, if it gives rows."""
        import psycopg

        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=OWNER, password=OWNERS_PASSWORD, dbname="postgres"
        ) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


@contextmanager
def postgresql() -> Iterator[Server]:
    """A running server; where there is none to run, or nobody who may, the test is skipped."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: .venv/bin/pip install '.[postgres]'")
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin")) + [
        Path(program_path).resolve().parent for program_path in [shutil.which("initdb")] if program_path
    ]
    if not programs:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="kpitui-postgresql-"))
    who = _unprivileged(folder)
    data, port = folder / "data", _free_port()

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs[-1] / program), "-D", str(data), *arguments],
            check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=120, **who,
        )  # type: ignore[call-overload]  # fmt: skip

    try:
        secret = folder / "password"
        secret.write_text(OWNERS_PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        run("initdb", "-U", OWNER, "--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8",
            "--no-locale", "--no-sync")  # fmt: skip
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        run("pg_ctl", "start", "-w", "-s", "-l", str(folder / "log"), "-o", settings)
        server = Server(port)
        try:
            server.run(
                f"CREATE ROLE {READER} LOGIN PASSWORD '{READERS_PASSWORD}'",
                f"GRANT ALL ON SCHEMA public TO {READER}",
                f"GRANT pg_read_all_data, pg_write_all_data TO {READER}",
            )
            yield server
        finally:
            run("pg_ctl", "stop", "-m", "immediate", "-s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> dict[str, object]:
    """Whom the server runs as: it refuses root, which hands the folder to another."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            program_path = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, program_path.pw_uid, program_path.pw_gid)
        return {"user": program_path.pw_uid, "group": program_path.pw_gid, "extra_groups": []}
    pytest.skip("PostgreSQL refuses to run as root, and there is no user nobody")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
