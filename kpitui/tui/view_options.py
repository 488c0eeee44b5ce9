"""The options of an address: all that decides what a view shows, besides its screen and period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from kpitui.drilldown.case_table import RowQuery
from kpitui.model.typed_dates import parse_typed_date
from kpitui.text import format_name_hint

_RESERVED_CHARACTERS: Final = ("%", "&", "?")
_EVERY_SCREEN: Final = ("as-at", "public", "internal")
_ROW_OPTIONS: Final = ("filter", "sort", "reverse")
SCREEN_OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "board": (*_EVERY_SCREEN, *_ROW_OPTIONS),
    "indicator": _EVERY_SCREEN,
    "cases": (*_EVERY_SCREEN, *_ROW_OPTIONS, "definition", "group", "open"),
    "case": (*_EVERY_SCREEN, "definition", "row"),
    "restated": _EVERY_SCREEN,
    "data": (*_EVERY_SCREEN, *_ROW_OPTIONS, "issues"),
    "changes": (*_EVERY_SCREEN, "filter"),
    "due": (*_EVERY_SCREEN, *_ROW_OPTIONS),
    "flow": _EVERY_SCREEN,
    "split": _EVERY_SCREEN,
    "areas": _EVERY_SCREEN,
}
"""The options that the address of each screen can carry."""
_FLAGS: Final = ("reverse", "public", "internal", "issues")


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """The options of a view. `is_public` None keeps the view, public or internal, that is on screen."""

    as_at: date | None = None
    definition: str = ""
    row_query: RowQuery = field(default_factory=RowQuery)
    row_number: int = 0
    shows_issues: bool = False
    is_public: bool | None = None

    def __str__(self) -> str:
        options_text = "&".join(self._generate_parts())
        return f"?{options_text}" if options_text else ""

    def _generate_parts(self) -> Iterator[str]:
        row_query = self.row_query
        opened_group = ":".join(row_query.opened_group) if row_query.opened_group else ""
        values = {
            "as-at": self.as_at.isoformat() if self.as_at else "",
            "definition": self.definition,
            "filter": row_query.filter_text,
            "group": row_query.group_by or "",
            "open": opened_group,
            "sort": row_query.sorted_by,
            "row": str(self.row_number + 1) if self.row_number else "",
        }
        yield from (f"{name}={encode_reserved(value)}" for name, value in values.items() if value)
        flags = {"reverse": row_query.reverse, "issues": self.shows_issues}
        flags |= {"public": self.is_public is True, "internal": self.is_public is False}
        yield from (name for name, is_set in flags.items() if is_set)


NO_OPTIONS: Final = ViewOptions()


def encode_reserved(text: str) -> str:
    """Write the characters that an address uses itself as ``%26``."""
    for character in _RESERVED_CHARACTERS:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def decode_reserved(text: str) -> str:
    """Read what `encode_reserved` wrote; any other percent sign stays."""
    for character in reversed(_RESERVED_CHARACTERS):
        text = text.replace(f"%{ord(character):02X}", character)
    return text


def parse_options(options_text: str, screen_name: str) -> ViewOptions:
    """Read the options of a screen. Raises ValueError for one that the screen does not have."""
    options = NO_OPTIONS
    for part in options_text.split("&"):
        name, equals_sign, encoded_value = part.partition("=")
        name = name.strip().lower()
        if name not in SCREEN_OPTIONS[screen_name]:
            hint = format_name_hint(name, SCREEN_OPTIONS[screen_name])
            raise ValueError(f"the address of {screen_name} cannot have {name!r}{hint}")
        if (name in _FLAGS) == bool(equals_sign):
            raise ValueError(f"write {name} alone" if name in _FLAGS else f"write {name}=VALUE")
        options = _set_option(options, name, decode_reserved(encoded_value))
    return options


def _set_option(options: ViewOptions, name: str, value: str) -> ViewOptions:
    """Return the options with one more. Raises ValueError for a value that cannot be read."""
    row_query = options.row_query
    if name in ("public", "internal"):
        return replace(options, is_public=name == "public")
    if name == "as-at":
        return replace(options, as_at=parse_typed_date(value))
    if name == "issues":
        return replace(options, shows_issues=True)
    if name == "definition":
        return replace(options, definition=value)
    if name == "row":
        return replace(options, row_number=_parse_row_number(value))
    if name == "open":
        return replace(options, row_query=replace(row_query, opened_group=_split_group(value)))
    changes = {"filter": {"filter_text": value}, "sort": {"sorted_by": value}, "group": {"group_by": value}}
    changed_fields: dict[str, object] = {"reverse": True} if name == "reverse" else dict(changes[name])
    return replace(options, row_query=replace(row_query, **changed_fields))  # type: ignore[arg-type]


def _parse_row_number(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not int(value):
        raise ValueError(f"{value!r} is not the number of a row")
    return int(value) - 1


def _split_group(value: str) -> tuple[str, str]:
    column_name, colon, group_value = value.partition(":")
    if not colon:
        raise ValueError("write open=COLUMN:VALUE")
    return column_name, group_value
