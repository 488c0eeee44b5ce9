"""Locations of the config and of the files that kpitui keeps for itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from zlib import crc32

SAMPLE_CONFIG = Path(__file__).with_name("sample") / "config.toml"
# Only the built package carries the sample folder: in a checkout the sample is at the root.
CHECKOUT_CONFIG = Path(__file__).parent.parent / "config.toml"


def find_config(config_path: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """Find the config: `config_path`, $KPITUI_CONFIG, ./config.toml, the user's or the sample.

    The first two are returned whether or not they exist, so that a mistyped path is an error.
    """
    if config_path is not None:
        return config_path
    if path := environment.get("KPITUI_CONFIG"):
        return Path(path)
    config_home = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    paths = (Path("config.toml"), Path(config_home) / "kpitui" / "config.toml", SAMPLE_CONFIG)
    return next((candidate for candidate in paths if candidate.is_file()), CHECKOUT_CONFIG)


def get_state_folder() -> Path:
    """Return ``$XDG_STATE_HOME/kpitui`` or ``~/.local/state/kpitui``."""
    state_home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state_home) / "kpitui"


def get_snapshot_path(config_path: Path) -> Path:
    """Return the path of a config's last board; the file itself says what it was made from."""
    # A clash of checksums does no harm: the snapshot names the config that it was made from.
    return get_state_folder() / "boards" / f"{crc32(str(config_path.absolute()).encode()):08x}.json"
