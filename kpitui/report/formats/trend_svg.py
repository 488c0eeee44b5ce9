"""Draws the trend of an indicator as SVG, for the HTML page and the PDF.

Status is a shape as well as a colour. Provisional points are hollow, and the target is dashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from kpitui.model.board import Rag
from kpitui.report.briefing.document import IndicatorTrend, TrendPoint
from kpitui.text import clean_text

# Each has a contrast of at least 4.5 to 1 on white (WCAG 1.4.3), and they differ for readers
# who cannot tell red from green.
RAG_COLOURS: dict[Rag, str] = {"green": "#00657a", "amber": "#8c5900", "red": "#a3002e", "none": "#5f5f5f"}
INK_COLOUR, TARGET_COLOUR, RULE_COLOUR = "#3c454f", "#00508f", "#c9c5bb"
# Units of the viewBox: the page and the PDF scale the picture.
PICTURE_WIDTH, PICTURE_HEIGHT = 300, 96
LEFT_MARGIN, RIGHT_MARGIN, TOP_MARGIN, BOTTOM_MARGIN = 26, 8, 8, 16
FONT_SIZE = 8  # font size, in units of the viewBox


def render_trend_svg(trend: IndicatorTrend, element_id: str, *, has_title: bool = True) -> str:
    """Render the trend as an SVG element.

    `element_id` must be unique in the page: with `has_title` the description becomes a title that
    labels the picture.
    """
    description = escape(clean_text(trend.description))
    label = f'role="img" aria-labelledby="{element_id}"' if has_title else ""
    element = f'<title id="{element_id}">{description}</title>' if has_title else ""
    opening_tag = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PICTURE_WIDTH} {PICTURE_HEIGHT}" {label}>'
    return opening_tag + element + "".join(_draw_elements(trend)) + "</svg>"


@dataclass(frozen=True, slots=True)
class _TrendScale:
    """Positions in the picture: periods from left to right, values from the bottom up."""

    trend: IndicatorTrend

    def x_at(self, point_index: int) -> float:
        """Return the x of a point."""
        period_width = (PICTURE_WIDTH - LEFT_MARGIN - RIGHT_MARGIN) / max(len(self.trend.points) - 1, 1)
        return LEFT_MARGIN + point_index * period_width

    def y_at(self, value: float) -> float:
        """Return the y of a value."""
        # A scale of one value would divide by zero.
        value_span = (self.trend.scale_high - self.trend.scale_low) or 1.0
        plot_height = PICTURE_HEIGHT - TOP_MARGIN - BOTTOM_MARGIN
        return TOP_MARGIN + plot_height * (1 - (value - self.trend.scale_low) / value_span)


def _draw_elements(trend: IndicatorTrend) -> Iterator[str]:
    scale = _TrendScale(trend)
    yield from _draw_axes(scale)
    for point_index, trend_point in enumerate(trend.points):
        if trend_point.event_text:
            x = scale.x_at(point_index)
            yield _draw_line([(x, TOP_MARGIN), (x, PICTURE_HEIGHT - BOTTOM_MARGIN)], RULE_COLOUR, "1 2")
    target_line = [
        (scale.x_at(index), scale.y_at(point.target))
        for index, point in enumerate(trend.points)
        if point.target is not None
    ]
    yield _draw_line(target_line, TARGET_COLOUR, "4 3")
    valued_points = [
        (point_index, trend_point)
        for point_index, trend_point in enumerate(trend.points)
        if trend_point.value is not None
    ]
    for unbroken_run in _split_runs(valued_points):
        yield from _draw_run(scale, unbroken_run)
    for point_index, trend_point in enumerate(trend.points):
        if trend_point.is_hidden and not trend_point.provisional:
            yield _draw_hidden_point(scale, point_index, is_judged=point_index == trend.judged_index)
    for point_index, trend_point in valued_points:
        x, y = scale.x_at(point_index), scale.y_at(trend_point.value or 0.0)
        yield _draw_trend_point(trend_point, x, y, is_judged=point_index == trend.judged_index)


def _draw_hidden_point(scale: _TrendScale, point_index: int, *, is_judged: bool) -> str:
    """Draw an open mark on the axis at a period whose figure is not shown: its height says nothing."""
    x, y, size = scale.x_at(point_index), float(PICTURE_HEIGHT - BOTTOM_MARGIN), 3.4 if is_judged else 1.7
    corners = f"{x:.1f},{y - size:.1f} {x + size:.1f},{y:.1f} {x:.1f},{y + size:.1f} {x - size:.1f},{y:.1f}"
    return f'<polygon points="{corners}" fill="#ffffff" stroke="{INK_COLOUR}" stroke-width="0.8"/>'


def _draw_run(scale: _TrendScale, unbroken_run: Sequence[tuple[int, TrendPoint]]) -> Iterator[str]:
    """Draw the line through points that follow one another, dashed where it is provisional."""
    coordinates = [
        (scale.x_at(point_index), scale.y_at(trend_point.value or 0.0)) for point_index, trend_point in unbroken_run
    ]
    official_coordinates = [
        coordinate
        for coordinate, (_, trend_point) in zip(coordinates, unbroken_run, strict=True)
        if not trend_point.provisional
    ]
    yield _draw_line(official_coordinates, INK_COLOUR, "")
    # The dashed line starts at the last official point, so that it joins the solid one.
    yield _draw_line(coordinates[max(len(official_coordinates) - 1, 0) :], INK_COLOUR, "1.5 2")


def _split_runs(valued_points: Sequence[tuple[int, TrendPoint]]) -> Iterator[list[tuple[int, TrendPoint]]]:
    """Split the points where a period has no value, so that no line bridges the gap."""
    unbroken_run: list[tuple[int, TrendPoint]] = []
    for point_index, trend_point in valued_points:
        if unbroken_run and unbroken_run[-1][0] != point_index - 1:
            yield unbroken_run
            unbroken_run = []
        unbroken_run.append((point_index, trend_point))
    if unbroken_run:
        yield unbroken_run


def _draw_axes(scale: _TrendScale) -> Iterator[str]:
    trend, right_edge = scale.trend, scale.x_at(max(len(scale.trend.points) - 1, 0))
    for axis_value in (trend.scale_low, trend.scale_high):
        line_y = scale.y_at(axis_value)
        yield _draw_line([(LEFT_MARGIN, line_y), (right_edge, line_y)], RULE_COLOUR, "")
        yield _draw_text(LEFT_MARGIN - 4, line_y + FONT_SIZE * 0.35, f"{axis_value:g}", "end")
    points = [point for point in trend.points if not point.provisional] or trend.points
    if points:
        yield _draw_text(LEFT_MARGIN, PICTURE_HEIGHT - 4, points[0].period, "start")
        yield _draw_text(right_edge, PICTURE_HEIGHT - 4, trend.points[-1].period, "end")


def _draw_line(coordinates: Iterable[tuple[float, float]], colour: str, dash_pattern: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in coordinates)
    # A single point makes no line.
    if " " not in path:
        return ""
    dashed = f' stroke-dasharray="{dash_pattern}"' if dash_pattern else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1"{dashed}/>'


def _draw_text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{FONT_SIZE}" fill="{INK_COLOUR}" text-anchor="{anchor}"'
        f' font-family="sans-serif">{escape(clean_text(text))}</text>'
    )


def _draw_trend_point(trend_point: TrendPoint, x: float, y: float, *, is_judged: bool) -> str:
    rag_colour = RAG_COLOURS[trend_point.rag]
    if trend_point.provisional:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="#ffffff" stroke="{rag_colour}"/>'
    # The judged point is drawn larger.
    size = 4.2 if is_judged else 1.7
    if trend_point.rag == "red":
        corner = f'x="{x - size:.1f}" y="{y - size:.1f}"'
        return f'<rect {corner} width="{2 * size:.1f}" height="{2 * size:.1f}" fill="{rag_colour}"/>'
    if trend_point.rag == "amber":
        # A triangle fills half of its box, so it is drawn larger than the square.
        apex_y, base_y = y - size * 1.2, y + size * 0.9
        points = f"{x:.1f},{apex_y:.1f} {x - size * 1.2:.1f},{base_y:.1f} {x + size * 1.2:.1f},{base_y:.1f}"
        return f'<polygon points="{points}" fill="{rag_colour}"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="{rag_colour}"/>'
