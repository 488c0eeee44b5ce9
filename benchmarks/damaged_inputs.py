"""``python -m benchmarks.damaged_inputs``: damage folders of tables and configs, by the thousand.

Whatever is damaged, a command ends with a code of its own and says no "something went wrong", what it
prints as JSON is JSON, and a figure whose tables were left alone stays as it was. Everything is drawn
from ``--seed`` and a number, so that what is found can be found again with ``--first``. Each lot runs
in a process of its own: one that aborts is a fault too.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

from benchmarks.measuring import ROOT
from kpitui.catalogue.parser import read_catalogue
from kpitui.cli import main as run_kpitui
from kpitui.model.cohort_signatures import COHORTS
from tests import damage

LOT_SIZE = 25
SAMPLE_ROWS = 250  # of each table: small ones are as good for this, and quick
LONGEST_SECONDS = 20.0
ORDINARY_CODES = {0, 2, 3}
COMMANDS = ("status --json", "check", "status --public --json", "check --json")
CELLS = (
    "", " ", "NULL", "nan", "inf", "-inf", "1e308", "-1", "1" + "0" * 20, "9223372036854775808", "0.1", "1/0", "=1+1",
    "9999-12-31", "2919-01-01", "0001-01-01", "1899-12-30", "31/02/2018", "2018-13-01", "12/31/18", "43465", "today",
    "Y", "x" * 5_000, "\x00", "\x1b]52;c;aGk=\x07", "\u202e", "\ud7ff", "\U0001f468", '"', '""', "'", ",", ";", "\t",
    "é", "\ufeff", "_line", "^.*$", "*", "0", "-0", "1,000", "1.00007E+11", "TRUE", "#REF!", "(blank)",
)  # fmt: skip
BYTE_RUNS = (
    b"",
    b"\0",
    b"\xff\xfe",
    b"\r",
    b"\n\n",
    b'"',
    b",,,,,",
    b"\x80",
    b"\x1a",
    b"PK\x03\x04",
    b"PAR1",
    b"<?xml",
)
ENCODINGS = ("utf-16", "utf-16-le", "cp037", "utf-8-sig")
FrameDamage = Callable[[pl.DataFrame, Random], pl.DataFrame]


def main() -> int:
    """Run the lots, print every fault, and fail if there was one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.damaged_inputs", description=__doc__)
    parser.add_argument("--folders", type=int, default=200, help="folders of tables to damage")
    parser.add_argument("--configs", type=int, default=200, help="configs to damage")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number to begin with")
    parser.add_argument("--lot", choices=sorted(ATTEMPTS), help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=LONGEST_SECONDS, help="how long one command may take")
    options = parser.parse_args()
    if options.lot:
        return _run_lot(
            options.lot, options.seed, range(options.first, options.first + options.folders), options.seconds
        )
    fault_count = 0
    for kind, count in (("folders", options.folders), ("configs", options.configs)):
        for first in range(options.first, options.first + count, LOT_SIZE):
            fault_count += _start_lot(kind, options, first, min(LOT_SIZE, options.first + count - first))
        print(f"{count} {kind} damaged", flush=True)
    return 1 if fault_count else 0


def _start_lot(kind: str, options: argparse.Namespace, first: int, count: int) -> bool:
    """Run a lot in a process of its own; print its faults, and say whether there were any."""
    words = ["--lot", kind, "--first", first, "--folders", count, "--seed", options.seed, "--seconds", options.seconds]
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.damaged_inputs", *map(str, words)], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False,
    )  # fmt: skip
    lines = ended.stdout.splitlines()
    faults = [line for line in lines if not line.isdigit()]
    if ended.returncode:
        faults.append(f"{kind} {lines[-1] if lines else first}: the process ended with {ended.returncode}")
    for fault in faults:
        print(fault, flush=True)
    return bool(faults)


def _run_lot(kind: str, seed: int, numbers: range, longest_seconds: float) -> int:
    """Run the attempts with these numbers, and print their faults; the last line is how far it came."""
    with tempfile.TemporaryDirectory(prefix="kpitui-damage-") as lot_folder:
        os.environ["XDG_STATE_HOME"] = lot_folder
        for number in numbers:
            # What a lot that aborts has printed last is the number that aborted it.
            print(number, flush=True)
            folder = Path(lot_folder, str(number))
            folder.mkdir()
            for fault in ATTEMPTS[kind](folder, Random(f"{seed} {kind} {number}"), longest_seconds):
                print(f"{kind} {number}: {fault}", flush=True)
            shutil.rmtree(folder)
    return 0


# Folders


def _damage_folder(folder: Path, random: Random, longest_seconds: float) -> Iterator[str]:
    """Damage one to three files of the sample, and yield what a command should not have done."""
    tables_folder = folder / "data"
    tables_folder.mkdir()
    for name, content in _read_sample().items():
        (tables_folder / name).write_bytes(content)
    (folder / "config.toml").write_bytes((ROOT / "config.toml").read_bytes())
    names = random.sample(sorted(_read_sample()), random.choice([1, 1, 2, 3]))
    for name in names:
        _damage_table(tables_folder, name, random)
    damaged_tables = {name.partition(".")[0] for name in names}
    command = random.choice(COMMANDS)
    yield from (
        f"{command}, {', '.join(names)}: {fault}"
        for fault in _run_command(command, folder, damaged_tables, longest_seconds)
    )


@cache
def _read_sample() -> Mapping[str, bytes]:
    """Return the first rows of each table of the sample."""
    return {
        path.name: b"".join(path.read_bytes().splitlines(keepends=True)[:SAMPLE_ROWS])
        for path in sorted((ROOT / "data").glob("*.csv"))
    }


def _damage_table(tables_folder: Path, name: str, random: Random) -> None:
    """Damage the cells or the bytes of a table, and perhaps write it in another format first."""
    path = tables_folder / name
    content = path.read_bytes()
    if random.random() < 0.75:
        frame = pl.read_csv(content, infer_schema=False)
        for _ in range(random.choice([1, 1, 2, 5])):
            frame = random.choice(FRAME_DAMAGE)(frame, random)
        suffix = random.choice([".csv", ".csv", ".csv", ".parquet", ".parquet", ".xlsx", ".zip", ".csv.gz"])
        content = _write_frame(frame, suffix, random)
        path.unlink()
        path = path.with_name(path.stem + suffix)
    if random.random() < 0.5:
        content = _damage_file_bytes(content, random)
    path.write_bytes(content)
    if random.random() < 0.1:
        shutil.copy(path, path.with_name(f"again_{path.name}"))


def _write_frame(frame: pl.DataFrame, suffix: str, random: Random) -> bytes:
    packed = io.BytesIO()
    if suffix == ".parquet":
        _retype_columns(frame, random).write_parquet(packed)
    elif suffix == ".xlsx":
        frame.write_excel(packed)
    elif suffix == ".zip":
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("table.csv", frame.write_csv())
    elif suffix == ".csv.gz":
        import gzip

        return gzip.compress(frame.write_csv().encode())
    else:
        return frame.write_csv().encode()
    return packed.getvalue()


def _retype_columns(frame: pl.DataFrame, random: Random) -> pl.DataFrame:
    """Give a column or two another type, with values at the ends of what the type can hold."""
    retyped = {}
    for name in random.sample(frame.columns, min(2, frame.width)):
        ends = [random.choice([0, 1, -1, 17_000, 2**31 - 1, -(2**31)]) for _ in range(frame.height)]
        numbers = pl.Series(ends, dtype=pl.Int64)
        retyped[name] = random.choice(COLUMN_TYPES)(numbers)
    return frame.with_columns(column.alias(name) for name, column in retyped.items())


COLUMN_TYPES: tuple[Callable[[pl.Series], pl.Series], ...] = (
    lambda numbers: numbers.cast(pl.Int32).cast(pl.Date),
    lambda numbers: (numbers * 10**9).cast(pl.Datetime("ms")),
    lambda numbers: (numbers * 2**31).cast(pl.Datetime("us")),
    lambda numbers: numbers.cast(pl.Datetime("ns", "Europe/London")),
    lambda numbers: (numbers * 2**31).cast(pl.Duration("ms")),
    lambda numbers: numbers.cast(pl.Float64) * 1e300,
    lambda numbers: numbers.cast(pl.Float64) / 0,
    lambda numbers: numbers.cast(pl.Float32),
    lambda numbers: numbers.abs().cast(pl.UInt64) * 2**32,
    lambda numbers: numbers.cast(pl.String).cast(pl.Categorical),
    lambda numbers: numbers.cast(pl.String).cast(pl.Binary),
    lambda numbers: numbers > 0,
    lambda numbers: pl.Series([None] * numbers.len(), dtype=pl.Null),
    lambda numbers: numbers.reshape((-1, 1)),
    lambda numbers: numbers.alias("a").to_frame().to_struct(),
    lambda numbers: numbers.cast(pl.Decimal(38, 4)),
    lambda numbers: (numbers.abs() % 86_400).cast(pl.Int64).cast(pl.Time),
)


def _set_cell(frame: pl.DataFrame, random: Random) -> pl.DataFrame:
    name, cell = random.choice(frame.columns), random.choice(CELLS)
    row_numbers = pl.int_range(frame.height, eager=True)
    is_hit = row_numbers == random.randrange(max(frame.height, 1)) if random.random() < 0.7 else row_numbers >= 0
    # By its series: a column may be called as a pattern of names is.
    cells = frame[name].set(is_hit, None).cast(pl.String, strict=False)
    return frame.with_columns(pl.select(pl.when(is_hit).then(pl.lit(cell)).otherwise(cells)).to_series().alias(name))


def _rename_column(frame: pl.DataFrame, random: Random) -> pl.DataFrame:
    new_name = random.choice([*CELLS, "numerator", "counted", "case_date", "grade"])
    return frame if new_name in frame.columns else frame.rename({random.choice(frame.columns): new_name})


FRAME_DAMAGE: tuple[FrameDamage, ...] = (
    _set_cell,
    _set_cell,
    _set_cell,
    _rename_column,
    lambda frame, random: frame.drop(random.choice(frame.columns)) if frame.width > 1 else frame,
    lambda frame, random: pl.concat([frame, frame]),
    lambda frame, random: frame.head(random.randrange(4)),
    lambda frame, random: frame.with_columns(frame[random.choice(frame.columns)].shuffle(random.randrange(9))),
    lambda frame, random: frame.select(sorted(frame.columns)),
    lambda frame, random: frame.with_columns(
        pl.lit("x").alias(f"more_{number}") for number in range(random.choice([3, 900]))
    ),
)


def _damage_file_bytes(content: bytes, random: Random) -> bytes:
    place = random.randrange(len(content) + 1)
    return random.choice([
        content[:place],
        content[place:],
        content[:place] + random.choice(BYTE_RUNS) + content[place:],
        content[:place] + random.randbytes(8) + content[place + 8 :],
        content[:place] + bytes([random.randrange(256)]) + content[place + 1 :],
        content.replace(b"\n", random.choice([b"", b"\r", b"\r\n", b"\n\n"])),
        content.replace(b",", random.choice([b";", b"\t", b"|", b"", b",,"])),
        content.decode("utf-8", "replace").encode(random.choice(ENCODINGS), "replace"),
        random.randbytes(random.randrange(200)),
    ])  # fmt: skip


# Configs


def _damage_config(folder: Path, random: Random, longest_seconds: float) -> Iterator[str]:
    """Damage the config of the sample or the one that has every key, and yield what should not be."""
    (folder / "data").symlink_to(_write_sample_folder(folder.parent / "sample"))
    (folder / "tables").symlink_to(folder / "data")
    text = damage.CONFIG if random.random() < 0.5 else (ROOT / "config.toml").read_text(encoding="utf-8")
    (folder / "config.toml").write_bytes(damage.damage_toml(text, random))
    command = random.choice(COMMANDS)
    yield from (f"{command}: {fault}" for fault in _run_command(command, folder, None, longest_seconds))


def _write_sample_folder(sample_folder: Path) -> Path:
    if not sample_folder.exists():
        sample_folder.mkdir()
        for name, content in _read_sample().items():
            (sample_folder / name).write_bytes(content)
    return sample_folder


ATTEMPTS: Mapping[str, Callable[[Path, Random, float], Iterator[str]]] = {
    "folders": _damage_folder,
    "configs": _damage_config,
}


# Running


def _run_command(command: str, folder: Path, damaged_tables: set[str] | None, longest_seconds: float) -> Iterator[str]:
    """Run a command in this process; yield what is wrong with how it ended or with what it printed."""
    began = time.monotonic()
    code, output, errors = _call_kpitui([*command.split(), "--config", str(folder / "config.toml")])
    seconds = time.monotonic() - began
    if code not in ORDINARY_CODES or "something went wrong" in errors or "Traceback" in errors:
        yield f"ended with {code}: {errors.strip()[-400:]!r}"
        return
    if seconds > longest_seconds:
        yield f"took {seconds:.1f} s"
    if "--json" in command and output:
        try:
            document = json.loads(output, parse_constant=_refuse_constant)
        except ValueError as error:
            yield f"is no JSON: {error}"
            return
        if command == "status --json" and damaged_tables is not None:
            yield from _compare_figures(document, damaged_tables)


def _call_kpitui(words: list[str]) -> tuple[int | str | None, str, str]:
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            code: int | str | None = run_kpitui(words)
        except SystemExit as end:
            code = end.code
    return code, output.getvalue(), errors.getvalue()


def _refuse_constant(name: str) -> None:
    raise ValueError(f"has {name}")


def _compare_figures(document: Mapping[str, Any], damaged_tables: set[str]) -> Iterator[str]:
    """Yield the indicators whose count changed although none of their tables was damaged."""
    tables_by_indicator = _list_indicator_tables()
    for figure in document["indicators"]:
        if damaged_tables.isdisjoint(tables_by_indicator[figure["id"]]):
            counts = (figure["numerator"], figure["denominator"])
            if counts != _read_usual_counts()[figure["id"]]:
                yield f"{figure['code']} changed to {counts}: {figure['problem']}"


@cache
def _list_indicator_tables() -> Mapping[str, set[str]]:
    indicators, _ = read_catalogue(None)
    tables = {}
    for indicator in indicators:
        cohort = COHORTS[indicator.rule.cohort.name]
        tables[indicator.id] = {*cohort.required_tables, *cohort.optional_tables, "school_links"}
    return tables


@cache
def _read_usual_counts() -> Mapping[str, tuple[float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        _write_sample_folder(Path(folder) / "data")
        (Path(folder) / "config.toml").write_bytes((ROOT / "config.toml").read_bytes())
        _, output, _ = _call_kpitui(["status", "--json", "--config", str(Path(folder) / "config.toml")])
    return {figure["id"]: (figure["numerator"], figure["denominator"]) for figure in json.loads(output)["indicators"]}


if __name__ == "__main__":
    sys.exit(main())
