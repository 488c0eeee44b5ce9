"""Briefing profiles: the committee that a briefing is for, and its contents.

A profile only selects from the board. The board is counted, judged and made safe to publish
first, so that two briefings of one day never contradict each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kpitui.catalogue.parser import FieldValues, ProblemCollector, parse_fields
from kpitui.config_file import field_parsers
from kpitui.model.catalogue import Indicator

BriefingLength = Literal["summary", "full"]
NEIGHBOURS_LABEL = "Statistical neighbours"


@dataclass(frozen=True, slots=True)
class BriefingProfile:
    """A briefing's contents; without indicators, themes or comparators it has all of them."""

    name: str = ""
    title: str = "Children's services performance"
    committee: str = ""
    audience: str = ""
    indicators: tuple[str, ...] = ()  # ids, in order
    themes: tuple[str, ...] = ()  # in order
    comparators: tuple[str, ...] | None = None
    length: BriefingLength = "full"


PROFILE_FIELDS: dict[str, field_parsers.FieldParser] = {
    "title": field_parsers.parse_text_field,
    "committee": field_parsers.parse_text_field,
    "audience": field_parsers.parse_text_field,
    "indicators": field_parsers.parse_text_list_field,
    "themes": field_parsers.parse_text_list_field,
    "comparators": field_parsers.parse_text_list_field,
    "length": field_parsers.make_choice_parser("summary", "full"),
}


def parse_profiles(
    raw_profiles: Mapping[str, Any],
    board_indicators: Iterable[Indicator],
    indicator_names: Collection[str],
    broken_names: Collection[str],
    region: str,
    problems: ProblemCollector,
) -> dict[str, BriefingProfile]:
    """Parse the profiles of a config, by name; mistakes are added to `problems`.

    `board_indicators` are on the board, and `indicator_names` are the ids and codes of all
    indicators. `broken_names` are names and themes of indicators that may have mistakes of their
    own: to list one of them is no second mistake.
    """
    return {
        name: _parse_profile(name, profile, tuple(board_indicators), indicator_names, broken_names, region, problems)
        for name, profile in raw_profiles.items()
    }


def _parse_profile(
    profile_name: str,
    raw_profile: Any,
    board_indicators: tuple[Indicator, ...],
    indicator_names: Collection[str],
    broken_names: Collection[str],
    region: str,
    problems: ProblemCollector,
) -> BriefingProfile:
    """Parse one profile; return it bare if it is no table."""
    key_path = ("profiles", profile_name)
    if not isinstance(raw_profile, dict):
        problems.add_problem(key_path, "config-not-table", example="[profiles.NAME]")
        return BriefingProfile(profile_name)
    parsed_fields = parse_fields(key_path, raw_profile, PROFILE_FIELDS, problems)
    ids_by_name = {name: indicator.id for indicator in board_indicators for name in (indicator.id, indicator.code)}
    # The areas that every board compares with.
    area_names = {area_name: area_name for area_name in ("England", region, NEIGHBOURS_LABEL) if area_name}
    theme_names = {indicator.theme: indicator.theme for indicator in board_indicators}
    fields: FieldValues = dict(parsed_fields)
    fields |= _resolve_listed_names(
        key_path, "indicators", parsed_fields, ids_by_name, problems, indicator_names, broken_names
    )
    fields |= _resolve_listed_names(key_path, "themes", parsed_fields, theme_names, problems, (), broken_names)
    fields |= _resolve_listed_names(key_path, "comparators", parsed_fields, area_names, problems)
    return BriefingProfile(profile_name, **fields)


def _resolve_listed_names(
    key_path: tuple[str, ...],
    field_name: str,
    parsed_fields: FieldValues,
    meanings_by_name: Mapping[str, str],
    problems: ProblemCollector,
    off_board_names: Collection[str] = (),
    broken_names: Collection[str] = (),
) -> FieldValues:
    """Resolve a listed field's names in any capitals to their meanings, each once and in order.

    Returns the field with its meanings, or nothing if it is not set. A name in `off_board_names`
    exists but is not on the board, which gets a message of its own.
    """
    if field_name not in parsed_fields:
        return {}
    folded_name = {name.casefold(): meaning for name, meaning in meanings_by_name.items()}
    board_names = {listed_name.casefold() for listed_name in off_board_names}
    for listed_name in parsed_fields[field_name]:
        if listed_name.casefold() in {*folded_name, *(broken_name.casefold() for broken_name in broken_names)}:
            continue
        if listed_name.casefold() in board_names:
            problems.add_problem((*key_path, field_name), "config-not-on-board", name=listed_name)
        else:
            problems.add_unknown_name((*key_path, field_name), listed_name, meanings_by_name)
    meanings = (
        folded_name[listed_name.casefold()]
        for listed_name in parsed_fields[field_name]
        if listed_name.casefold() in folded_name
    )
    return {field_name: tuple(dict.fromkeys(meanings))}
