"""A starter for a new council: a config with every choice explained, and empty clean tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kpitui.model.clean_tables import CLEAN_TABLES

STARTER_CONFIG = """\
# The council and where its tables are.

as_at = "today"                     # the date of the meeting: "today" or 2019-03-25
# history_from = "2015-16 Q1"       # the first period of the trends

[council]
name = "Our council"
la_code = "000"                     # the local authority's number, as in the schools table
region = ""                         # to compare with: "South East"

[tables]
folder = "tables"                   # a folder of clean tables, CSV or Parquet
# made_up = ["children"]            # tables that hold made-up data: marked wherever they are shown

# Tables from a database: PostgreSQL, SQL Server or SQLite.  No password stands here: set
# KPITUI_SQL_PASSWORD, or keep it in the keyring.
# [sql]
# url = "postgresql://host/database"
# [sql.tables]
# referrals = "SELECT person AS child, made AS referral_date FROM contacts"

# [views]
# "who left" = "VP7/cases"          # an address of the terminal program under a name

# [stale]
# care_episodes = 45                # days after which a table is late, and says so

# [board]
# show = ["EA1i", "VP7", "VP8"]     # which indicators, and in which order
# also = ["RC1", "RC2", "RC3"]      # besides them: Ofsted's report cards

# [profiles.scrutiny]               # what a briefing shows: kpitui report --profile scrutiny
# title = "Children's services performance"
# committee = "Overview and Scrutiny Committee"
# indicators = ["VP7", "VP8"]       # all of the board without it
# length = "summary"                # or "full", with a page for each theme

# A target makes a colour.  Within the tolerance of it, in points, a value is amber.
# [indicators.permanence]
# target = 45.0
# tolerance = 5.0
# target_reason = "Council Plan 2019: ..."
# targets = [{ from = "2019-20 Q1", value = 48, owner = "Assistant director" }]

# An indicator of your own, over a table of your own: tables/early_help.csv
# [indicators.early-help-in-time]
# title = "Early help assessments completed in 45 days"
# table = "early_help"
# date = "completed_date"
# counted = { days_taken = { at_most = 45 } }
# polarity = "high"
"""


def write_starter(folder: Path) -> Iterator[Path]:
    """Write the starter into a new or empty folder, and yield each file as it is written.

    Raises FileExistsError if the folder has anything in it, so that nothing is overwritten.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        # With a number (EEXIST) the error keeps its message and its path apart.
        raise FileExistsError(17, "is not empty: choose a new folder", str(folder))
    tables_folder = folder / "tables"
    tables_folder.mkdir(parents=True, mode=0o700)
    yield _write_private_file(folder / "config.toml", STARTER_CONFIG)
    for table_name, clean_table in CLEAN_TABLES.items():
        yield _write_private_file(tables_folder / f"{table_name}.csv", ",".join(clean_table.columns) + "\n")


def _write_private_file(path: Path, content: str) -> Path:
    """Write a file that only its owner can read, and return its path."""
    # The tables will hold children's records, so only their owner may read them.
    path.touch(mode=0o600)
    path.write_text(content, encoding="utf-8")
    return path
