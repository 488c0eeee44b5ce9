"""Work on the data, away from the screen: a request, the desk that does it, and the answer.

Only worker threads touch the desk, and only the thread that draws touches screens. An answer
carries its request, and is dropped if nobody waits for that request any longer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpitui import snapshot
from kpitui.model import Board, Entry, Issue, Progress
from kpitui.periods import Period, latest_complete
from kpitui.places import find_config

if TYPE_CHECKING:
    from kpitui.behind import CaseRestated, Cases, Changes, Event, Subject
    from kpitui.commentary.writing import Draft, Outcome
    from kpitui.council import Council
    from kpitui.report.briefing import Briefing
    from kpitui.terminal.desk import Desk
    from kpitui.terminal.maker import Maker


@dataclass(frozen=True, slots=True)
class Recalled:
    """A board to show until the tables are read, and whether it was made in this run."""

    board: Board
    just_made: bool


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """Work to be done on the desk; two requests are the same only if they are one object.

    `description` names the thread that does it.
    """

    what: str
    run: Callable[[Desk], Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer: issues in files, and advice."""

    issues: tuple[Issue, ...]
    advice: str


@dataclass(frozen=True, slots=True)
class Bug:
    """An error that nobody expected."""

    error: BaseException


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The result of a request, which may be a failure or an unexpected error."""

    request: Request
    result: Any


class StillWritten(ValueError):
    """Files that may not be complete yet; the board stays until they are."""

    def __init__(self, files: Sequence[str]) -> None:
        more = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
        super().__init__(
            f"{files[0]}{more} may still be being written: the board is kept as it was, "
            "and the tables are read again in a moment"
        )


class NotAnswered(ValueError):
    """Queries that were answered before and now are not; the board stays."""

    def __init__(self, why: Sequence[str]) -> None:
        more = f", and {len(why) - 1:,} more" if len(why) > 1 else ""
        super().__init__(f"Kept the board as it was; R asks again. {why[0]}{more}")


class Lost(ValueError):
    """Tables that could be used before and now cannot; the board stays until asked for again."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__(str(issues[0]))
        self.issues = tuple(issues)


class CouncilDesk:
    """The desk over a council's config and tables; polars is first imported here, when needed.

    With a `board_process` a second process makes the usual board, and the tables are read when they
    are first needed. A thread waits for the first board from the beginning, so that Textual, which
    takes longer to import, can be imported meanwhile.
    """

    def __init__(self, config: Path | None, maker: Maker | None = None) -> None:
        self._config = config
        self._council: Any = None
        self._basis: snapshot.Basis | None = None  # the files just before they were read
        self._one_at_a_time = threading.Lock()
        self._usable: frozenset[str] = frozenset()  # tables that the board is made of
        self._answering: frozenset[str] = frozenset()  # those of them that come from queries
        self._lost: tuple[Issue, ...] = ()  # issues already reported about lost tables
        self._refused = 0  # readings refused because files were incomplete
        self.told: Callable[[Progress], object] = lambda progress: None
        """Called with how far the reading is, by the thread that reads."""
        self._recalled: Future[Recalled | None] = Future()
        self._maker = maker
        threading.Thread(target=self._recall, name="kpitui recall", daemon=True).start()

    def board(
        self, as_at: date | None, period: Period | None, *, reread: bool, public: bool = False
    ) -> Board:
        """Return a board for a date and period, None for the config's own; see `board.build_board`.

        The usual board comes from the second process if that made one.
        """
        with self._one_at_a_time:
            # The second process makes only the internal board, on the config's date and period.
            usual = as_at is None and period is None and not reread and not public
            if usual and (made := self._made()) is not None:
                return made
            from kpitui.board import build

            return build(self._open(reread), as_at, period, public=public)

    def prepare(self) -> None:
        """Read the tables before they are needed."""
        with self._one_at_a_time:
            self._open(False)

    def cases(
        self, board: Board, entry: Entry, variant: str | None, period: Period | None
    ) -> Cases:
        """Return the cases behind a figure; `variant_id` None means the main definition."""
        with self._one_at_a_time:
            from kpitui.cases import cases

            return cases(self._open(False), board, entry, variant, period)

    def timeline(self, board: Board, column: str, subject: str) -> tuple[Event, ...]:
        """Return all events of a subject, found by the id in `id_column`."""
        with self._one_at_a_time:
            from kpitui.timeline import timeline

            return timeline(self._open(False), board, column, subject)

    def changes(self, board: Board, before: Period, after: Period) -> Changes:
        """Return what moved between two periods."""
        with self._one_at_a_time:
            from kpitui.changes import changes

            return changes(self._open(False), board, before, after)

    def briefing(
        self, board: Board, profile: str, *, internal: bool, with_cases: bool
    ) -> tuple[Briefing, tuple[str, ...]]:
        """Return a briefing for a board's date and period, and the names of all profiles."""
        with self._one_at_a_time:
            from kpitui.profiles import Profile
            from kpitui.report.asking import ask

            council = self._open(False)
            profiles = council.settings.profiles
            chosen, when = profiles.get(profile, Profile()), (board.as_at, board.period)
            told = ask(council, chosen, *when, internal=internal, with_cases=with_cases)
            return told, tuple(profiles)

    def find(self, board: Board, text: str) -> tuple[Subject, ...]:
        """Return the schools, children and workers whose id or name has the text in it."""
        with self._one_at_a_time:
            from kpitui.finding import find

            return find(self._open(False), board, text)

    def home(self, board: Board, subject: Subject) -> Entry | None:
        """Return the first entry among whose cases the subject is, or None."""
        with self._one_at_a_time:
            from kpitui.finding import home

            return home(self._open(False), board, subject)

    def restated(self, board: Board, entry: Entry) -> tuple[tuple[CaseRestated, ...], ...]:
        """Return the cases that explain each restated period, in the order of `entry.restated`."""
        with self._one_at_a_time:
            from kpitui.published import responsible

            council = self._open(False)
            return tuple(responsible(council, board, entry, one) for one in entry.restated)

    def draft(self, board: Board, entry: Entry) -> Draft:
        """Return a commentary draft for an indicator, read from the commentary file."""
        with self._one_at_a_time:
            from kpitui.commentary.writing import draft

            return draft(self._open(False).settings, board, entry)

    def write(self, draft: Draft, text: str) -> Outcome:
        """Write an edited draft; what somebody else wrote meanwhile stays."""
        from kpitui.commentary.writing import write

        # No lock: the draft has all that is needed, so this does not wait for a reading.
        return write(draft, text)

    def recall(self) -> Future[Recalled | None]:
        """Return the future of the usual board before the tables are read; it needs no polars."""
        return self._recalled

    def _recall(self) -> None:
        """Recall the board of the last run, or have the second process make one."""
        try:
            board, just_made = snapshot.recall(find_config(self._config)), False
            if board is None and self._maker is not None:
                board, just_made = self._maker.first(), True
            self._recalled.set_result(Recalled(board, just_made) if board else None)
        except Exception as error:
            self._recalled.set_exception(error)

    def _made(self) -> Board | None:
        """Return the board of the second process, once, or None.

        If the tables have already been read, only a board made of the same files counts.
        """
        # The process sends its boards in order: wait until the first one has been taken.
        self._recalled.exception()
        maker, self._maker = self._maker, None
        made = maker.whole() if maker is not None else None
        if made is None or (self._basis is not None and self._basis != made[1]):
            return None
        board, self._basis = made
        broken = {source.table for source in board.sources if source.problem}
        self._usable = frozenset(source.table for source in board.sources) - broken
        return board

    def keep(self, board: Board) -> None:
        """Save a board for the next start if it is the one that a start without options opens.

        A board for which a database gave nothing is not saved: nothing would show that the data are
        back. Nor is a public one, which lacks figures.
        """
        council = self._council
        if council is None:  # the second process has saved its own board
            return
        if board.public or self._basis is None or board.as_at != council.settings.meeting():
            return
        silent = any(source.problem and not source.watched for source in board.sources)
        if board.period == latest_complete(board.as_at) and not silent:
            snapshot.save(board, self._basis)

    def made_from(self) -> snapshot.Stamp | None:
        """Return the stamp of the config and tables just before the usual board was made."""
        return self._basis.stamp if self._basis is not None else None

    def stamp(self) -> snapshot.Stamp:
        """Return the present stamp of the config and tables: name, size and time of each file."""
        basis = self._basis
        if basis is None:
            return snapshot.stamp_of([find_config(self._config).absolute()])
        # Incomplete files are read again even if they never change any more: the count makes
        # this stamp differ from the one before.
        again = (("read again", self._refused, 0),) if self._refused else ()
        return again + basis.again()

    def _open(self, reread: bool) -> Any:
        if self._council is None or reread:
            from kpitui.config import load
            from kpitui.council import read_council

            settings = load(find_config(self._config))
            # The stamp is taken before reading: a file that changes meanwhile is then read again.
            places = (settings.folder, settings.published)
            basis = snapshot.look(settings.file, places, settings.as_at)
            council = read_council(settings, lambda progress: self.told(progress))
            if self._basis is not None:
                self._none_lost(council, reread)
            self._council, self._basis = council, basis
            self._usable = frozenset(council.tables.frames)
            self._answering = council.tables.answered
        return self._council

    def _none_lost(self, council: Council, reread: bool) -> None:
        """Check that no table that the board is made of has gone.

        Raises FilesStillWritten, QueriesNotAnswered or TablesLost. A second `reread` with the same
        tables lost accepts the loss: the user has seen it and asks again.
        """
        now = council.tables
        if now.unsettled:
            self._refused += 1
            raise StillWritten(now.unsettled)
        silent = [why for table, why in now.unanswered.items() if table in self._answering]
        if silent:
            raise NotAnswered([*dict.fromkeys(silent)])
        lost, told = now.lost_since(self._usable), self._lost
        if reread:
            self._lost = lost
        if lost and not (reread and lost == told):
            raise Lost(lost)


def do(desk: Desk, request: Request) -> Answer:
    """Run a request; what can be put right in a file comes back as a failure."""
    try:
        return Answer(request, request.run(desk))
    except OSError as error:
        where = str(error.filename or "a file")
        issue = Issue(where, f"cannot be read: {error.strerror or type(error).__name__}")
        return Answer(request, Failure((issue,), "Put the file right"))
    except Exception as error:
        # Several modules raise errors with issues; this one must not import them all.
        issues = getattr(error, "issues", None)
        if issues:
            return Answer(request, Failure(tuple(issues), "Correct the lines above"))
        # Our own ValueErrors carry words for the user; one of a library is a bug.
        if isinstance(error, ValueError) and type(error).__module__.startswith("kpitui."):
            return Answer(request, Failure((), str(error)))
        return Answer(request, Bug(error))


def start(desk: Desk, request: Request, post: Callable[[Answer], object]) -> None:
    """Run a request on a thread of its own, which never keeps the program from ending.

    `post_answer` is called on that thread with the answer.
    """
    threading.Thread(
        target=lambda: post(do(desk, request)), name=f"kpitui {request.what}", daemon=True
    ).start()
