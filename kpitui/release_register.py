"""The register of releases: what a release would show and give away, and writing it down."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan
from pathlib import Path

from kpitui.atomic_files import create_private_file, lock_folder, replace_file
from kpitui.board import build_board
from kpitui.board.board_data import BoardData
from kpitui.board.entries import tally_public_numbers
from kpitui.config.settings import Settings
from kpitui.council import Council
from kpitui.counts.rule_tally import IndicatorTally
from kpitui.disclosure.cell_values import merge_unlisted_groups
from kpitui.disclosure.public_tallies import PublicRuleTally
from kpitui.disclosure.releases import RELEASED_NOTES, Release
from kpitui.locations import SAMPLE_CONFIG
from kpitui.model.catalogue import Indicator
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.regular_files import read_regular_file

RELEASES_NAME = "releases"
RELEASE_COLUMNS = tuple(CLEAN_TABLES[RELEASES_NAME].columns)


class ReleaseRefused(ValueError):
    """Raised where a release cannot be recorded; the message says why."""


@dataclass(frozen=True, slots=True)
class ReleasePreview:
    """What a release would show that is hidden now, and what else it would give away."""

    released_texts: tuple[str, ...]
    given_away_texts: tuple[str, ...]


def preview_release(council: Council, as_at: date, indicator: Indicator, release: Release) -> ReleasePreview:
    """Work out what a release shows, and the small numbers that follow from it, before it is recorded."""
    board_data = BoardData(council, as_at, release.period, public_view=True)
    tallies = tally_public_numbers(board_data, council.settings.indicators)
    board_data.releases = (*board_data.releases, release)
    later_tallies = tally_public_numbers(board_data, council.settings.indicators)
    numbers, later_numbers = (
        dict(_list_numbers(every_tally[indicator.id], release)) for every_tally in (tallies, later_tallies)
    )
    released_texts = [
        f"{name}: {number:,.0f}"
        for name, number in later_numbers.items()
        if not isnan(number) and isnan(numbers.get(name, 0))
    ]
    if release.kind == RELEASED_NOTES:
        released_texts += _list_held_back_texts(council, as_at, indicator, release)
    # What the release shows by itself is no news below.
    known_texts = {*_list_given_away(tallies)}
    shown_names = {text.rpartition(":")[0] + f" in {release.period.label}" for text in released_texts}
    given_away = [
        text
        for text in _list_given_away(later_tallies)
        if text not in known_texts and text.rpartition(":")[0] not in shown_names
    ]
    return ReleasePreview(tuple(released_texts), tuple(dict.fromkeys(given_away)))


def _list_numbers(indicator_tally: IndicatorTally, release: Release) -> Iterator[tuple[str, float]]:
    """Yield every number of an indicator in the period of a release, by its name."""
    for tally in indicator_tally.rule_tallies.values():
        if not isinstance(tally, PublicRuleTally):
            continue
        numbers, count = tally.rule_numbers, tally.count_period(release.period)
        name = numbers.indicator.code if numbers.is_main else f"{numbers.indicator.code}, {numbers.rule.title}"
        yield f"{name}: counted", count.numerator
        yield f"{name}: all", count.denominator
        yield from ((f"{name}: left out, {reason}", number) for reason, number in count.excluded.items())
        if numbers.is_main:
            outcomes = merge_unlisted_groups(tally.count_outcomes(release.period), numbers.indicator)
            outcome_names = numbers.indicator.outcome_names
            yield from ((f"{name}: {outcome_names.get(code, code)}", number) for code, number in outcomes.items())


def _list_given_away(tallies: Mapping[str, IndicatorTally]) -> list[str]:
    """List the small numbers that releases give away in all families."""
    families = {
        id(tally.family): tally.family
        for indicator_tally in tallies.values()
        for tally in indicator_tally.rule_tallies.values()
        if isinstance(tally, PublicRuleTally)
    }
    return [
        f"{name} in {quarters}: {number:,}"
        for family in families.values()
        for name, quarters, number in family.list_given_away()
    ]


def _list_held_back_texts(council: Council, as_at: date, indicator: Indicator, release: Release) -> Iterator[str]:
    """Yield the notes that a release of commentary shows."""
    boards = [build_board(council, as_at, release.period, indicator, public_view=public) for public in (True, False)]
    public_entry, entry = (board.entries[0] for board in boards)
    for public_note, note in zip(public_entry.commentary_notes, entry.commentary_notes, strict=True):
        if public_note.is_held_back and note.period == release.period:
            yield f"{note.kind}: {' '.join(note.text.split())}"


def record_release(settings: Settings, release: Release) -> Path:
    """Add a release to the table, and return its file.

    Raises ReleaseRefused if there is no file to write to, or it has the release already; OSError.
    """
    if settings.config_path.resolve() == SAMPLE_CONFIG.resolve():
        raise ReleaseRefused(f"the sample is read only: copy {SAMPLE_CONFIG.parent} and use the copy's config")
    file_path = settings.tables_folder / f"{RELEASES_NAME}.csv"
    row = {
        "indicator": release.indicator_name,
        "period": str(release.period),
        "what": release.kind,
        "released_by": release.released_by,
        "released_date": str(release.released_on or ""),
        "reason": release.reason,
    }
    with lock_folder(file_path.parent):
        if not file_path.exists():
            create_private_file(file_path, _format_rows([RELEASE_COLUMNS, [*row.values()]]))
            return file_path
        content = read_regular_file(file_path)
        column_names = next(csv.reader(io.StringIO(content.decode("utf-8-sig"))), [])
        if not set(RELEASE_COLUMNS) <= set(column_names):
            raise ReleaseRefused(f"{file_path} has no header with {', '.join(RELEASE_COLUMNS)}")
        new_row = _format_rows([[row.get(name, "") for name in column_names]])
        if new_row in content:
            raise ReleaseRefused(f"{file_path} has this release already")
        replace_file(file_path, content + (b"" if content.endswith(b"\n") else b"\n") + new_row)
    return file_path


def _format_rows(rows: Sequence[Sequence[str]]) -> bytes:
    output = io.StringIO()
    csv.writer(output, lineterminator="\n").writerows(rows)
    return output.getvalue().encode()
