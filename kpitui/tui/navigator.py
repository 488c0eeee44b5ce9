"""Navigation: the screens that an address stands for, and the views looked at so far."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kpitui.model.board import Board, Entry
from kpitui.text import format_name_hint
from kpitui.tui import saved_views
from kpitui.tui.address import CASE_SCREENS, Address, parse_address
from kpitui.tui.commands import DATA_SCREENS
from kpitui.tui.host import OpenedCase
from kpitui.tui.requests import DeskAnswer, DeskRequest, RequestFailure
from kpitui.tui.view_address import build_history_address
from kpitui.tui.view_history import ViewHistory
from kpitui.tui.view_options import NO_OPTIONS

if TYPE_CHECKING:
    from kpitui.model.areas import Area
    from kpitui.model.drilldown import Subject
    from kpitui.tui.host import HostedScreen
    from kpitui.tui.program_protocol import Program
    from kpitui.tui.screen_opener import ScreenOpener

TABLE_READING_SCREENS: Final = ("cases", "case", "restated", "data", "changes", "due", "flow", "split")
NO_VIEWS_NOTICE: Final = "No saved views yet: press {} to save this one"
ALL_CERTAIN_NOTICE: Final = "Nothing stands against {}: all of its cases are known"
DOUBTS_NOT_PUBLIC: Final = "Nothing that stands against {} is public"
RECENT_VIEW_COUNT: Final = 3
"""Views looked at before that are offered first."""


class Navigator:
    """Opens views by address, saved name or subject."""

    def __init__(self, program: Program, screen_opener: ScreenOpener) -> None:
        self._program, self._opener = program, screen_opener
        self.view_history = ViewHistory()
        self._subject_request: DeskRequest | None = None
        self._choices: list[str] = []  # names chosen in the list of everything, the latest first

    def remember_choice(self, destination_name: str) -> None:
        """Remember what was chosen, to offer it first the next time."""
        self._choices = [destination_name, *(name for name in self._choices if name != destination_name)]
        del self._choices[RECENT_VIEW_COUNT:]

    def list_choices(self) -> tuple[str, ...]:
        """Return the names of what was chosen lately, the latest first."""
        return tuple(self._choices)

    # --- what the cursor is on ----------------------------------------------------------------

    def open_indicator(self, entry: Entry) -> None:
        """Open an indicator, and have the tables read: its cases are likely to be next."""
        self._opener.push_indicator(entry)
        self._program.start_request(DeskRequest("prepare", lambda desk: desk.read_tables()))

    def open_cases(self, entry: Entry) -> None:
        """Open the cases of an indicator as soon as the tables have been read."""
        self._program.pending.run_when_read(lambda: self._opener.push_cases(entry))

    def open_doubts(self, entry: Entry) -> None:
        """Open the data where it says what is not certain of an indicator, or say that all is."""
        board = self._program.state.board
        if entry.point.reservations:
            self._program.pending.run_when_read(lambda: self._opener.push_data(entry))
        # A public board holds back what would tell of small numbers.
        elif board is not None and board.is_public:
            self._program.show_notice(DOUBTS_NOT_PUBLIC.format(entry.indicator.code))
        else:
            self._program.show_notice(ALL_CERTAIN_NOTICE.format(entry.indicator.code))

    def open_case(self, indicator_id: str, opened_case: OpenedCase) -> None:
        """Open one case of an indicator, in the definition that its rows are of."""
        self._opener.push_case(indicator_id, opened_case)

    def open_briefing(self) -> None:
        """Open the preview of the briefing as soon as the tables have been read."""
        self._program.pending.run_when_read(self._opener.push_briefing)

    def open_saved_views(self) -> None:
        """Open the list of saved views, or say that there are none."""
        board = self._program.state.board
        if saved_views.combine_views(board.saved_views if board else {}):
            self._opener.push_goto(views_only=True)
        else:
            self._program.show_notice(NO_VIEWS_NOTICE.format(self._program.get_key_label("save_view")))

    def leave_screen(self) -> None:
        """Close the screen on top, unless it is the board."""
        self._opener.leave_screen()

    # --- addresses ----------------------------------------------------------------------------

    def open_address_text(self, address_text: str) -> None:
        """Open a view by its address or its saved name, or say what is wrong with it."""
        program, state = self._program, self._program.state
        problem = self.try_address_text(address_text)
        if problem:
            program.show_notice(problem)
            # The next board clears the foot, so it has to show this again.
            if state.tables_unread and state.is_reading:
                program.boards.add_next_notice(problem)

    def try_address_text(self, address_text: str) -> str:
        """Open a view by its address or its saved name; return what is wrong with it, or an empty text."""
        state = self._program.state
        try:
            config_views = state.board.saved_views if state.board else {}
            period = state.board.period if state.board else None
            address = saved_views.find_view(address_text, state.indicator_names, config_views, period)
            self._check_definition(address)
        except ValueError as error:
            return str(error)
        self.open_address(address)
        return ""

    def _check_definition(self, address: Address) -> None:
        """Check that the indicator has the definition of an address. Raises ValueError."""
        entry, definition = self._program.state.find_entry(address.indicator_code), address.options.definition
        if entry is not None and definition:
            variant_ids = [rule.id for rule in entry.indicator.variants]
            if definition not in variant_ids:
                hint = format_name_hint(definition, variant_ids)
                raise ValueError(f"{entry.indicator.code} has no definition {definition!r}{hint}")

    def open_address(self, address: Address) -> None:
        """Open a view; if it is of another day or period, or public, ask for that board first."""
        program, board = self._program, self._program.state.board
        if board is not None and not _is_on_board(address, board):
            options = address.options
            as_at = options.as_at or board.as_at
            period = address.period or (board.period if as_at == board.as_at else None)
            is_public = board.is_public if options.is_public is None else options.is_public
            program.pending.run_with_next_board(lambda: self._push_address(address))
            program.boards.request_view(as_at, period, is_public=is_public)
        elif address.screen_name in TABLE_READING_SCREENS:
            program.pending.run_when_read(lambda: self._push_address(address))
        else:
            self._push_address(address)

    def _push_address(self, address: Address) -> None:
        """Build the stack of screens for an address, so that Escape leads up step by step."""
        if address.screen_name == "changes":
            self._opener.push_changes(address)
        elif address.screen_name == "areas":
            self._opener.push_areas(address)
        elif address.screen_name == "data":
            self._opener.push_data(options=address.options)
        elif address.screen_name == "due":
            self._opener.push_due(address.subject_id, address.options)
        elif address.screen_name == "flow":
            self._opener.push_flow()
        else:
            board_screen = self._opener.return_to_board()
            if address.screen_name == "board":
                board_screen.restore_options(address.options)
            entry = self._program.state.find_entry(address.indicator_code)
            if entry is not None:
                # Escape then leads to this indicator on the board, as if it had been opened from there.
                board_screen.move_to_entry(entry)
                self._push_entry_screens(entry, address)

    def _push_entry_screens(self, entry: Entry, address: Address) -> None:
        """Push the screen of an indicator, and those below it down to the one of the address."""
        self._opener.push_indicator(entry)
        if address.screen_name == "restated":
            self._opener.push_restated(entry)
        if address.screen_name == "split":
            self._opener.push_split(entry, address.subject_id)
        if address.screen_name in CASE_SCREENS:
            self._opener.push_cases(entry, address.options)
        if address.screen_name == "case" and not self._opener.is_withheld(entry):
            options = address.options
            opened_case = OpenedCase(address.subject_id, options.definition or None, options.row_number)
            self.open_case(entry.indicator.id, opened_case)

    def open_area(self, area: Area) -> None:
        """Open the board of a council, from its counts or its tables."""

        def show_board() -> None:
            self._opener.return_to_board()

        self._program.pending.run_with_next_board(show_board)
        self._program.boards.request_area(area.la_code)

    # --- subjects -----------------------------------------------------------------------------

    def open_subject_case(self, subject: Subject) -> None:
        """Open the case of a school, child or worker under the first indicator that has it."""
        board = self._program.state.board
        if board is not None:
            self._subject_request = DeskRequest("home", lambda desk: (subject, desk.find_first_entry(board, subject)))
            self._program.start_request(self._subject_request)

    @property
    def is_searching(self) -> bool:
        """Say whether a subject is being looked for."""
        return self._subject_request is not None

    def accept_answer(self, answer: DeskAnswer) -> bool:
        """Open the subject that was looked for; return whether the answer was about that."""
        if answer.request is not self._subject_request:
            return False
        self._subject_request = None
        board = self._program.state.board
        if isinstance(answer.result, RequestFailure) or board is None:
            return True
        subject, entry = answer.result
        if entry is not None:
            self.open_address(Address("case", entry.indicator.code, subject_id=subject.id))
        else:
            self._program.show_notice(f"{subject.name or subject.id} is not in any indicator of {board.period.label}")
        return True

    # --- what is open, and what was -----------------------------------------------------------

    @property
    def screen_below(self) -> HostedScreen | None:
        """Return the screen below the one on top, or None."""
        stacked_screens = self._program.stacked_screens
        return stacked_screens[-2] if len(stacked_screens) > 1 else None

    def move_to_neighbour(self, indicator_id: str, step: int) -> str | None:
        """Move the board's cursor to the indicator before (-1) or after (1) another; return its id.

        None where a filter on the board hides the indicator to start from.
        """
        indicator_ids = self._opener.board_screen.list_entry_ids()
        if indicator_id not in indicator_ids:
            return None
        neighbour_id = indicator_ids[(indicator_ids.index(indicator_id) + step) % len(indicator_ids)]
        entry = self._program.state.find_entry(neighbour_id)
        if entry is not None:
            self._opener.board_screen.move_to_entry(entry)
        return neighbour_id

    def list_recent_addresses(self) -> tuple[str, ...]:
        """Return the addresses looked at last, the latest first, without what the board says anyway."""
        addresses = self.view_history.list_recent_addresses(RECENT_VIEW_COUNT)
        return tuple(dict.fromkeys(self._shorten_address(address_text) for address_text in addresses))

    def _shorten_address(self, address_text: str) -> str:
        state = self._program.state
        try:
            address = parse_address(address_text, state.indicator_names)
        except ValueError:
            # The config may have changed: opening it says what is wrong.
            return address_text
        options, board = address.options, state.board
        if board is not None and options.as_at == board.as_at:
            options = replace(options, as_at=None)
        if board is not None and options.is_public == board.is_public:
            options = replace(options, is_public=None)
        return str(replace(address, options=options))

    def record_visit(self, visited_screen: HostedScreen) -> None:
        """Record the view in the history, unless another board or view is on its way."""
        program, board = self._program, self._program.state.board
        is_current = visited_screen in program.stacked_screens[-1:] and visited_screen.screen_name in DATA_SCREENS
        if board is not None and is_current and program.boards.is_settled:
            address = build_history_address(visited_screen)
            # A filter typed letter by letter, or another order, is the same view still.
            plain_options = replace(address.options, row_query=NO_OPTIONS.row_query)
            self.view_history.record_address(str(address), str(replace(address, options=plain_options)))

    def revisit_view(self, step: int) -> None:
        """Open the address before (-1) or after (1) the present one in the history."""
        address_text = self.view_history.step_position(step)
        if address_text is not None:
            self.open_address_text(address_text)
        else:
            self._program.show_notice(f"No {'earlier' if step < 0 else 'later'} view")


def _is_on_board(address: Address, board: Board) -> bool:
    """Say whether a board is of the day, period and view that an address names."""
    options = address.options
    return (
        address.period in (None, board.period)
        and options.as_at in (None, board.as_at)
        and options.is_public in (None, board.is_public)
    )
