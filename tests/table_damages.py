"""Ways to damage a council's tables, each with a name: in their rows, and in the text of their files."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

from tests import councils
from tests.councils import Row

Tables = dict[str, list[Row]]
Damage = Callable[[random.Random, Tables], None]
TextDamage = Callable[[random.Random, str], str]

SUBJECT_TABLES = (
    "schools school_inspections early_years_settings early_years_inspections care_episodes uasc"
    " referrals protection_plans protection_visits social_workers"
).split()
DATES = (
    ("schools", "open_date"),
    ("schools", "close_date"),
    ("school_inspections", "inspection_date"),
    ("school_inspections", "publication_date"),
    ("early_years_settings", "registered_date"),
    ("early_years_settings", "closed_date"),
    ("early_years_inspections", "inspection_date"),
    ("early_years_inspections", "publication_date"),
    ("care_episodes", "decom"),
    ("care_episodes", "dec"),
    ("uasc", "duc"),
    ("children", "dob"),
    ("referrals", "referral_date"),
    ("protection_plans", "start_date"),
    ("protection_plans", "end_date"),
    ("protection_visits", "visit_date"),
    ("social_workers", "start_date"),
    ("social_workers", "end_date"),
)
COLUMNS_THAT_DECIDE = (
    ("schools", "close_date"),
    ("schools", "pupils"),
    ("early_years_settings", "closed_date"),
    ("early_years_inspections", "overall"),
    ("care_episodes", "distance_miles"),
    ("uasc", "duc"),
    ("referrals", "nfa"),
    ("protection_plans", "end_date"),
    ("protection_plans", "previous_plans"),
    ("protection_plans", "other_authority"),
    ("protection_visits", "setting"),
    ("social_workers", "end_date"),
    ("social_workers", "voluntary"),
    ("social_workers", "registered"),
    ("social_workers", "agency"),
    ("social_workers", "fte"),
)
CODES_THAT_DECIDE = (
    ("schools", "phase"),
    ("school_inspections", "kind"),
    ("school_inspections", "overall"),
    ("early_years_settings", "early_years_register"),
    ("early_years_inspections", "overall"),
    ("care_episodes", "rne"),
    ("care_episodes", "ls"),
    ("care_episodes", "place"),
    ("care_episodes", "rec"),
    ("care_episodes", "distance_miles"),
    ("referrals", "nfa"),
    ("protection_plans", "previous_plans"),
    ("protection_plans", "other_authority"),
    ("protection_visits", "seen"),
    ("protection_visits", "setting"),
    ("social_workers", "voluntary"),
    ("social_workers", "registered"),
    ("social_workers", "agency"),
    ("social_workers", "fte"),
)


def without_rows(name: str) -> Damage:
    def damage(rng: random.Random, tables: Tables) -> None:
        tables[name] = []

    return damage


def with_cells(name: str, column: str, text: str | None, share: float) -> Damage:
    """Of the cells that are filled, some or all say something else."""

    def damage(rng: random.Random, tables: Tables) -> None:
        for row in tables[name]:
            # From September 2024 a graded inspection may have no grade.
            is_late = column == "overall" and row["inspection_date"] >= councils.NO_OVERALL_FROM  # type: ignore[operator]
            if row.get(column) is not None and rng.random() < share and not (text is None and is_late):
                row[column] = text

    return damage


def without_column(name: str, column: str) -> Damage:
    def damage(rng: random.Random, tables: Tables) -> None:
        for row in tables[name]:
            row.pop(column, None)

    return damage


def with_ids(name: str, column: str, write: Callable[[str], str], share: float = 1) -> Damage:
    """All ids of a table, or some, are written in another way."""

    def damage(rng: random.Random, tables: Tables) -> None:
        for row in tables[name]:
            row[column] = write(str(row[column])) if rng.random() < share else row[column]

    return damage


ID_COLUMNS = {
    "schools": "urn",
    "school_inspections": "urn",
    "early_years_inspections": "urn",
    "children": "child",
    "care_episodes": "child",
    "uasc": "child",
    "referrals": "child",
    "protection_plans": "child",
    "protection_visits": "child",
    "social_workers": "worker",
}
SPELLINGS: dict[str, Callable[[str], str]] = {
    "in small letters": str.lower,
    "with a blank": lambda text: f"{text[:1]} {text[1:]}",
    "with zeros before them": lambda text: f"00{text}",
    "without zeros before them": lambda text: text.lstrip("0") or "0",
    "as a formula": lambda text: f'="{text}"',
    "of another system": lambda text: f"Q{text}",
}
ENDS = (
    ("schools", "close_date"),
    ("early_years_settings", "closed_date"),
    ("care_episodes", "dec"),
    ("uasc", "duc"),
    ("protection_plans", "end_date"),
    ("social_workers", "end_date"),
)
PLACEHOLDERS = ("9999-12-31", "1900-01-01", "1753-01-01")


def with_dates(name: str, column: str, write: Callable[[dt.date], str], share: float = 1) -> Damage:
    """All dates of a column, or some, are written in another way."""

    def damage(rng: random.Random, tables: Tables) -> None:
        for row in tables[name]:
            day = row.get(column)
            row[column] = write(day) if isinstance(day, dt.date) and rng.random() < share else day

    return damage


def with_lower_case(name: str, column: str) -> Damage:
    def damage(rng: random.Random, tables: Tables) -> None:
        for row in tables[name]:
            row[column] = f" {row[column]} ".swapcase() if isinstance(row.get(column), str) else row.get(column)

    return damage


def with_copies(name: str, share: float) -> Damage:
    """Some rows are there twice."""

    def damage(rng: random.Random, tables: Tables) -> None:
        tables[name] += [dict(row) for row in tables[name] if rng.random() < share]

    return damage


def with_contradictions(name: str, column: str) -> Damage:
    """Some rows are there twice, and say otherwise in a column."""

    def damage(rng: random.Random, tables: Tables) -> None:
        values = [row[column] for row in tables[name]]
        tables[name] = [
            copy
            for row in tables[name]
            for copy in ([row | {column: rng.choice(values)}, row] if rng.random() < 0.1 else [row])
        ]

    return damage


def with_rows_of_others(name: str) -> Damage:
    """The rows of a neighbour stand among the council's own, each with its council's number."""

    def damage(rng: random.Random, tables: Tables) -> None:
        id_column = ID_COLUMNS[name]
        foreign_rows = [row | {id_column: f"F{row[id_column]}", "la_code": "873"} for row in tables[name]]
        tables[name] = [*foreign_rows, *(row | {"la_code": "872"} for row in tables[name])]

    return damage


def with_spreadsheet_number(day: dt.date) -> str:
    return str((day - dt.date(1899, 12, 30)).days)


def repeat_header(rng: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: len(lines) // 2], lines[0], *lines[len(lines) // 2 :]])


def add_totals(rng: random.Random, text: str) -> str:
    lines = text.splitlines()
    columns = lines[0].count(",")
    return "\n".join([*lines, f"Total,{len(lines) - 1}" + "," * (columns - 1)]) + "\n"


def shift_some_rows(rng: random.Random, text: str) -> str:
    """A cell too many at the start of some rows, and one too few at their end."""
    header, *lines = text.splitlines()
    shifted = (f",{line}".rsplit(",", 1)[0] if rng.random() < 0.1 else line for line in lines)
    return "\n".join([header, *shifted]) + "\n"


def drop_a_cell(rng: random.Random, text: str) -> str:
    """The second cell is gone from some rows, and all after it have moved."""
    header, *lines = text.splitlines()
    cells = (line.split(",") for line in lines)
    shifted = ([row[0], *row[2:], ""] if rng.random() < 0.1 else row for row in cells)
    return "\n".join([header, *(",".join(row) for row in shifted)]) + "\n"


def break_lines(rng: random.Random, text: str) -> str:
    """A line end stands in the middle of some rows."""
    header, *lines = text.splitlines()
    broken = (line.replace(",", ",\n", 1) if rng.random() < 0.05 else line for line in lines)
    return "\n".join([header, *broken]) + "\n"


def open_quote(rng: random.Random, text: str) -> str:
    """A quote opens in the middle, and closes nowhere."""
    lines = text.splitlines()
    middle = 1 + len(lines) // 2
    return (
        "\n".join([*lines[:middle], f'"{lines[middle]}' if middle < len(lines) else '"', *lines[middle + 1 :]]) + "\n"
    )


def swap_columns(rng: random.Random, text: str) -> str:
    """The names of two columns of the header have changed places."""
    header, *lines = text.splitlines()
    names = header.split(",")
    first, second = rng.sample(range(len(names)), 2)
    names[first], names[second] = names[second], names[first]
    return "\n".join([",".join(names), *lines]) + "\n"


TEXT_DAMAGES: dict[str, TextDamage] = {
    "the header again in the middle": repeat_header,
    "a row of totals": add_totals,
    "some rows shifted to the right": shift_some_rows,
    "some rows without their second cell": drop_a_cell,
    "some rows broken in two": break_lines,
    "a quote that does not close": open_quote,
    "blank lines": lambda rng, text: text.replace("\n", "\n\n"),
    "commas at the ends of lines": lambda rng, text: text.replace("\n", ",,\n"),
    "semicolons": lambda rng, text: text.replace(",", ";"),
}

DATE_FORMS: dict[str, tuple[Callable[[dt.date], str], float]] = {
    "month first": (lambda day: f"{day:%m/%d/%Y}", 1),
    "some month first": (lambda day: f"{day:%m/%d/%Y}", 0.2),
    "day first": (lambda day: f"{day:%d/%m/%Y}", 1),
    "as numbers of a spreadsheet": (with_spreadsheet_number, 1),
    "some as numbers of a spreadsheet": (with_spreadsheet_number, 0.2),
    "in years of two digits": (lambda day: f"{day:%d/%m/%y}", 1),
    "some a hundred years late": (lambda day: f"{day.year + 100}-{day:%m-%d}", 0.1),
    "day and month swapped": (lambda day: f"{day.year}-{day.day:02d}-{day.month:02d}", 1),
}
COLUMNS_THAT_CONTRADICT = (
    ("schools", "phase"),
    ("school_inspections", "kind"),
    ("care_episodes", "ls"),
    ("care_episodes", "place"),
    ("care_episodes", "dec"),
    ("protection_plans", "end_date"),
    ("social_workers", "end_date"),
    ("uasc", "duc"),
    ("children", "dob"),
)

DAMAGES: dict[str, Damage] = {
    **{
        f"ids of {name} {spelling}": with_ids(name, column, write)
        for name, column in ID_COLUMNS.items()
        for spelling, write in SPELLINGS.items()
    },
    **{
        f"{word} {column} in {name} is {text}": with_cells(name, column, text, share)
        for name, column in ENDS
        for text in PLACEHOLDERS
        for word, share in {"each": 1, "some": 0.2}.items()
    },
    **{
        f"{name} of another council": with_cells(name, "la_code", "873", 1)
        for name in ("schools", "early_years_settings")
    },
    **{f"{name} without rows": without_rows(name) for name in SUBJECT_TABLES},
    **{f"no {column} in {name} can be read": with_cells(name, column, "31/13/2018", 1) for name, column in DATES},
    **{f"some {column} in {name} cannot be read": with_cells(name, column, "soon", 0.05) for name, column in DATES},
    **{f"{name} without {column}": without_column(name, column) for name, column in COLUMNS_THAT_DECIDE},
    **{
        f"some {column} in {name} {word}": with_cells(name, column, text, 0.1)
        for name, column in CODES_THAT_DECIDE
        for word, text in {"is no code": "ZZ9", "is empty": None}.items()
    },
    **{
        f"{column} in {name} {word}": with_dates(name, column, write, share)
        for name, column in DATES
        for word, (write, share) in DATE_FORMS.items()
    },
    **{f"{column} in {name} in other capitals": with_lower_case(name, column) for name, column in CODES_THAT_DECIDE},
    **{f"some rows of {name} twice": with_copies(name, 0.2) for name in SUBJECT_TABLES},
    **{
        f"rows of {name} that contradict each other in {column}": with_contradictions(name, column)
        for name, column in COLUMNS_THAT_CONTRADICT
    },
    **{
        f"rows of others in {name}": with_rows_of_others(name)
        for name in ("care_episodes", "uasc", "referrals", "protection_plans", "protection_visits", "social_workers")
    },
}
