"""The clean tables (contract, section 2) as data: columns, codes, keys and rules for rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import polars as pl


class ColumnType(Enum):
    """How the cells of a column are parsed."""

    TEXT = "text"
    ID = "id"
    CODE = "code"
    DATE = "date"
    NUMBER = "number"
    YES_NO = "Y or N"
    POSTCODE = "postcode"


# Every type that is not here is kept as text.
DTYPES: Mapping[ColumnType, pl.DataType] = {
    ColumnType.DATE: pl.Date(),
    ColumnType.NUMBER: pl.Float64(),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type, whether a file must have it, and the codes that its cells may hold."""

    name: str
    type: ColumnType
    required: bool
    codes: tuple[str, ...] = ()

    @property
    def dtype(self) -> pl.DataType:
        """Return the polars type of the parsed cells."""
        return DTYPES.get(self.type, pl.String())


@dataclass(frozen=True, slots=True)
class CleanTable:
    """The declaration of a clean table.

    A row without a cell in one of `mandatory_columns` is left out. Of rows with the same
    `key_columns` one stays. The dates in `event_columns` tell how recent a file is. `span_columns`
    are the start and the end of a row. `exclusive_subject` is the column of the subject whose spans
    must not overlap.
    """

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    needs: tuple[str, ...]
    events: tuple[str, ...] = ()
    span: tuple[str, str] | None = None
    one_at_a_time: str | None = None


GRADES = ("1", "2", "3", "4")
CARD = (
    "Exceptional",
    "Strong standard",
    "Expected standard",
    "Needs attention",
    "Urgent improvement",
    "Not applicable",
)
PHASES = ("Primary", "Secondary", "Special", "All-through", "Nursery", "Alternative provision")
# The SSDA903 codes of all years to 2026/27 (DfE, "Children looked after return: guide"). Codes that
# were withdrawn stay: the files of earlier years have them.
RNE = ("S", "L", "P", "T", "B", "U")
LEGAL_STATUS = tuple("C1 C2 D1 E1 V2 V3 V4 L1 L2 L3 J1 J2 J3".split())
PLACEMENT = tuple(
    (
        "A3 A4 A5 A6 H5 K1 K2 K3 P1 P2 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 "
        "U1 U2 U3 U4 U5 U6 Z1 Z11 Z12 Z13 Z14"
    ).split()
)
REASON_ENDED = tuple(
    (
        "X1 E11 E12 E13 E14 E15 E16 E17 E2 E3 E41 E43 E44 E45 E46 E47 E48 E4A E4B E5 E6 E7 E8 E9"
    ).split()
)
# The symbols of suppressed and missing figures in the Department for Education's tables.
SYMBOLS = ("c", "x", "z", "u", "k", "low", "-", ":")

_TYPES = {
    "": ColumnType.TEXT,
    "id": ColumnType.ID,
    "date": ColumnType.DATE,
    "number": ColumnType.NUMBER,
    "yn": ColumnType.YES_NO,
    "postcode": ColumnType.POSTCODE,
}
_CODES: Mapping[str, tuple[str, ...]] = {
    "grade": GRADES,
    "card": CARD,
    "phase": PHASES,
    "kind": ("graded", "ungraded", "report card"),
    # Safeguarding is not graded on the scale of a report card: it is met or not met.
    "met": ("Met", "Not met"),
    "rne": RNE,
    "ls": LEGAL_STATUS,
    "place": PLACEMENT,
    "rec": REASON_ENDED,
    "symbol": SYMBOLS,
    "basis": ("exact", "close", "not like-for-like"),
    "note": ("reason", "action", "question", "answer"),
    "setting": ("Home", "School", "Other"),
}


def _table(
    name: str,
    required: str,
    optional: str = "",
    *,
    key: str,
    needs: str = "",
    events: str = "",
    span: tuple[str, str] | None = None,
    one_at_a_time: str | None = None,
) -> CleanTable:
    """Declare a table by its columns in order, each written `name` or `name:type`.

    The mandatory columns are those of the key, unless given.
    """
    columns = [_column(word, True) for word in required.split()]
    columns += [_column(word, False) for word in optional.split()]
    return CleanTable(
        name=name,
        columns={column.name: column for column in columns},
        key=tuple(key.split()),
        needs=tuple((needs or key).split()),
        events=tuple(events.split()),
        span=span,
        one_at_a_time=one_at_a_time,
    )


def _column(word: str, required: bool) -> Column:
    """Parse a declaration `name` or `name:type`; the type may be a list of known codes."""
    name, _, kind = word.partition(":")
    if kind in _CODES:
        return Column(name, ColumnType.CODE, required, _CODES[kind])
    return Column(name, _TYPES[kind], required)


TABLES: Mapping[str, CleanTable] = {
    table.name: table
    for table in (
        _table(
            # An open_date may be empty: open from the start. docs/columns.toml says what each
            # column means.
            "schools",
            "urn:id name phase:phase la_code:id open_date:date",
            "close_date:date type predecessor_urn:id pupils:number postcode:postcode",
            key="urn",
            span=("open_date", "close_date"),
        ),
        # A school may have taken over from several schools. `predecessor_urn` in `schools` can hold
        # only one of them.
        _table(
            "school_links",
            "urn:id predecessor_urn:id",
            "link_date:date",
            key="urn predecessor_urn",
        ),
        _table(
            "school_inspections",
            "urn:id inspection_date:date kind:kind",
            "publication_date:date overall:grade outcome inclusion:card "
            "curriculum_and_teaching:card achievement:card attendance_and_behaviour:card "
            "personal_development_and_wellbeing:card leadership_and_governance:card "
            "early_years:card post_16:card safeguarding:met category_of_concern",
            key="urn inspection_date",
            events="inspection_date",
            span=("inspection_date", "publication_date"),
        ),
        _table(
            "early_years_settings",
            "urn:id name type early_years_register:yn la_code:id registered_date:date",
            "closed_date:date places:number postcode:postcode",
            key="urn",
            needs="urn registered_date",
            events="registered_date closed_date",
            span=("registered_date", "closed_date"),
        ),
        _table(
            "early_years_inspections",
            "urn:id inspection_date:date",
            "publication_date:date overall:grade outcome inclusion:card "
            "curriculum_and_teaching:card achievement:card behaviour_attitudes_and_routines:card "
            "welfare_and_wellbeing:card leadership_and_governance:card safeguarding:met",
            key="urn inspection_date",
            events="inspection_date",
            span=("inspection_date", "publication_date"),
        ),
        # `uasc_until` says from which day a child was no longer an unaccompanied asylum-seeker.
        _table("children", "child:id dob:date", "sex ethnic uasc_until:date", key="child"),
        _table(
            "care_episodes",
            "child:id decom:date rne:rne ls:ls place:place dec:date rec:rec",
            "cin place_provider reason_place_change home_post:postcode pl_post:postcode urn:id "
            "distance_miles:number",
            key="child decom rne",
            needs="child decom",
            events="decom dec",
            span=("decom", "dec"),
            one_at_a_time="child",
        ),
        _table("uasc", "child:id", "duc:date", key="child"),
        _table("postcodes", "postcode:postcode easting:number northing:number", key="postcode"),
        _table(
            "referrals",
            "child:id referral_date:date",
            "source nfa:yn",
            key="child referral_date",
            events="referral_date",
        ),
        _table(
            "protection_plans",
            "child:id start_date:date",
            "end_date:date category previous_plans:number other_authority:yn visit_interval:number",
            key="child start_date",
            events="start_date end_date",
            span=("start_date", "end_date"),
            one_at_a_time="child",
        ),
        # Two visits on one day may differ in whether they count: only identical ones are
        # duplicates.
        _table(
            "protection_visits",
            "child:id visit_date:date seen:yn",
            "setting:setting",
            key="child visit_date seen setting",
            needs="child visit_date",
            events="visit_date",
        ),
        _table(
            "social_workers",
            "worker:id start_date:date",
            "end_date:date leaving_reason voluntary:yn registered:yn agency:yn fte:number",
            key="worker start_date",
            events="start_date end_date",
            span=("start_date", "end_date"),
        ),
        _table(
            "published_series",
            "area indicator period",
            "numerator:number denominator:number value:number symbol:symbol source "
            "published_date:date basis:basis",
            key="area indicator period",
        ),
        _table(
            "statistical_neighbours",
            "la_code:id neighbour",
            "rank:number model",
            key="la_code neighbour model",
            needs="la_code neighbour",
        ),
        _table(
            "commentary",
            "indicator period text",
            "author written_date:date kind:note due_date:date owner closed_date:date",
            key="indicator period kind text",
            needs="indicator period text",
        ),
    )
}

# Names of columns that later steps compute. A column of that name in a file is kept under another
# name, as `grade_in_file`.
RESERVED = frozenset(
    "counted left_out_because numerator denominator distance unaccompanied age_at_end grade "
    "ungraded graded_under last_inspection previous_referral within_12_months earlier_end "
    "earlier_start ended_within_24_months started_within_24_months clock_start next_visit "
    "visit_due outcome up_to_date case_date case_from case_until line".split()
)


def empty_frame(name: str) -> pl.LazyFrame:
    """Build a clean table without rows, with the types of its columns."""
    return pl.LazyFrame(
        schema={column.name: column.dtype for column in TABLES[name].columns.values()}
    )
