"""The council's config: who it is, where its tables are, and its overrides of the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from kpitui.catalogue.column_types import separate_readings
from kpitui.catalogue.due_list_parser import read_due_lists
from kpitui.catalogue.parser import (
    FieldValues,
    name_indicators_by_id,
    parse_fields,
    read_catalogue,
    read_packaged_catalogue,
)
from kpitui.catalogue.problem_collector import ProblemCollector
from kpitui.config.area_settings import AREA_FIELDS, NO_AREAS, AreaSettings, build_area_settings
from kpitui.config.council_list import find_area, list_councils
from kpitui.config.defaults import CellDefaults, parse_defaults
from kpitui.config.mapped_files import parse_file_mappings
from kpitui.config.profiles import BriefingProfile, parse_profiles
from kpitui.config_file import database_settings, field_parsers
from kpitui.config_file.file_settings import FileMapping
from kpitui.config_file.safeguarding_settings import (
    SAFEGUARDING_FIELDS,
    SafeguardingSettings,
    build_safeguarding_settings,
)
from kpitui.config_file.toml_document import TomlDocument, read_toml
from kpitui.issue_wording import format_issue
from kpitui.locations import expand_home
from kpitui.model.catalogue import Indicator
from kpitui.model.due_lists import DueList
from kpitui.model.issue_codes import ISSUE_CODES
from kpitui.model.issues import Issue, create_message
from kpitui.model.periods import Period


class ConfigError(Exception):
    """A config that cannot be used; `issues` holds every mistake with its line."""

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        super().__init__("\n".join(map(format_issue, issues)))
        self.issues = issues


@dataclass(frozen=True, slots=True)
class Settings:
    """A config as read.

    `document` is its file, so that a mistake that is found later has its line too. `as_at` None
    means today. `tables_folder` holds the files of tables, and `database` may supply
    tables as well.
    """

    config_path: Path
    document: TomlDocument
    council_name: str
    la_code: str
    region: str
    as_at: date | None
    history_from: Period | None
    tables_folder: Path
    database: database_settings.DatabaseSettings | None
    file_mappings: tuple[FileMapping, ...]  # files with columns of the council's own
    safeguarding: SafeguardingSettings  # what the words of the Standard Safeguarding Dataset mean
    made_up_tables: tuple[str, ...]
    empty_tables: tuple[str, ...]  # tables without a row in truth, and not for want of a file
    cell_defaults: CellDefaults  # what empty cells are taken to be
    neighbours: tuple[str, ...]
    neighbours_model: str
    accepted_issues: tuple[str, ...]  # codes, or code:file, that `check` does not list
    saved_figures_folder: Path  # the folder of saved figures, a file for each date
    stale_after_days: Mapping[str, float]  # days after which a table is late
    indicators: tuple[Indicator, ...]
    due_lists: tuple[DueList, ...]  # who is due next; also of indicators that are not on the board
    profiles: Mapping[str, BriefingProfile]  # briefing profiles by name
    saved_views: Mapping[str, str]  # addresses of the terminal program by name
    opening_view: str  # the view to open at, by name or address
    areas: AreaSettings = NO_AREAS

    def get_meeting_date(self) -> date:
        """Return the date of the meeting: `as_at`, or today."""
        return self.as_at or date.today()


def choose_area(settings: Settings, area_name: str) -> Settings:
    """Return the settings for another council's figures, from the same tables.

    Raises ValueError where there is no such council.
    """
    if area_name in ("", settings.la_code):
        return settings
    area = find_area(area_name, list_councils(settings.areas.names_file))
    if area.la_code == settings.la_code:
        return settings
    return replace(
        settings,
        council_name=area.name,
        la_code=area.la_code,
        region=area.region,
        # Neighbours and saved figures are the config's own council's; another's are in a folder of its own.
        neighbours=(),
        saved_figures_folder=settings.saved_figures_folder / area.la_code,
        areas=replace(settings.areas, chosen=area.la_code),
    )


def _parse_as_at(raw_value: Any) -> date | None:
    """Parse a date, or "today" as None."""
    # Not a date yet: `get_meeting_date` asks for the day when it is needed.
    return None if raw_value == "today" else field_parsers.parse_date_field(raw_value)


TOP_LEVEL_FIELDS: dict[str, field_parsers.FieldParser] = {
    "as_at": _parse_as_at,
    "history_from": field_parsers.parse_period_field,
    "open": field_parsers.parse_text_field,
    "mouse": field_parsers.parse_boolean_field,  # read by the terminal program, before it reads the rest
    "council": field_parsers.parse_table_field,
    "tables": field_parsers.parse_table_field,
    "files": field_parsers.parse_table_field,
    "sql": field_parsers.parse_table_field,
    "ssd": field_parsers.parse_table_field,
    "comparators": field_parsers.parse_table_field,
    "areas": field_parsers.parse_table_field,
    "board": field_parsers.parse_table_field,
    "published": field_parsers.parse_table_field,
    "check": field_parsers.parse_table_field,
    "stale": field_parsers.parse_days_by_name_field,
    "defaults": field_parsers.parse_table_field,
    "profiles": field_parsers.parse_table_field,
    "views": field_parsers.parse_names_by_code_field,
    "indicators": field_parsers.parse_table_field,
    "lists": field_parsers.parse_table_field,
    "keys": field_parsers.parse_table_field,  # checked by the terminal program, which owns the commands
}
COUNCIL_FIELDS: dict[str, field_parsers.FieldParser] = {
    "name": field_parsers.parse_text_field,
    "la_code": field_parsers.parse_code_field,
    "region": field_parsers.parse_text_field,
    "as_at": _parse_as_at,
}
TABLES_FIELDS: dict[str, field_parsers.FieldParser] = {
    "folder": field_parsers.parse_text_field,
    "made_up": field_parsers.parse_text_list_field,
    "none": field_parsers.parse_text_list_field,
}
SQL_FIELDS: dict[str, field_parsers.FieldParser] = {
    "url": database_settings.parse_database_url,
    "user": field_parsers.parse_text_field,
    "time_limit": database_settings.parse_time_limit,
    "ssd": field_parsers.parse_boolean_field,
    "schema": field_parsers.parse_text_field,
    "tables": field_parsers.parse_table_field,
}
COMPARATOR_FIELDS: dict[str, field_parsers.FieldParser] = {
    "neighbours": field_parsers.parse_text_list_field,
    "model": field_parsers.parse_text_field,
}
SAVED_FIGURES_FIELDS: dict[str, field_parsers.FieldParser] = {"folder": field_parsers.parse_text_field}
CHECK_FIELDS: dict[str, field_parsers.FieldParser] = {"accept": field_parsers.parse_text_list_field}
BOARD_FIELDS: dict[str, field_parsers.FieldParser] = {
    "show": field_parsers.parse_text_list_field,
    "also": field_parsers.parse_text_list_field,
    "sets": field_parsers.parse_text_list_field,
}


def load_settings(config_path: Path) -> Settings:
    """Read a config. Raises ConfigError with all of its mistakes at once."""
    document = name_indicators_by_id(_read_config_document(config_path))
    problems = ProblemCollector((document,))
    top_level = parse_fields((), document.data, TOP_LEVEL_FIELDS, problems)
    sections = {
        name: parse_fields((name,), top_level.get(name, {}), field, problems) for name, field in _SECTION_FIELDS.items()
    }
    indicators, catalogue_issues = read_catalogue(document)
    # Reading all names takes a second look at the catalogue: only mistakes make it necessary.
    broken_names = _list_indicator_names(document) if catalogue_issues else ()
    board_indicators = separate_readings(
        _select_board_indicators(indicators, broken_names, sections["board"], problems)
    )
    region = sections["council"].get("region", "")
    names = () if not top_level.get("profiles") else _list_indicator_names(document)
    doubtful_names = (*broken_names, *_list_theme_names(document)) if catalogue_issues else ()
    profiles = parse_profiles(top_level.get("profiles", {}), board_indicators, names, doubtful_names, region, problems)
    top_level["files"] = parse_file_mappings(top_level.get("files", {}), indicators, problems)
    database = _parse_database_section(config_path, sections["sql"], problems) if "sql" in top_level else None
    cell_defaults = parse_defaults(top_level.get("defaults", {}), problems)
    due_lists = read_due_lists(document, indicators, problems)
    for field_name in ("name", "la_code"):
        # A field that was refused is there: a second message would only confuse.
        if field_name not in sections["council"] and not problems.has_problem_at(("council", field_name)):
            problems.add_problem(("council",), "config-field-missing", field=field_name)
    for accepted_name in sections["check"].get("accept", ()):
        code, _, _ = accepted_name.partition(":")
        if code not in ISSUE_CODES:
            problems.add_unknown_name(("check", "accept"), code, ISSUE_CODES)
    if issues := (*problems.issues, *catalogue_issues):
        # In the order of the file, since people work through a list of mistakes from the top.
        raise ConfigError(tuple(sorted(issues, key=lambda issue: issue.line or 0)))
    settings = _assemble_settings(config_path, document, top_level, sections, board_indicators, profiles, database)
    return replace(settings, cell_defaults=cell_defaults, due_lists=due_lists)


_SECTION_FIELDS: dict[str, Mapping[str, field_parsers.FieldParser]] = {
    "council": COUNCIL_FIELDS,
    "tables": TABLES_FIELDS,
    # Not left to the message about unknown names: a password must be neither repeated nor kept.
    "sql": SQL_FIELDS | dict.fromkeys(("password", "passwd", "pwd"), database_settings.refuse_password),
    "ssd": SAFEGUARDING_FIELDS,
    "comparators": COMPARATOR_FIELDS,
    "published": SAVED_FIGURES_FIELDS,
    "board": BOARD_FIELDS,
    "check": CHECK_FIELDS,
    "areas": AREA_FIELDS,
}


def _read_config_document(config_path: Path) -> TomlDocument:
    """Read the config's TOML. Raises ConfigError if the file cannot be read or parsed."""
    try:
        return read_toml(config_path)
    except FileNotFoundError:
        message, line_number = create_message("config-file-missing"), None
    except OSError as error:
        message, line_number = create_message("config-not-readable", reason=error.strerror or ""), None
    except UnicodeDecodeError:
        message, line_number = create_message("config-not-utf-8"), None
    except ValueError as error:
        message = create_message("config-not-toml", reason=str(getattr(error, "msg", error)))
        line_number = getattr(error, "lineno", None)
    raise ConfigError((Issue(message, str(config_path), line_number),))


def _parse_database_section(
    config_path: Path, sql_fields: FieldValues, problems: ProblemCollector
) -> database_settings.DatabaseSettings | None:
    """Build the settings of ``[sql]``; return None if any of them is wrong."""
    raw_queries = sql_fields.get("tables", {})
    key_path = ("sql", "tables")
    query_parsers = dict.fromkeys(raw_queries, database_settings.parse_select_statement)
    queries = parse_fields(key_path, raw_queries, query_parsers, problems)
    if "url" not in sql_fields and not problems.has_problem_at(("sql", "url")):
        problems.add_problem(("sql",), "config-field-missing", field="url")
    has_safeguarding_dataset = sql_fields.get("ssd", False)
    if not raw_queries and not has_safeguarding_dataset and not problems.has_problem_at(key_path):
        problems.add_problem(("sql",), "config-without-queries")
    if "url" not in sql_fields:
        return None
    time_limit = sql_fields.get("time_limit", database_settings.DEFAULT_TIME_LIMIT)
    return database_settings.DatabaseSettings(
        _complete_address(config_path, sql_fields),
        queries,
        time_limit,
        has_safeguarding_dataset,
        sql_fields.get("schema", ""),
    )


def _complete_address(config_path: Path, sql_fields: FieldValues) -> database_settings.DatabaseAddress:
    """Return the address of the url, with the path of SQLite's file or the user of the config."""
    address: database_settings.DatabaseAddress = sql_fields["url"]
    if address.kind == "sqlite":
        # As all paths of a config, the file of SQLite is relative to the config itself.
        return replace(address, name=str(config_path.parent / expand_home(Path(address.name))))
    return replace(address, user=sql_fields["user"]) if "user" in sql_fields else address


def _assemble_settings(
    config_path: Path,
    document: TomlDocument,
    top_level: FieldValues,
    sections: Mapping[str, FieldValues],
    board_indicators: tuple[Indicator, ...],
    profiles: Mapping[str, BriefingProfile],
    database: database_settings.DatabaseSettings | None,
) -> Settings:
    """Assemble the settings from parsed sections, with paths relative to the config."""
    fields, tables_fields = sections["council"], sections["tables"]
    return Settings(
        config_path=config_path,
        document=document,
        council_name=fields["name"],
        la_code=fields["la_code"],
        region=fields.get("region", ""),
        as_at=top_level.get("as_at", fields.get("as_at")),
        history_from=top_level.get("history_from"),
        tables_folder=config_path.parent / expand_home(Path(tables_fields.get("folder", "."))),
        database=database,
        file_mappings=top_level["files"],
        safeguarding=build_safeguarding_settings(sections["ssd"]),
        made_up_tables=tables_fields.get("made_up", ()),
        empty_tables=tables_fields.get("none", ()),
        cell_defaults={},
        neighbours=sections["comparators"].get("neighbours", ()),
        neighbours_model=sections["comparators"].get("model", ""),
        accepted_issues=sections["check"].get("accept", ()),
        saved_figures_folder=config_path.parent / expand_home(Path(sections["published"].get("folder", "published"))),
        stale_after_days=top_level.get("stale", {}),
        indicators=board_indicators,
        due_lists=(),
        profiles=profiles,
        saved_views=top_level.get("views", {}),
        opening_view=top_level.get("open", ""),
        areas=build_area_settings(config_path.parent, sections["areas"]),
    )


def _select_board_indicators(
    indicators: tuple[Indicator, ...],
    broken_names: Collection[str],
    board_fields: FieldValues,
    problems: ProblemCollector,
) -> tuple[Indicator, ...]:
    """Select the board's indicators: those in `show`, else of `sets`, else the usual ones, then `also`.

    `broken_names` belong to indicators with mistakes of their own: naming one is not another.
    """
    by_id = {indicator.id: indicator for indicator in indicators}
    by_name = by_id | {indicator.code: indicator for indicator in indicators}

    def resolve_names(field_name: str) -> list[Indicator]:
        return _resolve_board_names(field_name, board_fields.get(field_name, ()), by_name, broken_names, problems)

    set_names = _check_set_names(board_fields.get("sets", ()), indicators, problems)
    usual_indicators = [
        indicator
        for indicator in indicators
        if (set_names.intersection(indicator.sets) if "sets" in board_fields else not indicator.on_request)
    ]
    shown_indicators = resolve_names("show") if "show" in board_fields else usual_indicators
    # By id, so that an indicator named twice is on the board once.
    return tuple({indicator.id: indicator for indicator in (*shown_indicators, *resolve_names("also"))}.values())


def _check_set_names(
    set_names: Iterable[str], indicators: Iterable[Indicator], problems: ProblemCollector
) -> frozenset[str]:
    """Return the names of sets, in any capitals; one that no indicator has is a problem."""
    names_by_folded = {name.casefold(): name for indicator in indicators for name in indicator.sets}
    for set_name in set_names:
        if set_name.casefold() not in names_by_folded:
            problems.add_unknown_name(("board", "sets"), set_name, names_by_folded.values())
    return frozenset(names_by_folded.get(set_name.casefold(), "") for set_name in set_names)


def _resolve_board_names(
    field_name: str,
    listed_names: Iterable[str],
    indicators_by_name: Mapping[str, Indicator],
    broken_names: Collection[str],
    problems: ProblemCollector,
) -> list[Indicator]:
    """Return the indicators that ids and codes name, in any capitals; unknown names are problems."""
    by_folded_name = {name.casefold(): indicator for name, indicator in indicators_by_name.items()}
    indicators = []
    for name in listed_names:
        if name.casefold() in by_folded_name:
            indicators.append(by_folded_name[name.casefold()])
        elif name.casefold() not in map(str.casefold, broken_names):
            problems.add_unknown_name(("board", field_name), name, (*indicators_by_name, *broken_names))
    return indicators


def _list_indicator_names(document: TomlDocument) -> tuple[str, ...]:
    """List the ids and codes of all indicators, packaged or the council's, valid or not."""
    raw_indicators = document.data.get("indicators", {})
    council_indicators = raw_indicators if isinstance(raw_indicators, dict) else {}
    packaged_indicators = read_packaged_catalogue().data["indicators"]
    all_fields = (*packaged_indicators.values(), *council_indicators.values())
    codes = (fields.get("code", "") for fields in all_fields if isinstance(fields, dict))
    return (*packaged_indicators, *council_indicators, *map(str, codes))


def _list_theme_names(document: TomlDocument) -> tuple[str, ...]:
    """List the themes of all indicators, packaged or the council's, valid or not."""
    indicators, _ = read_catalogue(None)
    raw_indicators = document.data.get("indicators", {})
    council_indicators = raw_indicators.values() if isinstance(raw_indicators, dict) else ()
    themes = (str(fields["theme"]) for fields in council_indicators if isinstance(fields, dict) and "theme" in fields)
    return (*(indicator.theme for indicator in indicators), *themes)
