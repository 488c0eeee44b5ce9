"""Where kpitui looks for a config, and where it keeps what it remembers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from zlib import crc32

SAMPLE = Path(__file__).with_name("sample") / "config.toml"
CHECKOUT_SAMPLE = Path(__file__).parent.parent / "config.toml"


def find_config(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """The first config there is: given, $KPITUI_CONFIG, ./config.toml, the user's, the sample."""
    if given is not None:
        return given
    if named := environment.get("KPITUI_CONFIG"):
        return Path(named)
    home = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    places = (Path("config.toml"), Path(home) / "kpitui" / "config.toml", SAMPLE)
    return next((place for place in places if place.is_file()), CHECKOUT_SAMPLE)


def state_folder() -> Path:
    """``$XDG_STATE_HOME/kpitui`` or ``~/.local/state/kpitui``."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "kpitui"


def board_file(config: Path) -> Path:
    """Where the last board of a config is kept; what it is of is said in it."""
    return state_folder() / "boards" / f"{crc32(str(config.absolute()).encode()):08x}.json"
