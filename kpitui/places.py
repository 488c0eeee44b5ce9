"""Locations of the config and of the files that kpitui keeps for itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from zlib import crc32

SAMPLE = Path(__file__).with_name("sample") / "config.toml"
# Only the built package carries the sample folder: in a checkout the sample is at the root.
CHECKOUT_SAMPLE = Path(__file__).parent.parent / "config.toml"


def find_config(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """Find the config: `config_path`, $KPITUI_CONFIG, ./config.toml, the user's or the sample.

    The first two are returned whether or not they exist, so that a mistyped path is an error.
    """
    if given is not None:
        return given
    if named := environment.get("KPITUI_CONFIG"):
        return Path(named)
    home = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    places = (Path("config.toml"), Path(home) / "kpitui" / "config.toml", SAMPLE)
    return next((place for place in places if place.is_file()), CHECKOUT_SAMPLE)


def state_folder() -> Path:
    """Return ``$XDG_STATE_HOME/kpitui`` or ``~/.local/state/kpitui``."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "kpitui"


def board_file(config: Path) -> Path:
    """Return the path of a config's last board; the file itself says what it was made from."""
    # A clash of checksums does no harm: the snapshot names the config that it was made from.
    return state_folder() / "boards" / f"{crc32(str(config.absolute()).encode()):08x}.json"
