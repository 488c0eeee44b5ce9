"""The clean tables (contract, section 2) as data: columns, codes, keys and rules for rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class ColumnType(Enum):
    """How the cells of a column are parsed."""

    TEXT = "text"
    ID = "id"
    CODE = "code"
    DATE = "date"
    NUMBER = "number"
    YES_NO = "Y or N"
    POSTCODE = "postcode"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its type, whether a file must have it, and the codes that its cells may hold."""

    name: str
    column_type: ColumnType
    required: bool
    known_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CleanTable:
    """The declaration of a clean table.

    A row without a cell in one of `mandatory_columns` is left out. Of rows with the same
    `key_columns` one stays. The dates in `event_columns` tell how recent a file is. `span_columns`
    are the start and the end of a row. `exclusive_subject` is the column of the subject whose spans
    must not overlap.
    """

    name: str
    columns: Mapping[str, TableColumn]
    key_columns: tuple[str, ...]
    mandatory_columns: tuple[str, ...]
    event_columns: tuple[str, ...] = ()
    span_columns: tuple[str, str] | None = None
    exclusive_subject: str | None = None


OFSTED_GRADES = ("1", "2", "3", "4")
REPORT_CARD_GRADES = (
    "Exceptional",
    "Strong standard",
    "Expected standard",
    "Needs attention",
    "Urgent improvement",
    "Not applicable",
)
SCHOOL_PHASES = ("Primary", "Secondary", "Special", "All-through", "Nursery", "Alternative provision")
# The SSDA903 codes of all years to 2026/27 (DfE, "Children looked after return: guide"). Codes that
# were withdrawn stay: the files of earlier years have them.
NEW_EPISODE_REASONS = ("S", "L", "P", "T", "B", "U")
LEGAL_STATUSES = tuple("C1 C2 D1 E1 V2 V3 V4 L1 L2 L3 J1 J2 J3".split())
PLACEMENT_TYPES = tuple(
    ("A3 A4 A5 A6 H5 K1 K2 K3 P1 P2 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6 Z1 Z11 Z12 Z13 Z14").split()
)
EPISODE_END_REASONS = tuple(
    ("X1 E11 E12 E13 E14 E15 E16 E17 E2 E3 E41 E43 E44 E45 E46 E47 E48 E4A E4B E5 E6 E7 E8 E9").split()
)
# The symbols of suppressed and missing figures in the Department for Education's tables.
DFE_SYMBOLS = ("c", "x", "z", "u", "k", "low", "-", ":")

_COLUMN_TYPES = {
    "": ColumnType.TEXT,
    "id": ColumnType.ID,
    "date": ColumnType.DATE,
    "number": ColumnType.NUMBER,
    "yn": ColumnType.YES_NO,
    "postcode": ColumnType.POSTCODE,
}
_KNOWN_CODES: Mapping[str, tuple[str, ...]] = {
    "grade": OFSTED_GRADES,
    "card": REPORT_CARD_GRADES,
    "phase": SCHOOL_PHASES,
    "kind": ("graded", "ungraded", "report card"),
    # Safeguarding is not graded on the scale of a report card: it is met or not met.
    "met": ("Met", "Not met"),
    "rne": NEW_EPISODE_REASONS,
    "ls": LEGAL_STATUSES,
    "place": PLACEMENT_TYPES,
    "rec": EPISODE_END_REASONS,
    "symbol": DFE_SYMBOLS,
    "basis": ("exact", "close", "not like-for-like"),
    "note": ("reason", "action", "question", "answer"),
    "setting": ("Home", "School", "Other"),
}


def _declare_table(
    table_name: str,
    required_columns: str,
    optional_columns: str = "",
    *,
    key_columns: str,
    mandatory_columns: str = "",
    event_columns: str = "",
    span_columns: tuple[str, str] | None = None,
    exclusive_subject: str | None = None,
) -> CleanTable:
    """Declare a table by its columns in order, each written `name` or `name:type`.

    The mandatory columns are those of the key, unless given.
    """
    columns = [_parse_column(declaration, True) for declaration in required_columns.split()]
    columns += [_parse_column(declaration, False) for declaration in optional_columns.split()]
    return CleanTable(
        name=table_name,
        columns={column.name: column for column in columns},
        key_columns=tuple(key_columns.split()),
        mandatory_columns=tuple((mandatory_columns or key_columns).split()),
        event_columns=tuple(event_columns.split()),
        span_columns=span_columns,
        exclusive_subject=exclusive_subject,
    )


def _parse_column(declaration: str, required: bool) -> TableColumn:
    """Parse a declaration `name` or `name:type`; the type may be a list of known codes."""
    column_name, _, type_name = declaration.partition(":")
    if type_name in _KNOWN_CODES:
        return TableColumn(column_name, ColumnType.CODE, required, _KNOWN_CODES[type_name])
    return TableColumn(column_name, _COLUMN_TYPES[type_name], required)


CLEAN_TABLES: Mapping[str, CleanTable] = {
    table.name: table
    for table in (
        _declare_table(
            # An open_date may be empty: open from the start. docs/columns.toml says what each
            # column means.
            "schools",
            "urn:id name phase:phase la_code:id open_date:date",
            "close_date:date type predecessor_urn:id pupils:number postcode:postcode",
            key_columns="urn",
            span_columns=("open_date", "close_date"),
        ),
        # A school may have taken over from several schools. `predecessor_urn` in `schools` can hold
        # only one of them.
        _declare_table(
            "school_links", "urn:id predecessor_urn:id", "link_date:date", key_columns="urn predecessor_urn"
        ),
        _declare_table(
            "school_inspections",
            "urn:id inspection_date:date kind:kind",
            "publication_date:date overall:grade outcome inclusion:card "
            "curriculum_and_teaching:card achievement:card attendance_and_behaviour:card "
            "personal_development_and_wellbeing:card leadership_and_governance:card "
            "early_years:card post_16:card safeguarding:met category_of_concern",
            key_columns="urn inspection_date",
            event_columns="inspection_date",
            span_columns=("inspection_date", "publication_date"),
        ),
        _declare_table(
            "early_years_settings",
            "urn:id name type early_years_register:yn la_code:id registered_date:date",
            "closed_date:date places:number postcode:postcode",
            key_columns="urn",
            mandatory_columns="urn registered_date",
            event_columns="registered_date closed_date",
            span_columns=("registered_date", "closed_date"),
        ),
        _declare_table(
            "early_years_inspections",
            "urn:id inspection_date:date",
            "publication_date:date overall:grade outcome inclusion:card "
            "curriculum_and_teaching:card achievement:card behaviour_attitudes_and_routines:card "
            "welfare_and_wellbeing:card leadership_and_governance:card safeguarding:met",
            key_columns="urn inspection_date",
            event_columns="inspection_date",
            span_columns=("inspection_date", "publication_date"),
        ),
        # `uasc_until` says from which day a child was no longer an unaccompanied asylum-seeker.
        _declare_table("children", "child:id dob:date", "sex ethnic uasc_until:date", key_columns="child"),
        _declare_table(
            "care_episodes",
            "child:id decom:date rne:rne ls:ls place:place dec:date rec:rec",
            "cin place_provider reason_place_change home_post:postcode pl_post:postcode urn:id distance_miles:number",
            key_columns="child decom rne",
            mandatory_columns="child decom",
            event_columns="decom dec",
            span_columns=("decom", "dec"),
            exclusive_subject="child",
        ),
        _declare_table("uasc", "child:id", "duc:date", key_columns="child"),
        _declare_table("postcodes", "postcode:postcode easting:number northing:number", key_columns="postcode"),
        _declare_table(
            "referrals",
            "child:id referral_date:date",
            "source nfa:yn",
            key_columns="child referral_date",
            event_columns="referral_date",
        ),
        _declare_table(
            "protection_plans",
            "child:id start_date:date",
            "end_date:date category previous_plans:number other_authority:yn visit_interval:number",
            key_columns="child start_date",
            event_columns="start_date end_date",
            span_columns=("start_date", "end_date"),
            exclusive_subject="child",
        ),
        # Two visits on one day may differ in whether they count: only identical ones are
        # duplicates.
        _declare_table(
            "protection_visits",
            "child:id visit_date:date seen:yn",
            "setting:setting",
            key_columns="child visit_date seen setting",
            mandatory_columns="child visit_date",
            event_columns="visit_date",
        ),
        _declare_table(
            "social_workers",
            "worker:id start_date:date",
            "end_date:date leaving_reason voluntary:yn registered:yn agency:yn fte:number",
            key_columns="worker start_date",
            event_columns="start_date end_date",
            span_columns=("start_date", "end_date"),
        ),
        _declare_table(
            "published_series",
            "area indicator period",
            "numerator:number denominator:number value:number symbol:symbol source published_date:date basis:basis",
            key_columns="area indicator period",
        ),
        _declare_table(
            "statistical_neighbours",
            "la_code:id neighbour",
            "rank:number model",
            key_columns="la_code neighbour model",
            mandatory_columns="la_code neighbour",
        ),
        _declare_table(
            "commentary",
            "indicator period text",
            "author written_date:date kind:note due_date:date owner closed_date:date",
            key_columns="indicator period kind text",
            mandatory_columns="indicator period text",
        ),
    )
}

# Names of columns that later steps compute. A column of that name in a file is kept under another
# name, as `grade_in_file`.
RESERVED_COLUMNS = frozenset(
    "counted left_out_because numerator denominator distance unaccompanied age_at_end grade "
    "ungraded graded_under last_inspection previous_referral within_12_months earlier_end "
    "earlier_start ended_within_24_months started_within_24_months clock_start next_visit "
    "visit_due outcome up_to_date case_date case_from case_until line".split()
)
