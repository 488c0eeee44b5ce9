"""The board of the run before, on the screen before anything else is imported.

What the program sent for its first screen is kept, with a mark of all that it depends on. A start
without arguments in the same terminal compares the mark and sends the same bytes again, some 20
milliseconds after Python has begun. Textual, which takes ten times as long to come up, finds its
first screen shown already. With any doubt nothing is painted, and the program starts as it would.

The frame is drawn from the snapshot: figures alone, of the internal board, and nothing of a case. Only its
owner can read it. At the top this module imports nothing that takes time.
"""

from __future__ import annotations

import os
import sys
import time

from kpitui import __version__

TYPE_CHECKING = False  # `typing` takes time to import
if TYPE_CHECKING:
    from typing import Any

_ENTER_SCREEN = b"\x1b[?1049h\x1b[?25l"
_LEAVE_SCREEN = b"\x1b[?1049l\x1b[?25h"
_BUSY_MARK = b"\x1b7\x1b[%d;%dH\x1b[0m\x1b[7m starting \x1b[0m\x1b8"
"""In the foot, until keys are answered; Textual sends the last line anew."""
_VARIABLES = (
    "TERM", "COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "LC_CTYPE", "TMUX", "STY", "KPITUI_CONFIG", "XDG_CONFIG_HOME",
    "HOME", "TEXTUAL_COLOR_SYSTEM", "COLUMNS", "LINES",
)  # fmt: skip
_END_SIGNALS = (1, 2, 15)  # SIGHUP, SIGINT, SIGTERM: `signal` itself takes time to import
_TERMINAL = 2  # Textual draws on standard error
MAX_FRAME_BYTES = 200_000


class FirstFrame:
    """What is on the screen before Textual is, and how to give the terminal back."""

    def __init__(self) -> None:
        self.painted_text = ""  # what Textual would send first, if that is on the screen
        self._attributes: list[Any] | None = None  # of the terminal, as it was found

    def paint(self) -> bool:
        """Paint the frame that was kept, unless there is any doubt; return whether it was painted."""
        try:
            if len(sys.argv) > 1 or not all(os.isatty(descriptor) for descriptor in (0, 1, _TERMINAL)):
                return False
            frame_text = _read_frame()
            if not frame_text:
                return False
            end_on_signals()
            self._silence_keys()
            size = os.get_terminal_size(_TERMINAL)
            mark = _BUSY_MARK % (size.lines, max(size.columns - 10, 1))
            os.write(_TERMINAL, _ENTER_SCREEN + frame_text.encode() + mark)
        except (OSError, ValueError):
            self.leave()
            return False
        self.painted_text = frame_text
        return True

    def _silence_keys(self) -> None:
        """Keep what is typed from showing over the frame; it is read once Textual is there."""
        import termios

        try:
            self._attributes = termios.tcgetattr(0)
            silent: list[Any] = [*self._attributes]
            silent[3] = termios.tcgetattr(0)[3] & ~termios.ECHO
            termios.tcsetattr(0, termios.TCSANOW, silent)
        except termios.error as error:
            raise OSError(str(error)) from None

    def get_attributes(self) -> list[Any] | None:
        """Return the settings of the terminal as it was found, or None where they still are."""
        return self._attributes

    def restore_keys(self) -> None:
        """Give the terminal its settings back, as Textual is to find them."""
        attributes, self._attributes = self._attributes, None
        if attributes is None:
            return
        import termios

        try:
            termios.tcsetattr(0, termios.TCSANOW, attributes)
        except termios.error:
            return  # the terminal has gone

    def leave(self) -> None:
        """Leave the terminal as it was found, where Textual has not taken it over."""
        was_painted, self.painted_text = self.painted_text, ""
        if self._attributes is not None:
            _stop_on_signal()
        self.restore_keys()
        if was_painted:
            try:
                os.write(_TERMINAL, _LEAVE_SCREEN)
            except OSError:
                return

    def hand_over(self) -> str:
        """Return what is on the screen to whoever draws from now on; empty where nothing is."""
        painted_text, self.painted_text = self.painted_text, ""
        return painted_text


FIRST_FRAME = FirstFrame()


def _stop_on_signal() -> None:
    import _signal  # type: ignore[import-not-found]

    _signal.signal(_signal.SIGTSTP, _signal.SIG_DFL)


def end_on_signals() -> None:
    """Leave the terminal as it was found on a signal that comes before anything else handles it."""
    import _signal

    def end_at_once(signal_number: int, stack_frame: object) -> None:
        FIRST_FRAME.leave()
        os._exit(128 + signal_number)

    for signal_number in _END_SIGNALS:
        if _signal.getsignal(signal_number) is not _signal.SIG_IGN:
            _signal.signal(signal_number, end_at_once)
    # A program that is stopped now would leave the shell on the frame; Textual stops in order.
    _signal.signal(_signal.SIGTSTP, _signal.SIG_IGN)


# --- the frame that is kept -----------------------------------------------------------------------


def _get_frame_path() -> str:
    """Return the file of the frame: one for each folder that the program is started in."""
    from zlib import crc32

    state_home = os.environ.get("XDG_STATE_HOME") or os.path.join(os.environ["HOME"], ".local", "state")
    place = repr((os.getcwd(), os.environ.get("KPITUI_CONFIG")))
    return os.path.join(state_home, "kpitui", "frames", f"{crc32(place.encode()):08x}")


def _read_frame() -> str:
    """Return the frame that was kept if all that it depends on is as it was, else an empty text."""
    try:
        descriptor = os.open(_get_frame_path(), os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (OSError, KeyError):
        return ""
    with open(descriptor, "rb") as frame_file:
        status = os.fstat(descriptor)
        if status.st_uid != os.getuid() or status.st_mode & 0o077 or status.st_size > MAX_FRAME_BYTES:
            return ""
        head, _, frame_bytes = frame_file.read().partition(b"\x00")
    mark, *file_names = head.decode().split("\n")
    return frame_bytes.decode() if mark == build_mark(file_names) else ""


def build_mark(file_names: list[str]) -> str:
    """Build the mark of this start: program, day, terminal, and the files and folders as they are.

    Raises OSError for a terminal without a size.
    """
    size = os.get_terminal_size(_TERMINAL)
    environment = [os.environ.get(name) for name in _VARIABLES]
    day = time.strftime("%Y-%m-%d")
    stamps = [_stamp_path(name) for name in file_names]
    return repr((__version__, day, tuple(size), environment, os.getcwd(), stamps))


def _stamp_path(path: str) -> tuple[int, int, int] | None:
    """Return kind, size and time of a file; of a folder the time changes with its names."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    is_folder = status.st_mode & 0o170000 == 0o040000
    return (status.st_mode, 0 if is_folder else status.st_size, status.st_mtime_ns)


def keep_frame(frame_text: str, mark: str, file_names: list[str]) -> None:
    """Keep a frame for the next start, or do nothing where it cannot be written."""
    from contextlib import suppress
    from pathlib import Path

    from kpitui.atomic_files import create_private_folder, replace_file

    content = "\n".join((mark, *file_names)).encode() + b"\x00" + frame_text.encode()
    if len(content) > MAX_FRAME_BYTES or any("\n" in name or "\x00" in name for name in (mark, *file_names)):
        return
    with suppress(OSError, KeyError):
        frame_path = Path(_get_frame_path())
        create_private_folder(frame_path.parent)
        replace_file(frame_path, content)
