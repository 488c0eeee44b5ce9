"""A starter for a new council: a config with every choice explained, and a template for each table.

The templates stand beside the tables folder, not in it: a file without rows would read as data.
"""

from __future__ import annotations

from pathlib import Path

from kpitui.atomic_files import fill_new_folder
from kpitui.catalogue.parser import read_catalogue
from kpitui.model.catalogue import Indicator
from kpitui.model.clean_tables import CLEAN_TABLES

_STARTER_CONFIG = """\
# The council and where its tables are.

as_at = "today"                     # the date of the meeting: "today" or 2019-03-25
# history_from = "2015-16 Q1"       # the first period of the trends

[council]
name = "Our council"
la_code = "000"                     # the local authority's number, as in the schools table
region = ""                         # to compare with: "South East"

[tables]
folder = "tables"                   # drop your returns, extracts and clean tables here
# made_up = ["children"]            # tables that hold made-up data: marked wherever they are shown

# Tables from a database: PostgreSQL, SQL Server or SQLite.  No password stands here: set
# KPITUI_SQL_PASSWORD, or keep it in the keyring.
# [sql]
# url = "postgresql://host/database"
# ssd = true                        # it has the Standard Safeguarding Dataset: no query is needed
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

{targets}
# An indicator of your own, over a table of your own: tables/early_help.csv
# [indicators.early-help-in-time]
# title = "Early help assessments completed in 45 days"
# table = "early_help"
# date = "completed_date"
# counted = { days_taken = { at_most = 45 } }
# polarity = "high"
"""


_TARGETS_HEADING = """\
# Targets. Without one an indicator has no colour. A value that misses its target by no more than
# the tolerance, in percentage points, is amber. Take the # away from the three lines of each
# indicator that has a target. More about a target:
#   target_reason = "Council Plan 2019: ..."
#   targets = [{ from = "2019-20 Q1", value = 48, owner = "Assistant director" }]

"""

NEXT_STEPS = """\
Next:
1. In {config}, set the name and la_code of your council.
2. Put your returns and extracts into {tables} as they are. For a table that you have no
   return for, copy its file from {templates} there and fill it in.
3. Run: kpitui check --config {config}
4. Run: kpitui --config {config}
"""


def write_starter(folder: Path) -> list[Path]:
    """Write the starter into a new or empty folder, all of it or nothing; return its files.

    Raises FileExistsError if the folder has anything in it, so that nothing is overwritten, and
    OSError if it cannot be written.
    """
    # The tables will hold children's records, so only their owner may read them.
    with fill_new_folder(folder) as new_folder:
        new_folder.create_folder("tables")
        starter_files = [new_folder.write_file("config.toml", [build_starter_config().encode()])]
        for table_name, clean_table in CLEAN_TABLES.items():
            header = ",".join(clean_table.columns) + "\n"
            starter_files.append(new_folder.write_file(f"templates/{table_name}.csv", [header.encode()]))
    return starter_files


def build_starter_config() -> str:
    """Build the config of a new council, with a target to fill in for each indicator of the board."""
    indicators, _ = read_catalogue(None)
    targets = "\n".join(_draft_target(indicator) for indicator in indicators if not indicator.on_request)
    return _STARTER_CONFIG.replace("{targets}", f"{_TARGETS_HEADING}{targets}")


def format_next_steps(folder: Path) -> str:
    """Return what to do with a starter, with its paths."""
    return NEXT_STEPS.format(config=folder / "config.toml", tables=folder / "tables", templates=folder / "templates")


def _draft_target(indicator: Indicator) -> str:
    comparison = "at least" if indicator.polarity == "high" else "at most"
    return (
        f"# {indicator.code}: {indicator.title}\n"
        f"# [indicators.{indicator.id}]\n"
        f"# target = 0.0                      # {comparison} this many per cent\n"
        "# tolerance = 5.0\n"
    )
