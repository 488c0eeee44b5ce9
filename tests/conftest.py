"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples import Example


@pytest.fixture
def example(tmp_path: Path) -> Example:
    """A place to write small councils."""
    return Example(tmp_path)
