"""The council's config: who it is, where its tables are, and its overrides of the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from kpitui import sql
from kpitui.catalogue import Fields, Problems, fields, read_catalogue, read_fields
from kpitui.model import Indicator, Issue
from kpitui.periods import Period
from kpitui.profiles import Profile, read_profiles
from kpitui.toml import Document, read_toml


class ConfigError(Exception):
    """A config that cannot be used; `issues` holds every mistake with its line."""

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        super().__init__("\n".join(map(str, issues)))
        self.issues = issues


@dataclass(frozen=True, slots=True)
class Settings:
    """A config as read.

    `as_at` None means today. `tables_folder` holds the files of tables, and `database` may supply
    tables as well.
    """

    file: Path
    council: str
    la_code: str
    region: str
    as_at: date | None
    history_from: Period | None
    folder: Path
    database: sql.Database | None
    made_up: tuple[str, ...]
    neighbours: tuple[str, ...]
    neighbours_model: str
    published: Path  # the folder of saved figures, a file for each date
    stale: Mapping[str, float]  # days after which a table is late
    indicators: tuple[Indicator, ...]
    profiles: Mapping[str, Profile]  # briefing profiles by name
    views: Mapping[str, str]  # addresses of the terminal program by name
    opens_at: str  # the view to open at, by name or address

    def meeting(self) -> date:
        """Return the date of the meeting: `as_at`, or today."""
        return self.as_at or date.today()


def _as_at(value: Any) -> date | None:
    """Parse a date, or "today" as None."""
    # Not a date yet: `get_meeting_date` asks for the day when it is needed.
    return None if value == "today" else fields.day(value)


TOP: dict[str, fields.Reader] = {
    "as_at": _as_at,
    "history_from": fields.period,
    "open": fields.text,
    "council": fields.table,
    "tables": fields.table,
    "sql": fields.table,
    "comparators": fields.table,
    "board": fields.table,
    "published": fields.table,
    "stale": fields.days,
    "profiles": fields.table,
    "views": fields.names,
    "indicators": fields.table,
    "keys": fields.table,  # checked by the terminal program, which owns the commands
}
COUNCIL: dict[str, fields.Reader] = {
    "name": fields.text,
    "la_code": fields.code,
    "region": fields.text,
    "as_at": _as_at,
}
TABLES: dict[str, fields.Reader] = {"folder": fields.text, "made_up": fields.texts}
SQL: dict[str, fields.Reader] = {
    "url": sql.place,
    "user": fields.text,
    "time_limit": sql.seconds,
    "tables": fields.table,
}
COMPARATORS: dict[str, fields.Reader] = {"neighbours": fields.texts, "model": fields.text}
PUBLISHED: dict[str, fields.Reader] = {"folder": fields.text}
BOARD: dict[str, fields.Reader] = {"show": fields.texts, "also": fields.texts}


def load(path: Path) -> Settings:
    """Read a config. Raises ConfigError with all of its mistakes at once."""
    document = _document(path)
    problems = Problems((document,))
    top = read_fields((), document.data, TOP, problems)
    sections = {
        name: read_fields((name,), top.get(name, {}), readers, problems)
        for name, readers in _SECTIONS.items()
    }
    indicators, mistakes = read_catalogue(document)
    # Reading all names takes a second look at the catalogue: only mistakes make it necessary.
    broken = _names(document) if mistakes else ()
    shown = _shown(indicators, broken, sections["board"], problems)
    region = sections["council"].get("region", "")
    known = () if not top.get("profiles") else _names(document)
    in_doubt = (*broken, *_themes(document)) if mistakes else ()
    profiles = read_profiles(top.get("profiles", {}), shown, known, in_doubt, region, problems)
    database = _database(path, sections["sql"], problems) if "sql" in top else None
    for name in ("name", "la_code"):
        # A field that was refused is there: a second message would only confuse.
        if name not in sections["council"] and not problems.about(("council", name)):
            problems.add(("council",), f"needs {name}")
    if issues := (*problems.issues, *mistakes):
        # In the order of the file, since people work through a list of mistakes from the top.
        raise ConfigError(tuple(sorted(issues, key=lambda issue: issue.line or 0)))
    return _settings(path, top, sections, shown, profiles, database)


_SECTIONS: dict[str, Mapping[str, fields.Reader]] = {
    "council": COUNCIL,
    "tables": TABLES,
    # Not left to the message about unknown names: a password must be neither repeated nor kept.
    "sql": SQL | dict.fromkeys(("password", "passwd", "pwd"), sql.no_password),
    "comparators": COMPARATORS,
    "published": PUBLISHED,
    "board": BOARD,
}


def _document(path: Path) -> Document:
    """Read the config's TOML. Raises ConfigError if the file cannot be read or parsed."""
    try:
        return read_toml(path)
    except FileNotFoundError:
        reason, line = "there is no such file - kpitui init DIR writes a starter config", None
    except OSError as error:
        reason, line = f"cannot be read: {error.strerror}", None
    except UnicodeDecodeError:
        reason, line = "is not UTF-8 text", None
    except ValueError as error:
        reason = f"is not TOML: {getattr(error, 'msg', error)}"
        line = getattr(error, "lineno", None)
    raise ConfigError((Issue(fields.text(str(path)), reason, line),))


def _database(path: Path, told: Fields, problems: Problems) -> sql.Database | None:
    """Build the settings of ``[sql]``; return None if any of them is wrong."""
    asked = told.get("tables", {})
    keys = ("sql", "tables")
    queries = read_fields(keys, asked, dict.fromkeys(asked, sql.statement), problems)
    if "url" not in told and not problems.about(("sql", "url")):
        problems.add(("sql",), "needs url")
    if not asked and not problems.about(keys):
        problems.add(("sql",), 'needs a query for each table: [sql.tables] NAME = "SELECT ..."')
    if "url" not in told:
        return None
    place: sql.Place = told["url"]
    if place.kind == "sqlite":
        # As all paths of a config, the file of SQLite is relative to the config itself.
        place = replace(place, name=str(path.parent / Path(place.name).expanduser()))
    elif "user" in told:
        place = replace(place, user=told["user"])
    return sql.Database(place, queries, told.get("time_limit", sql.TIME_LIMIT))


def _settings(
    path: Path,
    top: Fields,
    sections: Mapping[str, Fields],
    shown: tuple[Indicator, ...],
    profiles: Mapping[str, Profile],
    database: sql.Database | None,
) -> Settings:
    """Assemble the settings from parsed sections, with paths relative to the config."""
    council, tables = sections["council"], sections["tables"]
    return Settings(
        file=path,
        council=council["name"],
        la_code=council["la_code"],
        region=council.get("region", ""),
        as_at=top.get("as_at", council.get("as_at")),
        history_from=top.get("history_from"),
        folder=path.parent / Path(tables.get("folder", ".")).expanduser(),
        database=database,
        made_up=tables.get("made_up", ()),
        neighbours=sections["comparators"].get("neighbours", ()),
        neighbours_model=sections["comparators"].get("model", ""),
        published=path.parent / Path(sections["published"].get("folder", "published")).expanduser(),
        stale=top.get("stale", {}),
        indicators=shown,
        profiles=profiles,
        views=top.get("views", {}),
        opens_at=top.get("open", ""),
    )


def _shown(
    indicators: tuple[Indicator, ...], broken: Collection[str], board: Fields, problems: Problems
) -> tuple[Indicator, ...]:
    """Select the board's indicators: those in `show` or else the usual ones, then `also`.

    `broken_names` belong to indicators with mistakes of their own: naming one is not another.
    """
    usual = tuple(one for one in indicators if not one.on_request)
    by_name = {one.id: one for one in indicators} | {one.code: one for one in indicators}
    folded = {name.casefold(): one for name, one in by_name.items()}
    known = {*folded, *(name.casefold() for name in broken)}

    def named(field: str) -> tuple[Indicator, ...]:
        """Return the indicators that a list of ids and codes names, in any capitals."""
        for name in board.get(field, ()):
            if name.casefold() not in known:
                problems.unknown(("board", field), name, (*by_name, *broken))
        return tuple(one for name in board.get(field, ()) if (one := folded.get(name.casefold())))

    shown = named("show") if "show" in board else usual
    # By id, so that an indicator named twice is on the board once.
    return tuple({one.id: one for one in (*shown, *named("also"))}.values())


def _names(document: Document) -> tuple[str, ...]:
    """List the ids and codes of all indicators, packaged or the council's, valid or not."""
    packaged, _ = read_catalogue(None)
    told = document.data.get("indicators", {})
    own = told if isinstance(told, dict) else {}
    codes = (one.get("code", "") for one in own.values() if isinstance(one, dict))
    return (*(name for one in packaged for name in (one.id, one.code)), *own, *map(str, codes))


def _themes(document: Document) -> tuple[str, ...]:
    """List the themes of all indicators, packaged or the council's, valid or not."""
    packaged, _ = read_catalogue(None)
    told = document.data.get("indicators", {})
    own = told.values() if isinstance(told, dict) else ()
    themes = (str(one["theme"]) for one in own if isinstance(one, dict) and "theme" in one)
    return (*(one.theme for one in packaged), *themes)
