"""Read dates in every form whose meaning is certain: with a time, a zone, or the name of a month.

A time in a zone is read by the clock of England: 2018-09-30T23:00Z is 1 October.
"""

from __future__ import annotations

import polars as pl

ENGLAND_ZONE = "Europe/London"
_MONTH_NUMBERS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_MONTH_NAME = (
    "(?<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR, _DAY, _MONTH = "(?<year>[0-9]{4})", "(?<day>[0-9]{1,2})", "(?<month>[0-9]{1,2})"
_CLOCK = (
    r"(?:(?:t|,? +)(?<hour>[01]?[0-9]|2[0-3])[:.](?<minute>[0-5][0-9])(?:[:.][0-5][0-9](?:[.,:][0-9]{1,9})?)?"
    r" ?(?<half>[ap]m)?(?: ?(?<zone>z|utc|gmt|[+-](?:0[0-9]|1[0-4]):?(?:[0-5][0-9])?))?)?$"
)
_WEEKDAY = "^(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? +)?"
_DATE_FORMS = (
    f"^{_YEAR}[-/.]{_MONTH}[-/.]{_DAY}{_CLOCK}",
    f"^{_DAY}([-/.]){_MONTH}[-/.]{_YEAR}{_CLOCK}",
    f"{_WEEKDAY}{_DAY}(?:st|nd|rd|th)?(?: of)?[-/. ]*{_MONTH_NAME}[-/., ]*{_YEAR}{_CLOCK}",
    f"{_WEEKDAY}{_MONTH_NAME}[-/. ]+{_DAY}(?:st|nd|rd|th)?[-/., ]+{_YEAR}{_CLOCK}",
    # Without marks between its parts only one order has a month from 1 to 12.
    "^(?<year>(?:19|20)[0-9]{2})(?<month>[0-9]{2})(?<day>[0-9]{2})$",
    f"^{_YEAR}[-/. ]?{_MONTH_NAME}[-/. ]?{_DAY}{_CLOCK}",
)
ONLY_MONTH_FIRST = r"^(?:0?[1-9]|1[0-2])[-/.](?:1[3-9]|2[0-9]|3[01])[-/.][0-9]{4}\b"
"""A date that can only be written month first, such as 12/31/2018."""
_ONLY_DAY_FIRST = r"^(?:1[3-9]|2[0-9]|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.][0-9]{4}\b"
_EITHER_WAY = r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}\b"
_YEAR_FIRST = r"^[0-9]{4}-"
ONLY_SWAPPED = r"^[0-9]{4}[-/.](?:1[3-9]|2[0-9]|3[01])[-/.](?:0?[1-9]|1[0-2])\b"
"""A date that begins with its year and can only have the day before the month, such as 2018-31-12."""
FEWEST_SWAPPED = 3
"""With fewer such dates a column is not taken to have them throughout."""
_ONLY_IN_ORDER = r"^[0-9]{4}[-/.](?:0?[1-9]|1[0-2])[-/.](?:1[3-9]|2[0-9]|3[01])\b"
_YEAR_FIRST_DATE = r"^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}\b"
_GROUPS = ("year", "month", "name", "day", "hour", "minute", "half", "zone")


def read_certain_dates(cell_texts: pl.Series) -> pl.Series:
    """Return the day of each text that is a date in a certain form, and null for any other.

    The day is in four-digit years, with its month by name, or written year first or day first.
    """
    distinct_texts = cell_texts.unique().drop_nulls()
    lower_texts = distinct_texts.str.to_lowercase()
    days = pl.repeat(None, distinct_texts.len(), dtype=pl.Date, eager=True)
    for date_form in _DATE_FORMS:
        if not days.null_count():
            break
        days = days.zip_with(days.is_not_null(), _read_form(lower_texts, date_form))
    return cell_texts.replace_strict(distinct_texts, days, default=None, return_dtype=pl.Date)


def read_month_first_dates(cell_texts: pl.Series) -> pl.Series:
    """Return the day of each text as MM/DD/YYYY, with or without a time of day, and null for any other."""
    return _read_form(cell_texts.str.to_lowercase(), f"^{_MONTH}[-/.]{_DAY}[-/.]{_YEAR}{_CLOCK}")


def read_stated_dates(cell_texts: pl.Series, date_order: str) -> pl.Series:
    """Return each text that is a date of a stated order as YYYY-MM-DD; the order is iso, day first or month first.

    A date in another form has the order that it lacks behind it, so that nobody reads it: it stays a
    text, and is reported with its line. Year first, or with its month by name, it contradicts no
    order but iso. Other texts stay as they are.
    """
    certain_days = read_certain_dates(cell_texts)
    fits, days = pl.repeat(True, cell_texts.len(), eager=True), certain_days
    if date_order == "iso":
        fits = cell_texts.str.contains(_YEAR_FIRST).fill_null(False)
    elif date_order == "month first":
        month_first_days = read_month_first_dates(cell_texts)
        is_numeric = cell_texts.str.contains(_EITHER_WAY).fill_null(False)
        days = certain_days.zip_with(~is_numeric, month_first_days)
        fits = ~is_numeric | month_first_days.is_not_null()
    refused_texts = cell_texts + f" (not {date_order})"
    iso_texts = days.cast(pl.String).fill_null(cell_texts)
    return iso_texts.zip_with(fits | certain_days.is_null(), refused_texts).alias(cell_texts.name)


def mark_month_first(cell_texts: pl.Series, part_numbers: pl.Series) -> pl.Series:
    """Mark the cells of every part whose column seems to be written month first.

    It does where at least as many of its dates can only be month first as can only be day first:
    then none of its dates in numbers can be trusted to be day first.
    """
    return _mark_doubted_order(cell_texts, part_numbers, ONLY_MONTH_FIRST, _ONLY_DAY_FIRST, _EITHER_WAY)


def mark_swapped(cell_texts: pl.Series, part_numbers: pl.Series) -> pl.Series:
    """Mark the cells of every part whose column seems to have the day before the month, after the year.

    Of such dates more than half have a day after the 12th: fewer are slips in single cells.
    """
    is_doubted = _mark_doubted_order(cell_texts, part_numbers, ONLY_SWAPPED, _ONLY_IN_ORDER, _YEAR_FIRST_DATE)
    is_swapped = cell_texts.str.contains(ONLY_SWAPPED).fill_null(False)
    is_column_swapped = is_swapped.sum() >= FEWEST_SWAPPED and is_swapped.sum() * 2 > is_doubted.sum()
    return is_doubted if is_column_swapped else is_doubted & False


def _mark_doubted_order(
    cell_texts: pl.Series, part_numbers: pl.Series, other_order: str, usual_order: str, either_order: str
) -> pl.Series:
    counts = pl.DataFrame({"text": cell_texts, "part": part_numbers}).with_columns(
        others=pl.col("text").str.contains(other_order).sum().over("part"),
        usual=pl.col("text").str.contains(usual_order).sum().over("part"),
    )
    is_doubted = (pl.col("others") > 0) & (pl.col("others") >= pl.col("usual"))
    return counts.select(is_doubted & pl.col("text").str.contains(either_order).fill_null(False)).to_series()


def convert_to_days(moments: pl.Expr, moment_type: pl.DataType) -> pl.Expr:
    """Return the days of moments of a type, by the clock of England where they have a zone."""
    has_zone = isinstance(moment_type, pl.Datetime) and moment_type.time_zone is not None
    return (moments.dt.convert_time_zone(ENGLAND_ZONE) if has_zone else moments).cast(pl.Date, strict=False)


def _read_form(lower_texts: pl.Series, date_form: str) -> pl.Series:
    """Return the day of each text in lower case that has a form, and null for any other."""
    groups = lower_texts.str.extract_groups(date_form).struct.unnest()
    parts = groups.select(
        (pl.col(name) if name in groups.columns else pl.lit(None, dtype=pl.String)).alias(name) for name in _GROUPS
    )
    month = pl.coalesce(
        pl.col("month").cast(pl.Int32),
        pl.col("name").str.slice(0, 3).replace_strict(_MONTH_NUMBERS, default=None, return_dtype=pl.Int32),
    )
    iso_text = pl.concat_str(
        "year", pl.lit("-"), month.cast(pl.String).str.zfill(2), pl.lit("-"), pl.col("day").str.zfill(2)
    )
    day = iso_text.str.to_date("%Y-%m-%d", strict=False)
    moment = day.cast(pl.Datetime("ms")) + _get_time_of_day() - _get_zone_offset()
    england_day = moment.dt.replace_time_zone("UTC").dt.convert_time_zone(ENGLAND_ZONE).dt.date()
    read_day = pl.when(pl.col("zone").is_not_null()).then(england_day).otherwise(day)
    # Before the year 1 or after 9999, a date is more than datetime.date can hold.
    return parts.select(pl.when(read_day.dt.year().is_between(1, 9999)).then(read_day)).to_series()


def _get_time_of_day() -> pl.Expr:
    hour, half = pl.col("hour").cast(pl.Int64), pl.col("half")
    hour = pl.when(half == "pm").then(hour % 12 + 12).when(half == "am").then(hour % 12).otherwise(hour)
    return pl.duration(hours=hour, minutes=pl.col("minute").cast(pl.Int64))


def _get_zone_offset() -> pl.Expr:
    """Return how far the zone of each time is ahead of UTC."""
    zone = pl.col("zone").str.replace(":", "", literal=True)
    hours = zone.str.slice(1, 2).cast(pl.Int64, strict=False).fill_null(0)
    minutes = zone.str.slice(3, 2).cast(pl.Int64, strict=False).fill_null(0)
    minutes_ahead = hours * 60 + minutes
    return pl.duration(minutes=pl.when(zone.str.starts_with("-")).then(-minutes_ahead).otherwise(minutes_ahead))
