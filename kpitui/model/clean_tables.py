"""The clean tables (contract, section 2) as data: one declaration holds all that is known of each.

docs/columns.toml says what each column means.
"""

from __future__ import annotations

from collections.abc import Mapping

from kpitui.model.table_schema import (
    CleanTable,
    ColumnType,
    EventTemplate,
    KnowledgeDates,
    NumberRange,
    SubjectType,
    TableColumn,
)

# Schools and settings are public, and so are numbers of staff (docs/public.md). Nothing is public of
# a subject that is not known, as in the council's own tables.
UNKNOWN_SUBJECT = SubjectType()
PROVIDER = SubjectType("urn", has_public_counts=True, has_public_rows=True)
CHILD = SubjectType("child")
WORKER = SubjectType("worker", has_public_counts=True)
NO_SUBJECT = SubjectType(has_public_counts=True, has_public_rows=True)

OFSTED_GRADES = ("1", "2", "3", "4")
REPORT_CARD_GRADES = (
    "Exceptional",
    "Strong standard",
    "Expected standard",
    "Needs attention",
    "Urgent improvement",
    "Not applicable",
)
# Safeguarding is not graded on the scale of a report card: it is met or not met.
SAFEGUARDING_OUTCOMES = ("Met", "Not met")
INSPECTION_KINDS = ("graded", "ungraded", "report card")
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
# How a child took part in a review of care (SSDA903, REVIEW_CODE).
PARTICIPATION_CODES = tuple("PN0 PN1 PN2 PN3 PN4 PN5 PN6 PN7".split())
CLOSURE_REASONS = tuple("RC1 RC2 RC3 RC4 RC5 RC6 RC7 RC8 RC9".split())
HEALTH_KINDS = ("assessment", "initial", "dental", "immunisations")
# Care leavers (SSDA903, OC3): whether in touch, what they do and where they live.
TOUCH_CODES = tuple("YES NO DIED REFU NREQ RHOM".split())
ACTIVITY_CODES = tuple("F1 P1 F2 P2 F3 P3 F4 P4 F5 P5 G4 G5 G6 0".split())
ACCOMMODATION_CODES = (*(f"{letter}{suitable}" for letter in "BCDEGHKRTUVWYZ" for suitable in "12"), *("S2", "X2", "0"))
AREA_COLUMN = "la_code"
"""The column that names the council of a row, by its three digits. It may be in any table."""
LATEST_ALONE_COLUMN = "_latest_alone"
"""The column of inspections that all come from files of the latest ones."""
UNREAD_SUFFIX = "_as_written"
"""The ending of a column that holds the cells of another that could not be read."""
# The symbols of suppressed and missing figures in the Department for Education's tables.
DFE_SYMBOLS = ("c", "x", "z", "u", "k", "low", "-", ":", "..", ".", "~")

_COLUMN_TYPES = {
    "": ColumnType.TEXT,
    "id": ColumnType.ID,
    "date": ColumnType.DATE,
    "number": ColumnType.NUMBER,
    "amount": ColumnType.AMOUNT,
    "yn": ColumnType.YES_NO,
    "postcode": ColumnType.POSTCODE,
}
# A number outside is a slip: one such cell must not decide a figure, or end a command.
_NUMBER_RANGES: Mapping[str, NumberRange] = {
    "people": (0, 100_000),  # pupils of a school, places of a setting, plans of a child
    "miles": (0, 1_000),  # Land's End is 603 from John o' Groats
    "metres": (0, 1_300_000),  # the national grid
    "days": (0, 366),  # between visits
    "fte": (0, 2),
    "year": (1990, 2100),
    "score": (0, 40),  # of the strengths and difficulties questionnaire
}
_KNOWN_CODES: Mapping[str, tuple[str, ...]] = {
    "grade": OFSTED_GRADES,
    "card": REPORT_CARD_GRADES,
    "phase": SCHOOL_PHASES,
    "kind": INSPECTION_KINDS,
    "met": SAFEGUARDING_OUTCOMES,
    "rne": NEW_EPISODE_REASONS,
    "ls": LEGAL_STATUSES,
    "place": PLACEMENT_TYPES,
    "rec": EPISODE_END_REASONS,
    "symbol": DFE_SYMBOLS,
    "basis": ("exact", "close", "not like-for-like"),
    "note": ("reason", "action", "question", "answer", "decision"),
    "setting": ("Home", "School", "Other"),
    "participation": PARTICIPATION_CODES,
    "closure": CLOSURE_REASONS,
    "health": HEALTH_KINDS,
    "touch": TOUCH_CODES,
    "activity": ACTIVITY_CODES,
    "accommodation": ACCOMMODATION_CODES,
    "absence": ("M", "A"),
}


def _parse_columns(required_columns: str, optional_columns: str = "") -> Mapping[str, TableColumn]:
    """Parse columns in order, each written `name`, `name:type`, `name:codes` or `name:range`.

    A question mark at the end marks a required column whose cells may be empty.
    """
    columns = [_parse_column(declaration, True) for declaration in required_columns.split()]
    columns += [_parse_column(declaration, False) for declaration in optional_columns.split()]
    return {column.name: column for column in columns}


def _parse_column(declaration: str, required: bool) -> TableColumn:
    column_name, _, type_name = declaration.rstrip("?").partition(":")
    return TableColumn(
        column_name,
        _find_column_type(type_name),
        required,
        _KNOWN_CODES.get(type_name, ()),
        may_be_empty=declaration.endswith("?"),
        usual_range=_NUMBER_RANGES.get(type_name),
    )


def _find_column_type(type_name: str) -> ColumnType:
    if type_name in _NUMBER_RANGES:
        return ColumnType.NUMBER
    return ColumnType.CODE if type_name in _KNOWN_CODES else _COLUMN_TYPES[type_name]


_TABLE_DECLARATIONS = (
    CleanTable(
        "schools",
        # An open_date may be empty: open from the start.
        _parse_columns(
            "urn:id name? phase:phase la_code:id open_date:date?",
            "close_date:date type predecessor_urn:id pupils:people postcode:postcode",
        ),
        key_columns=("urn",),
        mandatory_columns=("urn",),
        subject=PROVIDER,
        subject_noun="school",
        knowledge_dates=KnowledgeDates(("open_date",), (("close_date", ()),)),
        timeline_events=(EventTemplate("open_date", "opened"), EventTemplate("close_date", "closed")),
        span_columns=("open_date", "close_date"),
        is_snapshot=True,
        covers_many_areas=True,
    ),
    # A school may have taken over from several schools. `predecessor_urn` in `schools` can hold
    # only one of them.
    CleanTable(
        "school_links",
        _parse_columns("urn:id predecessor_urn:id", "link_date:date"),
        key_columns=("urn", "predecessor_urn"),
        mandatory_columns=("urn", "predecessor_urn"),
        subject=PROVIDER,
        knowledge_dates=KnowledgeDates(("link_date",)),
        timeline_events=(EventTemplate("link_date", "took over", (("predecessor_urn", "from"),)),),
    ),
    CleanTable(
        "school_inspections",
        _parse_columns(
            "urn:id inspection_date:date kind:kind",
            "publication_date:date overall:grade outcome inclusion:card "
            "curriculum_and_teaching:card achievement:card attendance_and_behaviour:card "
            "personal_development_and_wellbeing:card leadership_and_governance:card "
            "early_years:card post_16:card safeguarding:met category_of_concern",
        ),
        key_columns=("urn", "inspection_date"),
        mandatory_columns=("urn", "inspection_date"),
        subject=PROVIDER,
        knowledge_dates=KnowledgeDates(("inspection_date", "publication_date")),
        timeline_events=(
            EventTemplate("inspection_date", "inspected", (("kind", ""), ("overall", "grade"), ("outcome", ""))),
        ),
        event_columns=("inspection_date",),
        span_columns=("inspection_date", "publication_date"),
    ),
    CleanTable(
        "early_years_settings",
        _parse_columns(
            "urn:id name? type? early_years_register:yn la_code:id registered_date:date",
            "closed_date:date places:people postcode:postcode",
        ),
        key_columns=("urn",),
        mandatory_columns=("urn", "registered_date"),
        subject=PROVIDER,
        subject_noun="setting",
        knowledge_dates=KnowledgeDates(("registered_date",), (("closed_date", ()),)),
        timeline_events=(EventTemplate("registered_date", "registered"), EventTemplate("closed_date", "closed")),
        event_columns=("registered_date", "closed_date"),
        span_columns=("registered_date", "closed_date"),
        is_snapshot=True,
        covers_many_areas=True,
    ),
    CleanTable(
        "early_years_inspections",
        _parse_columns(
            "urn:id inspection_date:date",
            "publication_date:date overall:grade outcome inclusion:card "
            "curriculum_and_teaching:card achievement:card behaviour_attitudes_and_routines:card "
            "welfare_and_wellbeing:card leadership_and_governance:card safeguarding:met",
        ),
        key_columns=("urn", "inspection_date"),
        mandatory_columns=("urn", "inspection_date"),
        subject=PROVIDER,
        knowledge_dates=KnowledgeDates(("inspection_date", "publication_date")),
        timeline_events=(EventTemplate("inspection_date", "inspected", (("overall", "grade"), ("outcome", ""))),),
        event_columns=("inspection_date",),
        span_columns=("inspection_date", "publication_date"),
    ),
    CleanTable(
        "children",
        # `uasc_until` says from which day a child was no longer an unaccompanied asylum-seeker. A
        # missing one means that the child never was.
        _parse_columns("child:id dob:date", "sex ethnic uasc_until:date"),
        key_columns=("child",),
        mandatory_columns=("child",),
        subject=CHILD,
        subject_noun="child",
        knowledge_dates=KnowledgeDates(open_ended_columns=("uasc_until",)),
        timeline_events=(EventTemplate("dob", "born", is_birth=True),),
        is_snapshot=True,
    ),
    CleanTable(
        "care_episodes",
        _parse_columns(
            "child:id decom:date rne:rne ls:ls place:place dec:date? rec:rec?",
            "cin place_provider reason_place_change home_post:postcode pl_post:postcode urn:id distance_miles:miles",
        ),
        key_columns=("child", "decom", "rne"),
        mandatory_columns=("child", "decom"),
        subject=CHILD,
        # REC is a code for how the episode ended, so it must not outlive the end it belongs to.
        knowledge_dates=KnowledgeDates(("decom",), (("dec", ("rec", "reason_place_change")),)),
        timeline_events=(
            EventTemplate(
                "decom", "care episode", (("rne", ""), ("ls", ""), ("place", ""), ("rec", "ended:")), end_column="dec"
            ),
        ),
        event_columns=("decom", "dec"),
        span_columns=("decom", "dec"),
        spans_exclude_each_other=True,
        end_detail_column="rec",
        repeats_open_spells=True,
    ),
    CleanTable(
        "uasc",
        _parse_columns("child:id", "duc:date"),
        key_columns=("child",),
        mandatory_columns=("child",),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(end_columns=(("duc", ()),)),
        timeline_events=(EventTemplate("duc", "no longer unaccompanied"),),
        is_snapshot=True,
    ),
    CleanTable(
        "postcodes",
        _parse_columns("postcode:postcode easting:metres? northing:metres?"),
        key_columns=("postcode",),
        mandatory_columns=("postcode",),
        subject=NO_SUBJECT,
    ),
    CleanTable(
        "referrals",
        _parse_columns("child:id referral_date:date", "source nfa:yn earlier_referrals:people"),
        key_columns=("child", "referral_date"),
        mandatory_columns=("child", "referral_date"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(("referral_date",)),
        timeline_events=(EventTemplate("referral_date", "referred", (("source", "by"), ("nfa", "no further action"))),),
        event_columns=("referral_date",),
        unanimous_column="nfa",
        deciding_columns=("nfa",),
    ),
    CleanTable(
        "assessments",
        _parse_columns("child:id start_date:date", "end_date:date referral_date:date child_seen:yn outcome team"),
        key_columns=("child", "start_date"),
        mandatory_columns=("child", "start_date"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(("start_date",), (("end_date", ("outcome",)),)),
        timeline_events=(EventTemplate("start_date", "assessment", (("outcome", ""),), end_column="end_date"),),
        event_columns=("start_date", "end_date"),
        span_columns=("start_date", "end_date"),
    ),
    # A conference without an enquiry of its own has no start_date.
    CleanTable(
        "enquiries",
        _parse_columns(
            "child:id start_date:date?",
            "conference_date:date conference_target:date conference_not_required:yn transfer_in:yn team",
        ),
        key_columns=("child", "start_date", "conference_date"),
        mandatory_columns=("child",),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(("start_date",), (("conference_date", ()),)),
        timeline_events=(
            EventTemplate("start_date", "section 47 enquiry"),
            EventTemplate("conference_date", "initial conference"),
        ),
        event_columns=("start_date", "conference_date"),
        span_columns=("start_date", "conference_date"),
    ),
    CleanTable(
        "need_episodes",
        _parse_columns("child:id referral_date:date", "closure_date:date closure_reason:closure nfa:yn primary_need"),
        key_columns=("child", "referral_date"),
        mandatory_columns=("child", "referral_date"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(("referral_date",), (("closure_date", ("closure_reason",)),)),
        timeline_events=(
            EventTemplate(
                "referral_date",
                "in need",
                (("primary_need", ""), ("closure_reason", "closed as")),
                end_column="closure_date",
            ),
        ),
        event_columns=("referral_date", "closure_date"),
        span_columns=("referral_date", "closure_date"),
    ),
    CleanTable(
        "protection_plans",
        _parse_columns(
            "child:id start_date:date",
            "end_date:date category previous_plans:people other_authority:yn visit_interval:days",
        ),
        key_columns=("child", "start_date"),
        mandatory_columns=("child", "start_date"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(("start_date",), (("end_date", ()),)),
        timeline_events=(EventTemplate("start_date", "protection plan", (("category", ""),), end_column="end_date"),),
        event_columns=("start_date", "end_date"),
        span_columns=("start_date", "end_date"),
        spans_exclude_each_other=True,
        deciding_columns=("other_authority",),
    ),
    CleanTable(
        "protection_visits",
        _parse_columns("child:id visit_date:date seen:yn", "setting:setting"),
        # Two visits on one day may differ in whether they count: only identical ones are duplicates.
        key_columns=("child", "visit_date", "seen", "setting"),
        mandatory_columns=("child", "visit_date"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(("visit_date",)),
        timeline_events=(EventTemplate("visit_date", "visit", (("seen", "seen"), ("setting", "at"))),),
        event_columns=("visit_date",),
        deciding_columns=("setting",),
    ),
    CleanTable(
        "protection_reviews",
        _parse_columns("child:id review_date:date", "plan_start:date"),
        key_columns=("child", "review_date"),
        mandatory_columns=("child", "review_date"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(("review_date",)),
        timeline_events=(EventTemplate("review_date", "review of the plan"),),
        event_columns=("review_date",),
    ),
    CleanTable(
        "care_reviews",
        _parse_columns("child:id review_date:date", "participation:participation due_date:date cancelled:yn"),
        key_columns=("child", "review_date"),
        mandatory_columns=("child", "review_date"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(("review_date",)),
        timeline_events=(
            EventTemplate("review_date", "review of care", (("participation", ""), ("cancelled", "cancelled"))),
        ),
        event_columns=("review_date",),
    ),
    CleanTable(
        "care_visits",
        _parse_columns("child:id visit_date:date seen:yn", "seen_alone:yn"),
        key_columns=("child", "visit_date", "seen"),
        mandatory_columns=("child", "visit_date"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(("visit_date",)),
        timeline_events=(EventTemplate("visit_date", "visit in care", (("seen", "seen"), ("seen_alone", "alone"))),),
        event_columns=("visit_date",),
    ),
    CleanTable(
        "health",
        _parse_columns("child:id kind:health date:date", "status"),
        key_columns=("child", "kind", "date"),
        mandatory_columns=("child", "kind", "date"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(("date",)),
        timeline_events=(EventTemplate("date", "health", (("kind", ""), ("status", ""))),),
        event_columns=("date",),
    ),
    # What the return says of a year is known at its end, on which its cases are dated.
    CleanTable(
        "care_year",
        _parse_columns(
            "child:id year:year",
            "sdq_score:score sdq_reason convicted:yn health_check:yn immunisations:yn teeth_check:yn "
            "health_assessment:yn substance_misuse:yn intervention_received:yn intervention_offered:yn",
        ),
        key_columns=("child", "year"),
        mandatory_columns=("child", "year"),
        subject=CHILD,
    ),
    CleanTable(
        "missing",
        _parse_columns(
            "child:id start:date",
            "end:date kind:absence interview_offered:yn interview_accepted:yn interview_date:date",
        ),
        key_columns=("child", "start"),
        mandatory_columns=("child", "start"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(
            ("start",), (("end", ("interview_offered", "interview_accepted")), ("interview_date", ()))
        ),
        timeline_events=(EventTemplate("start", "missing", (("kind", ""),), end_column="end"),),
        event_columns=("start", "end"),
        span_columns=("start", "end"),
        deciding_columns=("kind",),
    ),
    CleanTable(
        "worker_episodes",
        _parse_columns("child:id worker:id start:date", "end:date reason"),
        key_columns=("child", "worker", "start"),
        mandatory_columns=("child", "worker", "start"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(("start",), (("end", ("reason",)),)),
        timeline_events=(EventTemplate("start", "social worker", (("worker", ""),), end_column="end"),),
        event_columns=("start", "end"),
        span_columns=("start", "end"),
    ),
    CleanTable(
        "adoptions",
        _parse_columns(
            "child:id decision_date:date",
            "matched_date:date foster_carer:yn order_date:date placed_date:date reversed_date:date",
        ),
        key_columns=("child",),
        mandatory_columns=("child", "decision_date"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(
            ("decision_date",),
            tuple((name, ()) for name in ("matched_date", "order_date", "placed_date", "reversed_date")),
        ),
        timeline_events=(
            EventTemplate("decision_date", "to be placed for adoption"),
            EventTemplate("matched_date", "matched with adopters"),
            EventTemplate("reversed_date", "no longer to be adopted"),
        ),
        event_columns=("decision_date",),
        is_snapshot=True,
    ),
    CleanTable(
        "leavers",
        _parse_columns(
            "child:id year:year dob:date in_touch:touch? activity:activity? accommodation:accommodation?",
            "contact_date:date plan_review_date:date eligibility",
        ),
        key_columns=("child", "year"),
        mandatory_columns=("child", "year", "dob"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(end_columns=(("contact_date", ()), ("plan_review_date", ()))),
    ),
    CleanTable(
        "ehc_plans",
        _parse_columns("child:id request_date:date", "decision_date:date plan_date:date exceptions:yn transfer_in:yn"),
        key_columns=("child", "request_date"),
        mandatory_columns=("child", "request_date"),
        subject=CHILD,
        knowledge_dates=KnowledgeDates(("request_date",), (("decision_date", ()), ("plan_date", ()))),
        timeline_events=(
            EventTemplate("request_date", "asked for an education, health and care plan"),
            EventTemplate("plan_date", "education, health and care plan"),
        ),
        event_columns=("request_date", "plan_date"),
        span_columns=("request_date", "plan_date"),
    ),
    CleanTable(
        "social_workers",
        _parse_columns(
            "worker:id start_date:date", "end_date:date leaving_reason voluntary:yn registered:yn agency:yn fte:fte"
        ),
        key_columns=("worker", "start_date"),
        mandatory_columns=("worker", "start_date"),
        subject=WORKER,
        subject_noun="worker",
        knowledge_dates=KnowledgeDates(("start_date",), (("end_date", ("leaving_reason", "voluntary")),)),
        timeline_events=(
            EventTemplate(
                "start_date", "in post", (("fte", "FTE"), ("leaving_reason", "left:")), end_column="end_date"
            ),
        ),
        event_columns=("start_date", "end_date"),
        span_columns=("start_date", "end_date"),
        deciding_columns=("voluntary", "registered", "agency"),
    ),
    CleanTable(
        "workforce_census",
        _parse_columns("worker:id year:year fte:amount?", "agency:yn vacancy:yn leaver_date:date cases:people"),
        key_columns=("worker", "year"),
        mandatory_columns=("worker", "year"),
        subject=WORKER,
        knowledge_dates=KnowledgeDates(end_columns=(("leaver_date", ()),)),
    ),
    # The next two have no date of their own for every row. Which figure or model of neighbours was
    # available on a date is decided where they are used.
    CleanTable(
        "published_series",
        _parse_columns(
            "area indicator period",
            "numerator:amount denominator:amount value:number symbol:symbol source published_date:date basis:basis",
        ),
        key_columns=("area", "indicator", "period"),
        mandatory_columns=("area", "indicator", "period"),
        subject=NO_SUBJECT,
        # Figures are revised, and names of files do not say which release is later. Its periods do.
        period_column="period",
        provenance_columns=("source", "basis", "published_date"),
    ),
    CleanTable(
        "populations",
        _parse_columns("area age_band year:number number:number", "la_code:id published_date:date"),
        key_columns=("area", "age_band", "year"),
        mandatory_columns=("area", "age_band", "year"),
        subject=NO_SUBJECT,
        provenance_columns=("published_date",),
    ),
    CleanTable(
        "statistical_neighbours",
        _parse_columns("la_code:id neighbour", "rank:amount model"),
        key_columns=("la_code", "neighbour", "model"),
        mandatory_columns=("la_code", "neighbour"),
        subject=NO_SUBJECT,
    ),
    CleanTable(
        "commentary",
        _parse_columns(
            "indicator? period text", "author written_date:date kind:note due_date:date owner closed_date:date expected"
        ),
        key_columns=("indicator", "period", "kind", "text"),
        mandatory_columns=("period", "text"),
        subject=NO_SUBJECT,
        knowledge_dates=KnowledgeDates(("written_date",), (("closed_date", ()),)),
    ),
    CleanTable(
        "releases",
        _parse_columns("indicator period what released_by released_date:date reason"),
        key_columns=("indicator", "period", "what"),
        mandatory_columns=("indicator", "period", "what", "released_by", "released_date"),
        subject=NO_SUBJECT,
        knowledge_dates=KnowledgeDates(("released_date",)),
    ),
)

CLEAN_TABLES: Mapping[str, CleanTable] = {table.name: table for table in _TABLE_DECLARATIONS}


def find_clean_table(table_name: str) -> CleanTable:
    """Return the declaration of a table; one of the council's own has no columns and no key."""
    return CLEAN_TABLES.get(table_name) or CleanTable(table_name, {}, (), ())


def list_report_card_areas(table_name: str) -> tuple[str, ...]:
    """List the columns of inspections that hold the areas of a report card (from November 2025)."""
    columns = CLEAN_TABLES[table_name].columns.values()
    return tuple(column.name for column in columns if column.known_codes in (REPORT_CARD_GRADES, SAFEGUARDING_OUTCOMES))


def list_column_codes(column_name: str) -> tuple[str, ...]:
    """List the codes that a column of this name may hold in any clean table; none if it holds no codes."""
    columns = [table.columns[column_name] for table in CLEAN_TABLES.values() if column_name in table.columns]
    return tuple(dict.fromkeys(code for column in columns for code in column.known_codes))
