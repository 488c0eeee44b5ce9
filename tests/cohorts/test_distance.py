"""Miles from home to placement, in a straight line on the Ordnance Survey grid."""

from __future__ import annotations

import pytest

from tests.examples import Example, Tables, table

HOME_EAST, HOME_NORTH = 481898, 169430


def placed(east: int, north: int, stated: str = ".", home: str = "RG40~1PG") -> Tables:
    """A child who enters care and is placed some metres from home."""
    return {
        "postcodes": table(
            "postcode easting northing",
            f"RG401PG {HOME_EAST} {HOME_NORTH}",
            f"OX11EA {HOME_EAST + east} {HOME_NORTH + north}",
        ),
        "care_episodes": entered(home, "OX1~1EA", stated),
    }


def entered(home: str, placement: str, stated: str) -> str:
    return table(
        "child decom rne ls place dec rec home_post pl_post distance_miles",
        f"A 2018-11-01 S C2 U4 . . {home} {placement} {stated}",
    )


def far(example: Example, tables: Tables) -> bool | None:
    """Whether the child is counted as placed over 20 miles away; None where it is not known."""
    numerator, denominator, excluded = example.count("care-entrants-over-20-miles", tables)
    assert excluded == ({} if denominator else {"distance unknown": 1})
    return numerator == 1 if denominator else None


@pytest.mark.parametrize(
    ("east", "north", "expected"),
    [
        (32186, 0, False),  # 20.00 miles of 1.6093 km
        (32250, 0, False),  # 20.04, rounded to 20.0
        (32266, 0, False),  # 20.0497
        (32267, 0, True),  # 20.0503, rounded to 20.1
        (32283, 0, True),  # 20.06
        (0, -32267, True),
        (19360, 25813, False),  # 32266.4 m across a 3-4-5 triangle
        (19360, 25814, True),  # 32267.2 m
        (0, 0, False),
    ],
)
def test_miles_are_rounded_to_one_decimal_before_20_is_asked(
    example: Example, east: int, north: int, expected: bool
) -> None:
    assert far(example, placed(east, north)) is expected


@pytest.mark.parametrize("home", ["RG401PG", "rg40~1pg", "Rg40~~1pG"])
def test_postcodes_are_matched_upper_case_without_spaces(example: Example, home: str) -> None:
    assert far(example, placed(40000, 0, home=home)) is True


def test_postcodes_come_before_the_stated_distance(example: Example) -> None:
    assert far(example, placed(40000, 0, stated="3")) is True
    assert far(example, placed(40000, 0, stated="999.9")) is True


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("20.0", False),
        ("20.1", True),
        ("20.04", True),  # as it stands, not rounded
        ("999.9", None),  # the code for unknown
        (".", None),
    ],
)
@pytest.mark.parametrize("postcode", [".", "ZZ99~3CZ"])
def test_the_stated_distance_is_used_where_a_postcode_is_missing_or_not_known(
    example: Example, postcode: str, stated: str, expected: bool | None
) -> None:
    postcodes = placed(40000, 0)["postcodes"]
    tables = {"postcodes": postcodes, "care_episodes": entered(postcode, "OX1~1EA", stated)}
    assert far(example, tables) is expected
