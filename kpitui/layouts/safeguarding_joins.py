"""Join the tables of the Standard Safeguarding Dataset that together make one clean table.

An episode of care has its legal status, its placement and its home in tables of their own. What the
systems write differs: Eclipse gives an address that children share as the id of a placement, Mosaic
does not say whose a placement or a visit is, and SystemC writes legal statuses in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from kpitui.config_file.safeguarding_settings import SafeguardingSettings
from kpitui.model.clean_tables import LEGAL_STATUSES
from kpitui.model.issues import create_message
from kpitui.readers.date_forms import read_certain_dates
from kpitui.readers.raw_table import ReaderNote, UnreadableTable

PLACEMENTS_TITLE, LEGAL_STATUS_TITLE, ADDRESSES_TITLE, PLANS_TITLE = (
    "SSD ssd_cla_placement",
    "SSD ssd_legal_status",
    "SSD ssd_address",
    "SSD ssd_cp_plans",
)
PLACEMENT_COLUMNS = tuple(
    f"clap_cla_placement_{name}" for name in "type provider change_reason postcode urn distance".split()
)
_LEGAL_STATUS_WORDS = {
    "Interim care order Sec. 38(1)": "C1",
    "Care order Sec. 31(a)": "C2",
    "C.O. extended S40(5) CA": "C2",
    "Child freed for adoption": "D1",
    "Placement order (Sec. 21)": "E1",
    "Care order Sec. 31(a) & placement order (Sec. 21)": "E1",
    "Single placement acc. by LA S20(1) CA under 16": "V2",
    "Single placement acc. by LA S20(3) CA 16 & over": "V2",
    "Regular occ. acc. by LA S20(1) CA under 16": "V3",
    "Regular occ. acc. by LA S20(3) CA 16 & over": "V3",
    "Police protection power Sec. 38(1)": "L1",
    "Emergency protection order - LA": "L2",
    "Child assessment order Sec. 43(1)": "L3",
    "Remanded to LA accommodation S20": "J1",
    "P.A.C.E. interview (CYP)": "J2",
    "S.43 CJA 91 post-sent und 22": "J3",
}
_LEADING_STATUS = rf"(?i)^({'|'.join(LEGAL_STATUSES)})\b"
_MOST_HOMES = 0.5
"""With more homes than this at the placement, the addresses are the latest and not those before care."""
_LISTED_TYPES = 6
_MOST_ROWS_OF_CHILD = 100


def join_care_tables(
    episodes: pl.DataFrame, companions: Mapping[str, pl.DataFrame], settings: SafeguardingSettings
) -> tuple[pl.DataFrame, Sequence[ReaderNote]]:
    """Add to each episode its placement, legal status and home.

    Raise UnreadableTable without legal statuses: short breaks could not be told from care.
    """
    if LEGAL_STATUS_TITLE not in companions:
        raise UnreadableTable(create_message("ssd-without-legal-status"))
    started = read_certain_dates(episodes["clae_cla_episode_start_date"])
    entered = read_certain_dates(episodes["clae_entered_care_date"])
    rows = episodes.with_row_index("_row").with_columns(
        started.alias("_started"),
        entered.zip_with(entered.is_not_null(), started).alias("_entered"),
        _fold_id("clae_person_id").alias("_person"),
    )
    notes = []
    if PLACEMENTS_TITLE in companions:
        rows = _fill_columns(rows, _match_placements(rows, companions[PLACEMENTS_TITLE]), PLACEMENT_COLUMNS)
    else:
        notes.append(ReaderNote(None, create_message("ssd-without-placements")))
    statuses = _match_legal_statuses(rows, companions[LEGAL_STATUS_TITLE], settings)
    rows = _fill_columns(rows, statuses, ("lega_legal_status",))
    if ADDRESSES_TITLE in companions:
        notes += _report_home_types(companions[ADDRESSES_TITLE], settings)
        rows = _fill_columns(rows, _match_homes(rows, companions[ADDRESSES_TITLE], settings), _HOME_COLUMNS)
    else:
        notes.append(ReaderNote(None, create_message("ssd-without-addresses")))
    rows, home_notes = _drop_late_homes(rows)
    return rows.drop("_row", "_started", "_entered", "_person"), (*notes, *home_notes)


_HOME_COLUMNS = ("addr_address_postcode",)


def join_visited_children(
    visits: pl.DataFrame, companions: Mapping[str, pl.DataFrame], settings: SafeguardingSettings
) -> tuple[pl.DataFrame, Sequence[ReaderNote]]:
    """Add to each visit the child, where the plan alone says who it is.

    Raise UnreadableTable where no visit has a child, and there are no plans.
    """
    if visits["cppv_person_id"].null_count() < max(visits.height, 1):
        return visits, ()
    if PLANS_TITLE not in companions:
        raise UnreadableTable(create_message("ssd-visits-without-plans"))
    people = companions[PLANS_TITLE].select(_fold_id("cppl_cp_plan_id").alias("_plan"), "cppl_person_id")
    people = people.drop_nulls().unique("_plan", keep="last", maintain_order=True)
    rows = visits.with_columns(_fold_id("cppv_cp_plan_id").alias("_plan")).join(
        people, on="_plan", how="left", maintain_order="left"
    )
    return rows.with_columns(pl.col("cppl_person_id").alias("cppv_person_id")).drop("_plan", "cppl_person_id"), ()


def _fold_id(column_name: str) -> pl.Expr:
    """Return an id without what tells two spellings of it apart: capitals, and a point and zero.

    -1 and 0 are nobody's, and are missing.
    """
    folded_id = pl.col(column_name).cast(pl.String).str.to_lowercase().str.replace(r"^(-?\d+)\.0$", "$1")
    return pl.when(~folded_id.is_in(["-1", "0"])).then(folded_id)


def _limit_rows(companion: pl.DataFrame, *key_columns: str) -> pl.DataFrame:
    """Keep so many rows of each key as any child can have: more would multiply with every episode."""
    return companion.filter(pl.int_range(pl.len()).over(key_columns) < _MOST_ROWS_OF_CHILD)


def _add_dates(rows: pl.DataFrame, **date_columns: str) -> pl.DataFrame:
    """Add the days of some columns under new names."""
    return rows.with_columns(read_certain_dates(rows[source]).alias(name) for name, source in date_columns.items())


def _fill_columns(rows: pl.DataFrame, matches: pl.DataFrame, column_names: Sequence[str]) -> pl.DataFrame:
    """Fill columns of the rows from the last match of each, by its number."""
    last_matches = matches.unique("_row", keep="last", maintain_order=True).select("_row", *column_names)
    return rows.drop(column_names).join(last_matches, on="_row", how="left", maintain_order="left")


def _match_placements(rows: pl.DataFrame, placements: pl.DataFrame) -> pl.DataFrame:
    """Match episodes and placements by id, by person and by date, the best match of each last."""
    placements = _add_dates(
        placements, _from="clap_cla_placement_start_date", _until="clap_cla_placement_end_date"
    ).select(
        _fold_id("clap_cla_placement_id").alias("_placement"), _fold_id("clap_person_id").alias("_placed"),
        "_from", "_until", *PLACEMENT_COLUMNS,
    )  # fmt: skip
    covers_start = (pl.col("_from") <= pl.col("_started")) & (
        pl.col("_until").is_null() | (pl.col("_until") >= pl.col("_started"))
    )
    keys = rows.select("_row", "_started", "_person", _fold_id("clae_cla_placement_id").alias("_placement"))
    # Of Mosaic the id alone tells a placement. An address of Eclipse may be that of several children.
    unowned = _limit_rows(placements.filter(pl.col("_placed").is_null()), "_placement")
    owned = _limit_rows(placements.filter(pl.col("_placed").is_not_null()), "_placement", "_placed")
    matches = [
        keys.join(unowned, on="_placement").drop("_placed"),
        keys.join(owned, left_on=["_placement", "_person"], right_on=["_placement", "_placed"]),
    ]
    return (
        pl.concat(matches, how="diagonal")
        .with_columns(covers_start.fill_null(False).alias("_covers"))
        .filter(pl.col("_covers") | (pl.len().over("_row") == 1))
        .sort("_covers", "_from", maintain_order=True)
    )


def _match_legal_statuses(rows: pl.DataFrame, statuses: pl.DataFrame, settings: SafeguardingSettings) -> pl.DataFrame:
    """Match episodes and the legal statuses that hold on their first day, the latest with a code last."""
    statuses = (
        _add_dates(statuses, _from="lega_legal_status_start_date", _until="lega_legal_status_end_date")
        .with_columns(_fold_id("lega_person_id").alias("_person"), _code_legal_statuses(settings).alias("_code"))
        .select("_person", "_from", "_until", "_code", "lega_legal_status")
    )
    holds = (pl.col("_from") <= pl.col("_started")) & (
        pl.col("_until").is_null() | (pl.col("_until") > pl.col("_started"))
    )
    return (
        rows.select("_row", "_started", "_person")
        .join(_limit_rows(statuses, "_person"), on="_person")
        .filter(holds)
        # The table has statuses that are none of care, as a special guardianship order.
        .sort(pl.col("_code").is_not_null(), "_from", maintain_order=True)
        .with_columns(pl.coalesce("_code", "lega_legal_status").alias("lega_legal_status"))
    )


def _code_legal_statuses(settings: SafeguardingSettings) -> pl.Expr:
    """Return the code of a legal status: that of the config, one in front of words, or that of the words."""
    codes = {_fold_words(words): code for words, code in {**_LEGAL_STATUS_WORDS, **settings.legal_statuses}.items()}
    stated_codes = {_fold_words(words): code for words, code in settings.legal_statuses.items()}
    folded_words = pl.col("lega_legal_status").str.to_lowercase().str.replace_all(r"[^\p{L}\d]+", "")
    return pl.coalesce(
        folded_words.replace_strict(stated_codes, default=None, return_dtype=pl.String),
        pl.col("lega_legal_status").str.extract(_LEADING_STATUS).str.to_uppercase(),
        folded_words.replace_strict(codes, default=None, return_dtype=pl.String),
    )


def _fold_words(words: str) -> str:
    return re.sub(r"[\W_]+", "", words.lower())


def _match_homes(rows: pl.DataFrame, addresses: pl.DataFrame, settings: SafeguardingSettings) -> pl.DataFrame:
    """Match episodes and the homes that began before the child came into care, the latest last."""
    homes = _add_dates(addresses.filter(_is_home(settings)), _from="addr_address_start_date").select(
        _fold_id("addr_person_id").alias("_person"), "_from", *_HOME_COLUMNS
    )
    return (
        rows.select("_row", "_entered", "_person")
        .join(_limit_rows(homes.drop_nulls("addr_address_postcode"), "_person"), on="_person")
        .filter((pl.col("_from") < pl.col("_entered")).fill_null(True))
        .sort("_from", nulls_last=False, maintain_order=True)
    )


def _is_home(settings: SafeguardingSettings) -> pl.Expr:
    return pl.col("addr_address_type").str.to_lowercase().is_in(settings.home_types).fill_null(False)


def _report_home_types(addresses: pl.DataFrame, settings: SafeguardingSettings) -> Iterator[ReaderNote]:
    """Report that no address is a home by the types that are taken for one."""
    if addresses.height and not addresses.select(_is_home(settings).any()).item():
        types = addresses["addr_address_type"].drop_nulls().unique(maintain_order=True)[:_LISTED_TYPES]
        message = create_message("ssd-addresses-without-home", types=tuple(types), home_types=settings.home_types)
        yield ReaderNote(None, message)


def _drop_late_homes(rows: pl.DataFrame) -> tuple[pl.DataFrame, Sequence[ReaderNote]]:
    """Drop homes and distances where the home of most episodes is the placement itself."""
    home, placed = (
        pl.col(name).str.to_uppercase().str.replace_all(r"\s", "")
        for name in ("addr_address_postcode", "clap_cla_placement_postcode")
    )
    same_count, both_count = rows.select(
        same=(home == placed).sum(), both=(home.is_not_null() & placed.is_not_null()).sum()
    ).row(0)
    if not both_count or same_count <= both_count * _MOST_HOMES:
        return rows, ()
    lost_columns = (*_HOME_COLUMNS, "clap_cla_placement_distance")
    rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in lost_columns)
    message = create_message("ssd-home-is-placement", homes=f"{same_count:,}", episodes=f"{both_count:,}")
    return rows, (ReaderNote(None, message),)
