"""Flow screen: from referral to care in the period, and who does not go on."""

from __future__ import annotations

from typing import ClassVar

from kpitui.model.drilldown import Subject
from kpitui.model.flow import CaseFlow, FlowStage
from kpitui.report import flow_output
from kpitui.tui import commands
from kpitui.tui.address import Address
from kpitui.tui.save_rows import RowExport
from kpitui.tui.screen_parts.desk_result import DeskResult
from kpitui.tui.screens.screen_bodies import TableScreen
from kpitui.tui.styled_text import make_line, make_span
from kpitui.tui.views.due_rows import fit_plain_rows

STEP_TITLES = ("Step", "Cases", "Went on", "Share", "Lost", "Why")
LOST_TITLES = ("Case", "Day", "Why it did not go on")


class FlowScreen(TableScreen):
    """The steps with their numbers; Enter shows the cases that did not go on."""

    screen_name: ClassVar[str] = "flow"
    BINDINGS = commands.build_bindings("flow")

    def __init__(self) -> None:
        super().__init__()
        self._opened_step = ""
        self._flow = DeskResult[CaseFlow](self)
        self.answer_takers.append(self._flow.accept_answer)
        self.command_handlers["back"] = self._go_back

    def build_breadcrumbs(self) -> tuple[str, ...]:
        stage = self._opened_stage
        return ("From referral to care", *([stage.step.noun[1].capitalize()] if stage else []))

    def build_address(self) -> Address:
        return Address("flow", period=self.board_period)

    @property
    def _opened_stage(self) -> FlowStage | None:
        stages = self._flow.value.stages if self._flow.value else ()
        return next((stage for stage in stages if stage.step.id == self._opened_step), None)

    def draw_body(self) -> None:
        board = self.state.board
        if board is None:
            return
        self._flow.request_once((board,), "flow", lambda desk: desk.trace_flow(board))
        flow, stage = self._flow.value, self._opened_stage
        if flow is None:
            self.show_summary(make_line(make_span(self._flow.failure_text or "Following the cases…", "dim")))
        elif stage is not None:
            self._draw_lost_cases(flow, stage)
        else:
            self._draw_steps(flow)

    def _draw_steps(self, flow: CaseFlow) -> None:
        cells = tuple(
            tuple(make_line(make_span(text, "strong" if index == 0 else "text", max_characters=None))
                  for index, text in enumerate(flow_output.format_stage(stage)))
            for stage in flow.stages
        )  # fmt: skip
        self.show_summary(
            make_line(make_span(f"From referral to care, {flow.period.label}", "strong")),
            *(
                make_line(make_span(text, "dim"))
                for text in (*map(flow_output.describe_arrivals, flow.stages), flow_output.NOT_YET)
                if text
            ),
        )
        self.row_grid.show_rows(fit_plain_rows(cells, STEP_TITLES, right_columns=("Cases", "Share", "Lost")))

    def _draw_lost_cases(self, flow: CaseFlow, stage: FlowStage) -> None:
        cells = tuple(
            (make_line(make_span(child, "strong")), make_line(make_span(day)), make_line(make_span(reason)))
            for child, day, reason in stage.lost_frame.iter_rows()
        )
        text = f"{stage.lost_count:,} of {stage.case_count:,} {stage.step.noun[1]} did not go on, {flow.period.label}"
        self.show_summary(make_line(make_span(text, "strong")))
        self.row_grid.show_rows(fit_plain_rows(cells, LOST_TITLES))

    def open_current(self) -> None:
        """Open the cases of a step that did not go on, or one of these cases."""
        flow, stage, row = self._flow.value, self._opened_stage, self.row_grid.cursor_row
        if stage is not None:
            if stage.lost_count:
                child = stage.lost_frame["child"][row]
                self.host.navigator.open_subject_case(Subject("children", "child", str(child)))
        elif flow is not None and flow.stages[row].next_step is not None:
            self._opened_step = flow.stages[row].step.id
            self.row_grid.move_to_row(0)
            self.redraw()

    def _go_back(self) -> None:
        """Go back to the steps, or leave the screen."""
        if self._opened_stage is not None and not self.prompt.is_open:
            self._opened_step = ""
            self.redraw()
        else:
            self.go_back()

    def build_sheet(self) -> RowExport | None:
        flow, stage = self._flow.value, self._opened_stage
        if flow is None:
            return None
        if stage is not None:
            return RowExport(f"flow {stage.step.id} {flow.period}", LOST_TITLES, stage.lost_frame.iter_rows())
        return RowExport(f"flow {flow.period}", flow_output.FLOW_COLUMNS, map(flow_output.format_stage, flow.stages))
