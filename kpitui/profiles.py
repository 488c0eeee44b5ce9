"""Briefing profiles: the committee that a briefing is for, and its contents.

A profile only selects from the board. The board is counted, judged and made safe to publish
first, so that two briefings of one day never contradict each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kpitui.catalogue import Fields, Problems, fields, read_fields
from kpitui.model import Indicator

Length = Literal["summary", "full"]
NEIGHBOURS = "Statistical neighbours"


@dataclass(frozen=True, slots=True)
class Profile:
    """A briefing's contents; without indicators, themes or comparators it has all of them."""

    name: str = ""
    title: str = "Children's services performance"
    committee: str = ""
    audience: str = ""
    indicators: tuple[str, ...] = ()  # ids, in order
    themes: tuple[str, ...] = ()  # in order
    comparators: tuple[str, ...] | None = None
    length: Length = "full"


PROFILE: dict[str, fields.Reader] = {
    "title": fields.text,
    "committee": fields.text,
    "audience": fields.text,
    "indicators": fields.texts,
    "themes": fields.texts,
    "comparators": fields.texts,
    "length": fields.choice("summary", "full"),
}


def read_profiles(
    told: Mapping[str, Any],
    shown: Iterable[Indicator],
    known: Collection[str],
    broken: Collection[str],
    region: str,
    problems: Problems,
) -> dict[str, Profile]:
    """Parse the profiles of a config, by name; mistakes are added to `problems`.

    `board_indicators` are on the board, and `indicator_names` are the ids and codes of all
    indicators. `broken_names` are names and themes of indicators that may have mistakes of their
    own: to list one of them is no second mistake.
    """
    return {
        name: _profile(name, value, tuple(shown), known, broken, region, problems)
        for name, value in told.items()
    }


def _profile(
    name: str,
    value: Any,
    shown: tuple[Indicator, ...],
    known: Collection[str],
    broken: Collection[str],
    region: str,
    problems: Problems,
) -> Profile:
    """Parse one profile; return it bare if it is no table."""
    keys = ("profiles", name)
    if not isinstance(value, dict):
        problems.add(keys, "must be a table: [profiles.NAME]")
        return Profile(name)
    found = read_fields(keys, value, PROFILE, problems)
    by_name = {name: one.id for one in shown for name in (one.id, one.code)}
    # The areas that every board compares with.
    areas = {area: area for area in ("England", region, NEIGHBOURS) if area}
    themes = {one.theme: one.theme for one in shown}
    told: Fields = dict(found)
    told |= _named(keys, "indicators", found, by_name, problems, known, broken)
    told |= _named(keys, "themes", found, themes, problems, (), broken)
    told |= _named(keys, "comparators", found, areas, problems)
    return Profile(name, **told)


def _named(
    keys: tuple[str, ...],
    field: str,
    found: Fields,
    names: Mapping[str, str],
    problems: Problems,
    elsewhere: Collection[str] = (),
    broken: Collection[str] = (),
) -> Fields:
    """Resolve a listed field's names in any capitals to their meanings, each once and in order.

    Returns the field with its meanings, or nothing if it is not set. A name in `off_board_names`
    exists but is not on the board, which gets a message of its own.
    """
    if field not in found:
        return {}
    folded = {name.casefold(): meant for name, meant in names.items()}
    other = {name.casefold() for name in elsewhere}
    for name in found[field]:
        if name.casefold() in {*folded, *(one.casefold() for one in broken)}:
            continue
        if name.casefold() in other:
            said = f"names {name}, which is not on the board: [board] show or also brings it there"
            problems.add((*keys, field), said)
        else:
            problems.unknown((*keys, field), name, names)
    meant = (folded[name.casefold()] for name in found[field] if name.casefold() in folded)
    return {field: tuple(dict.fromkeys(meant))}
