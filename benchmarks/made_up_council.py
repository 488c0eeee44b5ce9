"""A made-up council of any size, as a folder of clean tables in Parquet: only for measuring.

Nothing in it is plausible but the shape: how many rows each table has, how many episodes, referrals
and visits fall to a child, and that dates spread over twenty years.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import polars as pl

CONFIG = """\
as_at = "2019-03-25"

[council]
name = "A made-up council"
la_code = "872"

[tables]
folder = "."
made_up = ["care_episodes"]
"""
SHARES = {  # of all rows
    "children": 0.10,
    "care_episodes": 0.22,
    "referrals": 0.24,
    "protection_plans": 0.08,
    "protection_visits": 0.28,
    "social_workers": 0.01,
    "early_years_settings": 0.02,
    "early_years_inspections": 0.05,
}
FIRST, LAST = date(1999, 4, 1), date(2019, 2, 28)


def write(folder: Path, rows: int) -> None:
    """Write the tables and a config, about `rows` rows in all."""
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {name: int(rows * share) for name, share in SHARES.items()}
    children = sizes["children"]
    frames = {
        "children": pl.DataFrame({"child": ids("c", children)}).with_columns(day(1).alias("dob").dt.offset_by("-12y")),
        "care_episodes": _episodes(sizes["care_episodes"], children),
        "uasc": pl.DataFrame({"child": ids("c", children // 40), "duc": None}, schema=_UASC),
        "postcodes": _postcodes(),
        "referrals": _dated("child", "referral_date", sizes["referrals"], children, 3).with_columns(
            nfa=one_of(["Y", "N", "N"], 4)
        ),
        "protection_plans": _plans(sizes["protection_plans"], children),
        "protection_visits": _dated("child", "visit_date", sizes["protection_visits"], children, 7).with_columns(
            seen=one_of(["Y", "Y", "N"], 8), setting=one_of(["Home", "School"], 9)
        ),
        "social_workers": _staff(sizes["social_workers"]),
        "schools": _schools(400),
        "school_inspections": _dated("urn", "inspection_date", 1_600, 400, 12).with_columns(
            kind=pl.lit("graded"), overall=one_of(["1", "2", "2", "3", "4"], 13)
        ),
        "early_years_settings": _settings(sizes["early_years_settings"]),
        "early_years_inspections": _dated(
            "urn", "inspection_date", sizes["early_years_inspections"], sizes["early_years_settings"], 15
        ).with_columns(overall=one_of(["1", "2", "2", "2", "3", "4"], 16)),
    }
    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")


_UASC = {"child": pl.String, "duc": pl.Date}


def ids(prefix: str, count: int) -> pl.Series:
    return pl.select(pl.lit(prefix) + pl.int_range(count).cast(pl.String)).to_series()


def number(seed: int) -> pl.Expr:
    """A number for every row, the same in every run."""
    return pl.int_range(pl.len()).hash(seed)


def day(seed: int) -> pl.Expr:
    span = (LAST - FIRST).days
    return pl.lit(FIRST) + pl.duration(days=(number(seed) % span).cast(pl.Int64))


def one_of(words: list[str], seed: int) -> pl.Expr:
    return pl.lit(pl.Series(words)).gather((number(seed) % len(words)).cast(pl.UInt32))


def _dated(subject: str, when: str, rows: int, subjects: int, seed: int) -> pl.DataFrame:
    """Rows of subjects on days, no two of a subject on one day."""
    who = pl.lit("c") + (number(seed) % subjects).cast(pl.String)
    frame = pl.DataFrame({"_": pl.int_range(rows, eager=True)})
    return frame.select(who.alias(subject), day(seed + 100).alias(when)).unique(maintain_order=True)


def _episodes(rows: int, children: int) -> pl.DataFrame:
    frame = _dated("child", "decom", rows, children, 2).sort("child", "decom")
    following = pl.col("decom").shift(-1).over("child")
    return frame.with_columns(
        rne=one_of(["S", "P", "L"], 20),
        ls=one_of(["C2", "V2", "V2", "V4"], 21),
        place=one_of(["U6", "U6", "K2", "P1"], 22),
        dec=pl.min_horizontal(following, pl.col("decom") + pl.duration(days=number(23) % 900)),
        rec=one_of(["X1", "E4A", "E11", "E17", "E3", "E45"], 24),
        home_post=pl.lit("P") + (number(25) % 2_000).cast(pl.String),
        pl_post=pl.lit("P") + (number(26) % 2_000).cast(pl.String),
    )


def _postcodes() -> pl.DataFrame:
    return pl.DataFrame({"postcode": ids("P", 2_000)}).with_columns(
        easting=440_000 + number(27) % 60_000, northing=140_000 + number(28) % 60_000
    )


def _plans(rows: int, children: int) -> pl.DataFrame:
    frame = _dated("child", "start_date", rows, children, 5).sort("child", "start_date")
    following = pl.col("start_date").shift(-1).over("child")
    end = pl.col("start_date") + pl.duration(days=30 + number(30) % 500)
    return frame.with_columns(end_date=pl.min_horizontal(following, end))


def _staff(rows: int) -> pl.DataFrame:
    frame = pl.DataFrame({"worker": ids("w", rows)}).with_columns(start_date=day(31))
    return frame.with_columns(
        end_date=pl.col("start_date") + pl.duration(days=100 + number(32) % 2_000),
        voluntary=one_of(["Y", "Y", "N"], 33),
        fte=pl.lit(1.0),
    )


def _schools(rows: int) -> pl.DataFrame:
    return pl.DataFrame({"urn": ids("c", rows)}).with_columns(
        name=pl.col("urn"),
        phase=one_of(["Primary", "Primary", "Secondary", "Special"], 34),
        la_code=pl.lit("872"),
        open_date=pl.lit(date(1990, 1, 1)),
        pupils=100 + number(35) % 900,
    )


def _settings(rows: int) -> pl.DataFrame:
    return pl.DataFrame({"urn": ids("c", rows)}).with_columns(
        name=pl.col("urn"),
        type=one_of(["Childminder", "Childcare on non-domestic premises"], 36),
        early_years_register=pl.lit("Y"),
        la_code=pl.lit("872"),
        registered_date=day(37),
    )


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
