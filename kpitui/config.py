"""The council's config: who it is, where its tables are, and what it overrides in the catalogue."""

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
    """A config that cannot be used; `issues` has every mistake, with its line."""

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        super().__init__("\n".join(map(str, issues)))
        self.issues = issues


@dataclass(frozen=True, slots=True)
class Settings:
    """A config as read.  `as_at` None means today; `folder` is where the clean tables are.

    `database` is one that gives tables too, if there is any.
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
    published: Path  # the folder of what was said, by date
    stale: Mapping[str, float]  # the days after which a table is late
    indicators: tuple[Indicator, ...]
    profiles: Mapping[str, Profile]  # of the briefing, by name
    views: Mapping[str, str]  # addresses of the terminal program by the names they have
    opens_at: str  # the view that it opens at, by name or address

    def meeting(self) -> date:
        """The date of the meeting: `as_at`, or today."""
        return self.as_at or date.today()


def _as_at(value: Any) -> date | None:
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
    "keys": fields.table,  # told of by the terminal program, whose commands they are
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
    """Read a config.  Raises ConfigError with every mistake in it at once."""
    document = _document(path)
    problems = Problems((document,))
    top = read_fields((), document.data, TOP, problems)
    sections = {
        name: read_fields((name,), top.get(name, {}), readers, problems)
        for name, readers in _SECTIONS.items()
    }
    indicators, mistakes = read_catalogue(document)
    broken = _names(document) if mistakes else ()
    shown = _shown(indicators, broken, sections["board"], problems)
    region = sections["council"].get("region", "")
    known = () if not top.get("profiles") else _names(document)
    in_doubt = (*broken, *_themes(document)) if mistakes else ()
    profiles = read_profiles(top.get("profiles", {}), shown, known, in_doubt, region, problems)
    database = _database(path, sections["sql"], problems) if "sql" in top else None
    for name in ("name", "la_code"):
        if name not in sections["council"] and not problems.about(("council", name)):
            problems.add(("council",), f"needs {name}")
    if issues := (*problems.issues, *mistakes):
        raise ConfigError(tuple(sorted(issues, key=lambda issue: issue.line or 0)))
    return _settings(path, top, sections, shown, profiles, database)


_SECTIONS: dict[str, Mapping[str, fields.Reader]] = {
    "council": COUNCIL,
    "tables": TABLES,
    # Told apart from a name that is not known: what stands there must not be repeated or kept.
    "sql": SQL | dict.fromkeys(("password", "passwd", "pwd"), sql.no_password),
    "comparators": COMPARATORS,
    "published": PUBLISHED,
    "board": BOARD,
}


def _document(path: Path) -> Document:
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
    """The database of ``[sql]``; None where something is wrong with it."""
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
    """The indicators of the board: those that `show` names, or the usual ones; then `also`.

    `broken` are the names of indicators with mistakes of their own: known, and no mistake here.
    """
    usual = tuple(one for one in indicators if not one.on_request)
    by_name = {one.id: one for one in indicators} | {one.code: one for one in indicators}
    folded = {name.casefold(): one for name, one in by_name.items()}
    known = {*folded, *(name.casefold() for name in broken)}

    def named(field: str) -> tuple[Indicator, ...]:
        for name in board.get(field, ()):
            if name.casefold() not in known:
                problems.unknown(("board", field), name, (*by_name, *broken))
        return tuple(one for name in board.get(field, ()) if (one := folded.get(name.casefold())))

    shown = named("show") if "show" in board else usual
    return tuple({one.id: one for one in (*shown, *named("also"))}.values())


def _names(document: Document) -> tuple[str, ...]:
    """The ids and codes of all indicators, packaged or the council's, sound or not."""
    packaged, _ = read_catalogue(None)
    told = document.data.get("indicators", {})
    own = told if isinstance(told, dict) else {}
    codes = (one.get("code", "") for one in own.values() if isinstance(one, dict))
    return (*(name for one in packaged for name in (one.id, one.code)), *own, *map(str, codes))


def _themes(document: Document) -> tuple[str, ...]:
    """The themes of all indicators, sound or not."""
    packaged, _ = read_catalogue(None)
    told = document.data.get("indicators", {})
    own = told.values() if isinstance(told, dict) else ()
    themes = (str(one["theme"]) for one in own if isinstance(one, dict) and "theme" in one)
    return (*(one.theme for one in packaged), *themes)
