"""The protocol of a desk: what the screens may ask of the data."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import date
from typing import Protocol

from kpitui import snapshot
from kpitui.behind import CaseRestated, Cases, Changes, Event, Subject
from kpitui.commentary.writing import Draft, Outcome
from kpitui.model import Board, Entry
from kpitui.periods import Period
from kpitui.report.briefing import Briefing
from kpitui.terminal.work import Recalled


class Desk(Protocol):
    """What answers the screens' requests for boards, cases, time lines and commentary.

    All methods are called from worker threads, never from the one that draws. They raise ValueError
    or OSError for what the user can put right; `run_request` turns those into a failure.
    """

    def board(
        self, as_at: date | None, period: Period | None, *, reread: bool, public: bool = False
    ) -> Board: ...

    def prepare(self) -> None: ...

    def cases(
        self, board: Board, entry: Entry, variant: str | None, period: Period | None
    ) -> Cases: ...

    def timeline(self, board: Board, column: str, subject: str) -> tuple[Event, ...]: ...

    def changes(self, board: Board, before: Period, after: Period) -> Changes: ...

    def briefing(
        self, board: Board, profile: str, *, internal: bool, with_cases: bool
    ) -> tuple[Briefing, tuple[str, ...]]: ...

    def find(self, board: Board, text: str) -> tuple[Subject, ...]: ...

    def home(self, board: Board, subject: Subject) -> Entry | None: ...

    def restated(self, board: Board, entry: Entry) -> tuple[tuple[CaseRestated, ...], ...]: ...

    def draft(self, board: Board, entry: Entry) -> Draft: ...

    def write(self, draft: Draft, text: str) -> Outcome: ...

    def stamp(self) -> snapshot.Stamp: ...

    def made_from(self) -> snapshot.Stamp | None: ...

    def recall(self) -> Future[Recalled | None]: ...

    def keep(self, board: Board) -> None: ...
