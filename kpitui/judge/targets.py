"""The target of a period: targets change over time, in steps or along a line."""

from __future__ import annotations

from dataclasses import replace

from kpitui.model.catalogue import Indicator, Target
from kpitui.model.periods import Period


def find_target_in_force(indicator: Indicator, period: Period) -> Target | None:
    """Return the target of a period: the last one that began by the period's start, or None.

    With a trajectory its value lies on the straight line from that target to the next one.
    """
    dated_targets = indicator.targets
    targets = [
        target
        for target in dated_targets
        if target.applies_from is None or target.applies_from.first_day <= period.first_day
    ]
    if not targets:
        return None
    current_target = targets[-1]
    next_target = dated_targets[len(targets)] if len(targets) < len(dated_targets) else None
    if not indicator.trajectory or current_target.applies_from is None or next_target is None:
        return current_target
    assert next_target.applies_from is not None  # only the first target has no beginning
    between = next_target.applies_from.first_month - current_target.applies_from.first_month
    elapsed = period.first_month - current_target.applies_from.first_month
    return replace(
        current_target, value=current_target.value + (next_target.value - current_target.value) * elapsed / between
    )
