"""What every test may ask for."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples import Example


@pytest.fixture
def example(tmp_path: Path) -> Example:
    """A place to write small councils."""
    return Example(tmp_path)


@pytest.fixture
def hangup_ends() -> Iterator[None]:
    """Let SIGHUP end the processes that a test starts, though nohup, under which tests may run, has it ignored."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)
