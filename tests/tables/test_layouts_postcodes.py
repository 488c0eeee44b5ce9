"""Directories of postcodes, whatever they call their columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from folders import read, rows, said, sheet


@pytest.mark.parametrize(
    ("postcode", "easting", "northing"),
    [("pcds", "oseast1m", "osnrth1m"), ("Postcode", "Eastings", "Northings"),
     ("pcd7", "east1m", "north1m")],
)  # fmt: skip
def test_directories(tmp_path: Path, postcode: str, easting: str, northing: str) -> None:
    places = (("RG40 1PG", "481898", "169430"), ("JE2 3AB", "", ""), ("BT1 1AA", "1", "2"))
    names = (postcode, easting, northing)
    text = sheet(*(dict(zip(names, place, strict=True)) for place in places))
    tables = read(tmp_path, {"x.csv": text})
    assert rows(tables, "postcodes", "postcode", "easting", "northing") == [
        ("JE23AB", None, None),
        ("RG401PG", 481898.0, 169430.0),
    ]
    assert said(tables) == []
