"""Every code of what is found about a figure, declared once with its words.

Words are templates, as in `kpitui.model.severity.IssueCode`. After a colon stands how a value is
written: `{gap:points}`. `kpitui.figure_wording` fills them in.
"""

from __future__ import annotations

from collections.abc import Mapping

_QUANTITY_WORDS = {
    "value-in-wholes": "{value:whole}{unit}",
    "value-in-tenths": "{value:decimal}{unit}",
    "value-in-hundredths": "{value:hundredths}{unit}",
    "value-as-written": "{value:exact}{unit}",
    "difference-in-points": "{amount:points}",
    "difference-in-units": "{amount:point_number} {unit}",
    "difference-in-cases": "{amount:count} {noun}",
    "distance-by": "{difference} {side}",
    "distance-in-cases": "{amount:count} {side} {noun}",
}
"""A value, a difference and a distance from a target, in the words of the kind of measure."""

_REASON_WORDS = {
    "target-met": "meets the target of {target}",
    "target-beaten": "{distance} than the target of {target}",
    "target-missed-within": "{distance} than the target of {target}, within the tolerance of {tolerance}",
    "target-missed-beyond": "{distance} than the target of {target}, beyond the tolerance of {tolerance}",
    "band-met": "within {low} to {high}",
    "band-missed-within": "{distance} than {limit}, within the tolerance of {tolerance}",
    "band-missed-beyond": "{distance} than {limit}, beyond the tolerance of {tolerance}",
    "neutral-without-band": "no target",
    "no-population": "no value: no estimate of the population",
    "small-numbers-of-one-colour": "small numbers are hidden, and any from {lowest} to {highest} would be {rag}",
    "small-numbers-hidden": "not shown, to protect small numbers",
    "indicator-pending": "pending: {reason}",
    "nothing-to-count": "no cases in this period",
    "framework-left-cases-out": "the framework changed, and the figure no longer covers every case ({cases})",
    "cases-left-out": "{reason}: {case_count:count}",
    "below-minimum": "fewer than {minimum} {noun}",
    "no-target": "no target",
    "cases-in-doubt": "{reason} for {case_count:count}",
    "cases-of-reason": "{reason} ({case_count:count})",
    "rows-in-doubt": "{case_count:count} rows could not be read",
    "contradictions-in-doubt": "{case_count:count} rows contradict another of the same key",
    "ids-in-doubt": "the ids of {case_count:count} rows may be the same as others",
    "history-in-doubt": "the table does not go back far enough for {case_count:count}",
    "staff-in-doubt": "it is not certain of {case_count:count} in the headcount whether they are staff",
    "doubt-without-limit": "no limit can be given<, since {reasons:all}>",
    "doubt-from": "{low} or more<, since {reasons:all}>",
    "doubt-between": "between {low} and {high}<, since {reasons:all}>",
    "doubt-at": "{low}<, since {reasons:all}>",
}

BRIEF_REASON_WORDS: Mapping[str, tuple[str, ...]] = {
    "target-beaten": (_REASON_WORDS["target-beaten"], "{distance}"),
    "target-missed-within": (
        "{distance} than the target of {target}, within the tolerance of {tolerance_amount:point_number}",
        "{distance} than the target of {target}",
        "{distance}",
    ),
    "target-missed-beyond": (
        "{distance} than the target of {target}, beyond the tolerance of {tolerance_amount:point_number}",
        "{distance} than the target of {target}",
        "{distance}",
    ),
}
"""Ever shorter words of a reason for a single line, the longest first, where there are any."""

_VALUE_WORDS = {
    "value-of-few": "{numerator:general} of {denominator:general} ({value}<, {bounds}>)",
    "value-of-few-cases": "{value} ({case_count:count} {noun}<, {bounds}>)",
    "value-just-below": "just below {target}",
    "value-just-above": "just above {target}",
    "value-hidden": "c",
    "value-missing": "no value",
}

BRIEF_VALUE_WORDS: Mapping[str, str] = {
    "value-in-wholes": "{value:whole}{short_unit}",
    "value-in-tenths": "{value:decimal}{short_unit}",
    "value-in-hundredths": "{value:hundredths}{short_unit}",
    "value-just-below": "<{target}",
    "value-just-above": ">{target}",
}
"""The words of a value in few characters, where they are others."""

_WARNING_WORDS = {
    "value-in-doubt": "in doubt: {doubt}",
    "value-in-hidden-doubt": "in doubt, by how much is not shown, to protect small numbers",
    "history-too-short": "the history is too short, so the figure may be too low",
    "source-late": "{table} is late<: its last event is {age_days:whole} days old, {excess_days:whole} over the limit>",
    "series-broken": "{occurred_on}: {description} - earlier figures may not be comparable",
    "source-ends-early": "{table}: the latest event is of {last_event}, before this period began",
    "source-without-events": "{table} has nothing for this period",
    "helper-table-missing": "the {table} table is missing, so what it would say about a case is unknown",
    "indicator-note": "{note}",
}

_CHART_WORDS = {
    "chart-of-overlapping-months": "a {window} figure repeats its earlier months",
    "chart-of-same-cases": "a count on the last day is mostly of the same cases as the one before",
    "chart-provisional": "{period} is provisional",
    "chart-figure-hidden": "the figure of {period} is not shown",
    "chart-without-value": "{period} has no value",
    "chart-framework-changed": "the framework changed",
    "chart-of-unknown-cases": "not all cases of {period} are known",
    "chart-too-short": "too few {period_noun}s: {point_count} of the {fewest} that a chart needs",
    "signal-above-limit": "the last {period_noun} is above the upper limit",
    "signal-below-limit": "the last {period_noun} is below the lower limit",
    "signal-run-above": "{length} {period_noun}s above the mean",
    "signal-run-below": "{length} {period_noun}s below the mean",
    "signal-rising": "{length} {period_noun}s rising",
    "signal-falling": "{length} {period_noun}s falling",
    "signal-near-upper-limit": "{length} of the last 3 {period_noun}s near the upper limit",
    "signal-near-lower-limit": "{length} of the last 3 {period_noun}s near the lower limit",
    "variation-usual": "No sign of change: this is what the present way of working gives",
    "variation-better": "Unusual: better than chance explains",
    "variation-worse": "Unusual: worse than chance explains",
    "variation-both": "Unusual: both better and worse than chance explains",
    "variation-higher": "Unusual: higher than chance explains",
    "variation-lower": "Unusual: lower than chance explains",
    "variation-both-ways": "Unusual: both higher and lower than chance explains",
    "variation-of-flat-baseline": "The baseline never moved, so a change from it cannot be judged",
    "target-will-be-met": "At this rate the target will be met",
    "target-will-be-missed": "At this rate the target will not be met",
    "target-will-vary": "At this rate the target will be met in some {period_noun}s and missed in others",
}

_COMPARISON_WORDS = {
    "test-of-census": "all {noun} are counted, so a change is a fact",
    "test-of-unknown-cases": "not all cases are known",
    "test-of-weighted-cases": "the cases are weighted",
    "test-of-kind": "no test fits a {kind}",
    "test-of-few-values": "fewer than 10 {noun}",
    "test-of-same-cases": "many of the same {noun} are counted both times",
    "test-of-same-months": "both figures count some of the same months",
    "funnel-within-chance": "no further from {comparator} than chance alone explains",
    "funnel-above-chance": "above {comparator} by more than chance alone explains",
    "funnel-below-chance": "below {comparator} by more than chance alone explains",
    "funnel-within-usual": "no further from {comparator} than chance and the usual differences between councils "
    "explain",
    "funnel-above-usual": "above {comparator} by more than chance and the usual differences between councils explain",
    "funnel-below-usual": "below {comparator} by more than chance and the usual differences between councils explain",
    "comparator-not-published": "no figure had been published by this date",
    "comparator-not-comparable": "{reason}",
    "comparator-of-neighbours": "{known_count} of {neighbour_count} known<, model of {model}>",
}

_NOTE_WORDS = {
    "note-without-heading": "stands above the first heading: write it under one",
    "note-kind-not-known": "{kind} is not a kind of note: write {kinds}",
    "note-kind-misspelt": "{kind} is not a kind of note: did you mean {suggestion}?",
    "note-number-not-known": "no note has the number {number}: leave the number out for a new note",
    "note-number-repeated": "the number {number} is there twice",
    "note-date-not-read": "{field}: {text} is not a date: write 2019-05-31",
    "note-emptied": "the note has no text: to delete the note, delete its heading too",
    "note-without-text": "the {kind} has no text",
}

FIGURE_WORDS: Mapping[str, str] = {
    **_QUANTITY_WORDS,
    **_REASON_WORDS,
    **_VALUE_WORDS,
    **_WARNING_WORDS,
    **_CHART_WORDS,
    **_COMPARISON_WORDS,
    **_NOTE_WORDS,
}
