"""Many councils in the config, `[areas]`: files of counts, names, and whom a council is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from kpitui.config_file import field_parsers
from kpitui.locations import expand_home
from kpitui.model.areas import ComparedWith


@dataclass(frozen=True, slots=True)
class AreaSettings:
    """Where the counts of many councils come from, and how they are compared."""

    folder: Path = Path()
    counts_patterns: tuple[str, ...] = ()
    names_file: Path | None = None
    compare: ComparedWith = "England"
    chosen: str = ""  # the number of a council that is not the config's own, whose figures are asked for


NO_AREAS = AreaSettings()


def _parse_patterns(raw_value: Any) -> tuple[str, ...]:
    """Parse one pattern of file names, or a list of them."""
    is_list = isinstance(raw_value, list)
    return field_parsers.parse_text_list_field(raw_value) if is_list else (field_parsers.parse_text_field(raw_value),)


AREA_FIELDS: dict[str, field_parsers.FieldParser] = {
    "counts": _parse_patterns,
    "names": field_parsers.parse_text_field,
    "compare": field_parsers.make_choice_parser(*get_args(ComparedWith)),
}


def build_area_settings(config_folder: Path, fields: Mapping[str, Any]) -> AreaSettings:
    """Build the settings of `[areas]`, with paths relative to the config."""
    names_file = config_folder / expand_home(Path(fields["names"])) if fields.get("names") else None
    patterns = tuple(str(expand_home(Path(pattern))) for pattern in fields.get("counts", ()))
    return AreaSettings(config_folder, patterns, names_file, fields.get("compare", "England"))
