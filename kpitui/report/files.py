"""Writing a file whole or not at all, and never over another unasked."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def write_file(path: Path, content: bytes, *, over: bool, private: bool) -> None:
    """Write a file beside its place, and put it there when it is whole.

    `private` files are readable by their owner alone, from the first byte on; others as the
    system has it.  Raises FileExistsError where there is one and it is not to be written over,
    and OSError where nothing can be written.
    """
    mode = 0o600 if private else 0o666  # less what the user's umask takes away
    if not over:
        # The name is taken first: two writers cannot both find it free.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
    beside = path.with_name(f".kpitui-{os.getpid()}-{path.name}")
    try:
        number = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        with open(number, "wb") as out:
            out.write(content)
        os.replace(beside, path)
    except OSError:
        with suppress(OSError):
            os.unlink(beside)
        if not over:
            os.unlink(path)
        raise
