"""Work on the data, done away from the screen: a request, the desk that does it, and its answer.

Only the thread that does the work touches the desk; only the thread that draws touches screens.
An answer carries the request it answers, and one that nobody waits for any longer is dropped.
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
    """A board to show until the tables are read, and whether it was made just now."""

    board: Board
    just_made: bool


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """Work asked for; two requests are the same only if they are one object."""

    what: str
    run: Callable[[Desk], Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer, in the words of the files, and what to do."""

    issues: tuple[Issue, ...]
    advice: str


@dataclass(frozen=True, slots=True)
class Bug:
    """An error that nobody foresaw."""

    error: BaseException


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What came of a request."""

    request: Request
    result: Any


class StillWritten(ValueError):
    """Files that may not be whole yet: what was read before stays until they are."""

    def __init__(self, files: Sequence[str]) -> None:
        more = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
        super().__init__(
            f"{files[0]}{more} may still be being written: the board is kept as it was, "
            "and the tables are read again in a moment"
        )


class NotAnswered(ValueError):
    """Queries that were answered before and are not now: what was read before stays."""

    def __init__(self, why: Sequence[str]) -> None:
        more = f", and {len(why) - 1:,} more" if len(why) > 1 else ""
        super().__init__(f"Kept the board as it was; R asks again. {why[0]}{more}")


class Lost(ValueError):
    """Tables that could be used before and cannot any more: the board stays until asked again."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__(str(issues[0]))
        self.issues = tuple(issues)


class CouncilDesk:
    """The desk over a council's config and tables; polars is first imported here, when asked.

    With a `maker` the usual board is made by a process of its own, and the tables are read when
    they are asked for.  The first board to show is waited for as soon as there is a desk: textual,
    which takes longer to import, may be imported meanwhile.
    """

    def __init__(self, config: Path | None, maker: Maker | None = None) -> None:
        self._config = config
        self._council: Any = None
        self._basis: snapshot.Basis | None = None  # the files as they were before they were read
        self._one_at_a_time = threading.Lock()
        self._usable: frozenset[str] = frozenset()  # tables that the board was made of
        self._answering: frozenset[str] = frozenset()  # and those of them that queries answered
        self._lost: tuple[Issue, ...] = ()  # what was told of tables that are lost, and not taken
        self._refused = 0  # times that files were not whole when they were read again
        self.told: Callable[[Progress], object] = lambda progress: None
        """Is told, by the thread that reads, how far the reading is."""
        self._recalled: Future[Recalled | None] = Future()
        self._maker = maker
        threading.Thread(target=self._recall, name="kpitui recall", daemon=True).start()

    def board(
        self, as_at: date | None, period: Period | None, *, reread: bool, public: bool = False
    ) -> Board:
        with self._one_at_a_time:
            usual = as_at is None and period is None and not reread and not public
            if usual and (made := self._made()) is not None:
                return made
            from kpitui.board import build

            return build(self._open(reread), as_at, period, public=public)

    def prepare(self) -> None:
        """Have the tables read, since they will be asked for."""
        with self._one_at_a_time:
            self._open(False)

    def cases(
        self, board: Board, entry: Entry, variant: str | None, period: Period | None
    ) -> Cases:
        with self._one_at_a_time:
            from kpitui.cases import cases

            return cases(self._open(False), board, entry, variant, period)

    def timeline(self, board: Board, column: str, subject: str) -> tuple[Event, ...]:
        with self._one_at_a_time:
            from kpitui.timeline import timeline

            return timeline(self._open(False), board, column, subject)

    def changes(self, board: Board, before: Period, after: Period) -> Changes:
        with self._one_at_a_time:
            from kpitui.changes import changes

            return changes(self._open(False), board, before, after)

    def briefing(
        self, board: Board, profile: str, *, internal: bool, with_cases: bool
    ) -> tuple[Briefing, tuple[str, ...]]:
        """A briefing of the date and period of a board, and the profiles that there are."""
        with self._one_at_a_time:
            from kpitui.profiles import Profile
            from kpitui.report.asking import ask

            council = self._open(False)
            profiles = council.settings.profiles
            chosen, when = profiles.get(profile, Profile()), (board.as_at, board.period)
            told = ask(council, chosen, *when, internal=internal, with_cases=with_cases)
            return told, tuple(profiles)

    def find(self, board: Board, text: str) -> tuple[Subject, ...]:
        with self._one_at_a_time:
            from kpitui.finding import find

            return find(self._open(False), board, text)

    def home(self, board: Board, subject: Subject) -> Entry | None:
        with self._one_at_a_time:
            from kpitui.finding import home

            return home(self._open(False), board, subject)

    def restated(self, board: Board, entry: Entry) -> tuple[tuple[CaseRestated, ...], ...]:
        """The cases behind each restated period."""
        with self._one_at_a_time:
            from kpitui.published import responsible

            council = self._open(False)
            return tuple(responsible(council, board, entry, one) for one in entry.restated)

    def draft(self, board: Board, entry: Entry) -> Draft:
        """What may be written of an indicator, read from the file of the commentary."""
        with self._one_at_a_time:
            from kpitui.commentary.writing import draft

            return draft(self._open(False).settings, board, entry)

    def write(self, draft: Draft, text: str) -> Outcome:
        """Write what was drafted; what another wrote meanwhile stays."""
        from kpitui.commentary.writing import write

        return write(draft, text)

    def recall(self) -> Future[Recalled | None]:
        """The usual board before the tables are read; no polars is needed for it."""
        return self._recalled

    def _recall(self) -> None:
        """That of the run before, or one that is made now."""
        try:
            board, just_made = snapshot.recall(find_config(self._config)), False
            if board is None and self._maker is not None:
                board, just_made = self._maker.first(), True
            self._recalled.set_result(Recalled(board, just_made) if board else None)
        except Exception as error:
            self._recalled.set_exception(error)

    def _made(self) -> Board | None:
        """The board that the maker made, or will have in a moment: once, and if it did.

        Where the tables are here already, only one that was made of the same files.
        """
        self._recalled.exception()  # the maker is asked for one thing at a time
        maker, self._maker = self._maker, None
        made = maker.whole() if maker is not None else None
        if made is None or (self._basis is not None and self._basis != made[1]):
            return None
        board, self._basis = made
        broken = {source.table for source in board.sources if source.problem}
        self._usable = frozenset(source.table for source in board.sources) - broken
        return board

    def keep(self, board: Board) -> None:
        """Keep a board for the next start, if it is the one that opens unless another is asked.

        One that a database gave nothing for is not: nothing would tell that it is there again.  A
        public one is not either: it is not all that is known.
        """
        council = self._council
        if council is None:  # the maker kept what it made
            return
        if board.public or self._basis is None or board.as_at != council.settings.meeting():
            return
        silent = any(source.problem and not source.watched for source in board.sources)
        if board.period == latest_complete(board.as_at) and not silent:
            snapshot.save(board, self._basis)

    def made_from(self) -> snapshot.Stamp | None:
        """What the config and the tables looked like before the usual board was made of them."""
        return self._basis.stamp if self._basis is not None else None

    def stamp(self) -> snapshot.Stamp:
        """What the config and the tables look like from outside."""
        basis = self._basis
        if basis is None:
            return snapshot.stamp_of([find_config(self._config).absolute()])
        # Files that were not whole are looked at again even if they do not change any more.
        again = (("read again", self._refused, 0),) if self._refused else ()
        return again + basis.again()

    def _open(self, reread: bool) -> Any:
        if self._council is None or reread:
            from kpitui.config import load
            from kpitui.council import read_council

            settings = load(find_config(self._config))
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
        """That nothing that the board was made of is away.

        Raises StillWritten, NotAnswered and Lost: the last not where it told of that at the reading
        before, and the tables are read again all the same.
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
    """Do what was asked; what can be put right in a file comes back as a `Failure`."""
    try:
        return Answer(request, request.run(desk))
    except OSError as error:
        where = str(error.filename or "a file")
        issue = Issue(where, f"cannot be read: {error.strerror or type(error).__name__}")
        return Answer(request, Failure((issue,), "Put the file right"))
    except Exception as error:
        issues = getattr(error, "issues", None)
        if issues:
            return Answer(request, Failure(tuple(issues), "Correct the lines above"))
        if isinstance(error, ValueError) and type(error).__module__.startswith("kpitui."):
            return Answer(request, Failure((), str(error)))
        return Answer(request, Bug(error))


def start(desk: Desk, request: Request, post: Callable[[Answer], object]) -> None:
    """Do a request on a thread of its own, which never keeps the program from ending."""
    threading.Thread(
        target=lambda: post(do(desk, request)), name=f"kpitui {request.what}", daemon=True
    ).start()
