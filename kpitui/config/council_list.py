"""The councils of England that the program carries: numbers, names and regions.

They are those of the Department for Education's publications, under the Open Government Licence v3.0.
A file of the config comes before them, row by row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from kpitui.model.areas import Area
from kpitui.regular_files import read_regular_file
from kpitui.text import clean_text, format_name_hint

GROUP_SEPARATOR = ";"
_COLUMNS = ("la_code", "name", "region", "groups")
_PACKAGED_FILE = Path(__file__).with_name("packaged") / "councils.csv"


def list_councils(names_file: Path | None = None) -> dict[str, Area]:
    """List the councils by number. Raises OSError or ValueError for a file that cannot be used."""
    councils = _parse_councils(_PACKAGED_FILE.read_text(encoding="utf-8").splitlines())
    if names_file is not None:
        councils |= _parse_councils(read_regular_file(names_file).decode("utf-8-sig").splitlines())
    return councils


def _parse_councils(lines: Iterable[str]) -> dict[str, Area]:
    return {area.la_code: area for area in map(_parse_council, csv.DictReader(lines)) if area.la_code}


def _parse_council(row: Mapping[str, str | None]) -> Area:
    if "la_code" not in row or "name" not in row:
        raise ValueError("it needs the columns la_code and name, and may have region and groups")
    la_code, name, region, groups = (clean_text((row.get(key) or "").strip()) for key in _COLUMNS)
    return Area(la_code, name or la_code, region, tuple(filter(None, map(str.strip, groups.split(GROUP_SEPARATOR)))))


def find_area(name: str, councils: Mapping[str, Area]) -> Area:
    """Find a council by its number or name, in any capitals. Raises ValueError where there is none."""
    matches = (area for area in councils.values() if name.casefold() in (area.la_code.casefold(), area.name.casefold()))
    area = next(matches, None)
    if area is None:
        names = [known for council in councils.values() for known in (council.la_code, council.name)]
        raise ValueError(f"no such council: {name}{format_name_hint(name, names)}")
    return area
