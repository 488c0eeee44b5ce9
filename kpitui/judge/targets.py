"""The target of a period: targets change over time, in steps or along a line."""

from __future__ import annotations

from dataclasses import replace

from kpitui.model import Indicator, Target
from kpitui.periods import Period


def target_in_force(indicator: Indicator, period: Period) -> Target | None:
    """Return the target of a period: the last one that began by the period's start, or None.

    With a trajectory its value lies on the straight line from that target to the next one.
    """
    targets = indicator.targets
    begun = [one for one in targets if one.since is None or one.since.start <= period.start]
    if not begun:
        return None
    now = begun[-1]
    following = targets[len(begun)] if len(begun) < len(targets) else None
    if not indicator.trajectory or now.since is None or following is None:
        return now
    assert following.since is not None  # only the first target has no beginning
    way = following.since.first_month - now.since.first_month
    gone = period.first_month - now.since.first_month
    return replace(now, value=now.value + (following.value - now.value) * gone / way)
