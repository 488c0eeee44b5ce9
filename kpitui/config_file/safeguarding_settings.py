"""What a council says of its Standard Safeguarding Dataset, whose codes differ from place to place: `[ssd]`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kpitui.config_file import field_parsers
from kpitui.config_file.field_errors import InvalidField


@dataclass(frozen=True, slots=True)
class SafeguardingSettings:
    """The types of address that are a home, and the codes of legal statuses, both in lower case."""

    home_types: tuple[str, ...] = ("home",)
    legal_statuses: Mapping[str, str] = field(default_factory=dict)


USUAL_SAFEGUARDING = SafeguardingSettings()


def _parse_home_types(raw_value: Any) -> tuple[str, ...]:
    return tuple(word.strip().lower() for word in field_parsers.parse_text_list_field(raw_value))


def _parse_legal_statuses(raw_value: Any) -> dict[str, str]:
    if not isinstance(raw_value, dict):
        raise InvalidField("config-not-table", example='{ "Full care order" = "C2" }')
    codes = field_parsers.parse_names_by_code_field(raw_value)
    return {words.strip().lower(): code for words, code in codes.items()}


SAFEGUARDING_FIELDS: dict[str, field_parsers.FieldParser] = {
    "home_types": _parse_home_types,
    "legal_status": _parse_legal_statuses,
}


def build_safeguarding_settings(fields: Mapping[str, Any]) -> SafeguardingSettings:
    """Build the settings from their parsed fields."""
    usual = USUAL_SAFEGUARDING
    return SafeguardingSettings(
        fields.get("home_types", usual.home_types), fields.get("legal_status", usual.legal_statuses)
    )
