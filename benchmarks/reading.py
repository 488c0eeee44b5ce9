"""Reading what is large: thousands of small files, one CSV, one Parquet file, one return in XML.

Both are whole processes.  The floor has polars scan the same files and counts rows by quarter of
one date: it checks no cell, names no line and keeps no row.  Of XML it is the parser alone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.parsers import expat

import polars as pl

from benchmarks.made_up_council import day, number, one_of
from benchmarks.measuring import Measure, python

FILES, QUICK_FILES = 3_000, 300
ROWS_OF_A_FILE = 40
ROWS, QUICK_ROWS = 7_000_000, 700_000
CHILDREN, QUICK_CHILDREN = 250_000, 25_000
CODES = {
    "rne": ["S", "P", "L"],
    "ls": ["C2", "V2"],
    "place": ["U6", "K2"],
    "rec": ["X1", "E4A"],
    "cin": ["N1", "N2"],
    "place_provider": ["PR1", "PR4"],
}


def many(folder: Path, quick: bool) -> Measure:
    """Years of an SSDA903 return as small files."""
    files = QUICK_FILES if quick else FILES
    place = folder / "many"
    place.mkdir()
    for start in range(files):
        rows = _episodes(ROWS_OF_A_FILE, start)
        written = rows.with_columns(pl.col(pl.Date).dt.strftime("%d/%m/%Y"))
        written.rename(str.upper).with_columns(URN=None).write_csv(place / f"{start}.csv")
    return _measure(f"reading {files:,} files of {ROWS_OF_A_FILE} rows", place, quick)


def large(folder: Path, quick: bool) -> Measure:
    """Care episodes in one CSV: 500 MB."""
    place = folder / "large"
    place.mkdir()
    path = place / "care_episodes.csv"
    # Apart from this process: what it has in memory would be counted as its children's.
    python("-m", "benchmarks.reading", "write", path, str(QUICK_ROWS if quick else ROWS))
    size = path.stat().st_size
    return _measure(f"reading a CSV of {size / 1e6:,.0f} MB", place, quick, size)


def parquet(folder: Path, quick: bool) -> Measure:
    """The same care episodes in one Parquet file."""
    place = folder / "parquet"
    place.mkdir()
    path = place / "care_episodes.parquet"
    python("-m", "benchmarks.reading", "write", path, str(QUICK_ROWS if quick else ROWS))
    size = path.stat().st_size
    return _measure(f"reading a Parquet file of {size / 1e6:,.0f} MB", place, quick, size)


def xml(folder: Path, quick: bool) -> Measure:
    """A census of children in need: 300 MB of XML."""
    place = folder / "xml"
    place.mkdir()
    path = place / "cin.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write("<Message><Children>\n")
        file.writelines(map(_child, range(QUICK_CHILDREN if quick else CHILDREN)))
        file.write("</Children></Message>\n")
    size = path.stat().st_size
    return _measure(f"reading a return in XML of {size / 1e6:,.0f} MB", place, quick, size)


def _measure(name: str, place: Path, quick: bool, size: int = 0) -> Measure:
    return Measure(
        name,
        lambda: python("-m", "benchmarks.reading", "read", place),
        lambda: python("-m", "benchmarks.reading", "scan", place),
        rounds=3 if quick else 5,
        size=size,
    )


def _episodes(rows: int, seed: int) -> pl.DataFrame:
    children = max(rows // 4, 1)
    frame = pl.DataFrame({"_": pl.int_range(rows, eager=True)})
    return frame.select(
        child=pl.lit("C") + (number(seed) % children).cast(pl.String).str.zfill(7),
        decom=day(seed + 1),
        **{name: one_of(words, seed + len(name)) for name, words in CODES.items()},
        dec=day(seed + 2),
        reason_place_change=pl.lit("CARPL"),
        home_post=pl.lit("RG4 ") + (number(seed + 3) % 9_000).cast(pl.String),
        pl_post=pl.lit("SL1 ") + (number(seed + 4) % 9_000).cast(pl.String),
    )


def _child(place: int) -> str:
    """A child of the census with two referrals and a plan: 1.2 KB."""
    day = f"-{place % 12 + 1:02}-{place % 28 + 1:02}"
    details = "".join(
        f"""  <CINdetails>
    <CINreferralDate>{year}{day}</CINreferralDate>
    <ReferralSource>{place % 9}A</ReferralSource>
    <PrimaryNeedCode>N{place % 8}</PrimaryNeedCode>
    <CINclosureDate>{year + 1}{day}</CINclosureDate>
    <ReasonForClosure>RC1</ReasonForClosure>
    <ReferralNFA>false</ReferralNFA>
    <Assessments>
      <AssessmentActualStartDate>{year}{day}</AssessmentActualStartDate>
    </Assessments>
  </CINdetails>
"""
        for year in (2015 + place % 3, 2019 + place % 5)
    )
    return f"""<Child>
  <ChildIdentifiers>
    <LAchildID>C{place:08}</LAchildID>
    <PersonBirthDate>2010{day}</PersonBirthDate>
    <Sex>F</Sex>
  </ChildIdentifiers>
  <ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>
{details}  <ChildProtectionPlans>
    <CPPstartDate>2020{day}</CPPstartDate>
    <InitialCategoryOfAbuse>PHY</InitialCategoryOfAbuse>
    <NumberOfPreviousCPP>{place % 3}</NumberOfPreviousCPP>
  </ChildProtectionPlans>
</Child>
"""


def _read(folder: Path) -> None:
    from kpitui.tables import read_folder

    (source, *_) = read_folder(folder).sources
    assert source.rows_read


def _scan(folder: Path) -> None:
    # Every cell is text, as in a file of a council none is sure to be anything else.
    for path in sorted(folder.iterdir()):
        if path.suffix == ".xml":
            with path.open("rb") as file:
                expat.ParserCreate().ParseFile(file)
            continue
        parquet = path.suffix == ".parquet"
        table = pl.scan_parquet(path) if parquet else pl.scan_csv(path, infer_schema=False)
        name = next(one for one in table.collect_schema() if one.lower() == "decom")
        month = pl.col(name).cast(pl.String).str.head(7)
        table.group_by(month).len().collect()


if __name__ == "__main__":
    what, path, *rows = sys.argv[1:]
    if rows:
        episodes = _episodes(int(rows[0]), 0)
        write = episodes.write_parquet if path.endswith(".parquet") else episodes.write_csv
        write(path)
    else:
        {"read": _read, "scan": _scan}[what](Path(path))
