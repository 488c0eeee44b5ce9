"""Views saved under a name: those in the config, and the user's own in the state folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kpitui.atomic_files import create_private_folder, explain_write_failure, replace_file
from kpitui.locations import get_state_folder
from kpitui.model.issues import Issue, create_message
from kpitui.model.periods import Period
from kpitui.regular_files import read_regular_file
from kpitui.text import clean_text
from kpitui.tui import address
from kpitui.tui.address import Address

if TYPE_CHECKING:
    from kpitui.config.settings import Settings

MAX_NAME_LENGTH: Final = 60
FILE_HEADING: Final = "# Views saved in kpitui, each with its address.\n"
ViewAddresses = Mapping[str, str]


def get_views_file() -> Path:
    """Return the path of the file with the user's own views."""
    return get_state_folder() / "views.toml"


def read_own_views() -> dict[str, str]:
    """Return the user's own views by name; none if the file cannot be read."""
    try:
        return _read_views()
    except (OSError, ValueError):
        return {}


def combine_views(config_views: ViewAddresses) -> dict[str, str]:
    """Return the config's views and the user's own, which win where both have a name."""
    return {**config_views, **read_own_views()}


def save_view(view_name: str, view_address: str, opening_key: str) -> str:
    """Save an address under a name, replacing any it had; return what was done.

    `opening_key` is the key that opens saved views. A file that cannot be read is not overwritten:
    it may be a list with a slip in it.
    """
    try:
        views_path = get_views_file()
        saved_views = {**_read_views(), view_name: view_address}
        create_private_folder(views_path.parent)
        replace_file(views_path, _format_views(saved_views).encode())
    except OSError as error:
        return clean_text(explain_write_failure(error))
    except ValueError:
        return f"{clean_text(str(views_path))} is not valid TOML, so it was not replaced: correct it first"
    return f"Saved {view_name}: {view_address}. {opening_key} opens it"


def describe_name_problem(view_name: str, indicator_names: Iterable[str]) -> str:
    """Return why a view cannot have this name, or an empty text."""
    if not view_name or len(view_name) > MAX_NAME_LENGTH:
        return f"A name must have 1 to {MAX_NAME_LENGTH} characters"
    try:
        # Opening a view tries addresses before names, so this name would never be reached.
        address.parse_address(view_name, indicator_names)
    except ValueError:
        return ""
    return f"{view_name} is an address itself: choose another name"


def find_view(
    typed_text: str, indicator_names: Iterable[str], config_views: ViewAddresses, reference_period: Period | None = None
) -> Address:
    """Return the address that a text is or names, in upper or lower case.

    Raises ValueError as `parse_address` does.
    """
    indicator_names = tuple(indicator_names)
    try:
        return address.parse_address(typed_text, indicator_names, reference_period)
    except ValueError:
        addresses_by_name = {
            name.casefold(): view_address for name, view_address in combine_views(config_views).items()
        }
        if (view_address := addresses_by_name.get(typed_text.strip().casefold())) is None:
            raise
    return address.parse_address(view_address, indicator_names)


def find_view_issues(settings: Settings) -> Iterator[Issue]:
    """Yield an issue for each view in the config that is no address, and for a bad `open`."""
    names = [name for indicator in settings.indicators for name in (indicator.id, indicator.code)]
    addresses = [(("views", view_name), address) for view_name, address in settings.saved_views.items()]
    addresses_and_opening = [*addresses, *([(("open",), settings.opening_view)] if settings.opening_view else [])]
    for key_path, view_address in addresses_and_opening:
        try:
            # `open` may be the name of a view, but a view may not be another view's name.
            find_view(view_address, names, settings.saved_views if key_path == ("open",) else {})
        except ValueError as error:
            yield settings.document.create_issue(key_path, create_message("config-view-not-known", reason=str(error)))


def _read_views() -> dict[str, str]:
    """Return the views of the file; none if there is no file. Raises OSError and ValueError."""
    import tomli

    try:
        views_table = tomli.loads(read_regular_file(get_views_file()).decode()).get("views", {})
    except FileNotFoundError:
        return {}
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if not isinstance(views_table, dict):
        raise ValueError("views is not a table")
    # The file can be edited by hand: what it says goes to the terminal.
    return {clean_text(name): clean_text(address) for name, address in views_table.items() if isinstance(address, str)}


def _format_views(view_addresses: ViewAddresses) -> str:
    """Format views as TOML. A JSON string is a TOML string too."""
    toml_lines = (
        f"{_quote_toml_text(name)} = {_quote_toml_text(address)}\n" for name, address in sorted(view_addresses.items())
    )
    return f"{FILE_HEADING}\n[views]\n{''.join(toml_lines)}"


def _quote_toml_text(unquoted_text: str) -> str:
    return json.dumps(unquoted_text, ensure_ascii=False)
