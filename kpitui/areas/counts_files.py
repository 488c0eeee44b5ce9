"""Files of counts: one of each council, and a region reads those of all."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from kpitui.areas.counts_table import COUNT_COLUMNS, FIGURE
from kpitui.atomic_files import write_file
from kpitui.model.issues import Issue, create_message
from kpitui.model.periods import parse_period_or_none
from kpitui.readers.error_guard import translate_reader_errors
from kpitui.readers.raw_table import UnreadableTable
from kpitui.regular_files import read_regular_file
from kpitui.text import clean_text

CONFIDENTIAL_NOTE = "Confidential between councils: it has small counts of children. Not for publication."
_METADATA_KEY = "kpitui"


@dataclass(frozen=True, slots=True)
class AreaCounts:
    """The counts of areas, those of each from the latest file of it, with what was wrong with files."""

    counts_frame: pl.DataFrame
    issues: tuple[Issue, ...] = ()


def write_counts(counts_frame: pl.DataFrame, target_path: Path, *, overwrite: bool = False) -> None:
    """Write a table of counts as Parquet that only its owner can read. Raises OSError."""
    buffer = io.BytesIO()
    metadata = {_METADATA_KEY: json.dumps({"note": CONFIDENTIAL_NOTE})}
    counts_frame.write_parquet(buffer, compression="zstd", metadata=metadata)
    write_file(target_path, buffer.getvalue(), overwrite=overwrite, is_private=True)


def read_counts(folder: Path, patterns: Sequence[str], as_at: date) -> AreaCounts:
    """Read the files of counts that patterns name, from a folder; none that was counted after `as_at`.

    Of several files of one area the latest is used.
    """
    issues: list[Issue] = []
    frames: dict[str, pl.DataFrame] = {}
    for path in _list_count_files(folder, patterns, issues):
        try:
            file_frame = _read_count_file(path, issues)
        except UnreadableTable as error:
            issues.append(Issue(error.message, clean_text(path.name)))
            continue
        known_rows = file_frame.filter(pl.col("as_at") <= as_at)
        if known_rows.height < file_frame.height:
            issues.append(Issue(create_message("counts-of-later-date", as_at=as_at), clean_text(path.name)))
        for (area,), area_rows in known_rows.partition_by("area", as_dict=True).items():
            earlier = frames.get(area)
            if earlier is None or area_rows["as_at"].max() >= earlier["as_at"].max():  # type: ignore[operator]
                frames[area] = area_rows
    counts_frame = pl.concat(frames.values()) if frames else pl.DataFrame(schema=COUNT_COLUMNS)
    return AreaCounts(counts_frame, tuple(issues))


def _list_count_files(folder: Path, patterns: Sequence[str], issues: list[Issue]) -> Iterator[Path]:
    """Yield the files that patterns name, each once, in order of their names."""
    paths: dict[Path, None] = {}
    for pattern in patterns:
        whole_pattern = folder / pattern  # an absolute pattern stays as it is
        matching_paths = sorted(whole_pattern.parent.glob(whole_pattern.name))
        if not matching_paths:
            issues.append(Issue(create_message("counts-missing", pattern=pattern), ""))
        paths |= dict.fromkeys(matching_paths)
    yield from paths


def _read_count_file(path: Path, issues: list[Issue]) -> pl.DataFrame:
    """Read a file of counts, without rows that lack a number. Raises UnreadableTable where it is none."""
    try:
        with translate_reader_errors():
            file_frame = pl.read_parquet(io.BytesIO(read_regular_file(path)))
    except OSError as error:
        raise UnreadableTable(create_message("file-not-readable", reason=error.strerror or "")) from None
    missing_columns = tuple(name for name, dtype in COUNT_COLUMNS.items() if file_frame.schema.get(name) != dtype)
    if missing_columns:
        raise UnreadableTable(create_message("counts-of-other-form", columns=missing_columns))
    periods = file_frame["period"].drop_nulls().unique()
    known_periods = periods.filter(
        pl.Series([parse_period_or_none(period) is not None for period in periods], dtype=pl.Boolean)
    )
    whole_rows = file_frame.select(*COUNT_COLUMNS).filter(
        pl.col("period").is_in(known_periods.implode()) & pl.col("area").is_not_null() & _build_is_whole()
    )
    if whole_rows.height < file_frame.height:
        issues.append(
            Issue(
                create_message("counts-not-whole"),
                clean_text(path.name),
                occurrences=file_frame.height - whole_rows.height,
            )
        )
    return whole_rows


def _build_is_whole() -> pl.Expr:
    """Build whether a row has the numbers that its kind needs, and all of its bounds or none."""
    has_figure = pl.all_horizontal(pl.col("numerator", "denominator", "cases").is_finite().fill_null(False))
    bounds = pl.col("low_numerator", "low_denominator", "high_numerator", "high_denominator", "least_denominator")
    has_bounds = pl.all_horizontal(bounds.is_finite().fill_null(False)) | pl.all_horizontal(bounds.is_null())
    has_reason = pl.col("reason").is_not_null() & pl.col("number").is_finite().fill_null(False)
    return pl.when(pl.col("kind") == FIGURE).then(has_figure & has_bounds).otherwise(has_reason)
