"""The codes of mistakes in a config: each is about a key, and the config is not used until it is right."""

from __future__ import annotations

from collections.abc import Iterator

from kpitui.model.severity import IssueCode


def _declare_faults(*codes_and_words: tuple[str, str]) -> Iterator[IssueCode]:
    return (IssueCode(code, "fault", words) for code, words in codes_and_words)


CONFIG_CODES = (
    # The file as a whole.
    *_declare_faults(
        ("config-file-missing", "no such file - kpitui init DIR writes a starter config"),
        ("config-not-readable", "the config could not be read<: {reason}>"),
        ("config-not-utf-8", "the config is not UTF-8 text"),
        ("config-not-toml", "not TOML: {reason}"),
    ),
    # Names.
    *_declare_faults(
        ("config-name-not-known", "{key}< names {name}, which> is not known< - did you mean {suggestion}?>"),
        ("config-field-missing", "{key} needs {field}"),
        ("config-id-not-a-name", "{key} is not a name: use letters, digits, hyphens and full stops"),
        ("config-code-taken", "{key} is the code of {other} too"),
        ("config-not-on-board", "{key} names {name}, which is not on the board: add it with [board] show or also"),
        ("config-view-not-known", "{key}: {reason}"),
    ),
    # Values.
    *_declare_faults(
        ("config-not-text", "{key} must be text in quotes"),
        ("config-not-number", "{key} must be a number"),
        ("config-not-finite", "{key} must be a finite number"),
        ("config-out-of-range", "{key} must be between {lowest} and {highest}"),
        ("config-date-out-of-range", "{key} must be a date between {earliest} and {latest}"),
        ("config-not-boolean", "{key} must be true or false"),
        ("config-negative", "{key} must not be negative"),
        ("config-not-whole-number", "{key} must be a whole number, 0 or more"),
        ("config-not-date", "{key} must be a date: 2019-03-25"),
        ("config-not-period", "{key}: {reason}"),
        ("config-not-a-choice", "{key} must be one of {options}< - did you mean {suggestion}?>"),
        ("config-not-list", "{key} must be a list: {example}"),
        ("config-not-table", "{key} must be a table: {example}"),
        ("config-entry-without-field", "{key} has an entry without {field}"),
        ("config-not-noun", '{key} must be the noun for one and for several: ["child", "children"]'),
        ("config-not-scale", "{key} must be two numbers: [0, 100]"),
        ("config-scale-reversed", "{key} must have the lower number first"),
        ("config-not-comparable", "{key} must be compared with text, a number or a date"),
        ("config-not-understood", "{key} could not be understood: {reason}"),
        ("config-control-characters", "{key} has control characters, or some that cannot be seen"),
        ("config-time-limit", "{key} must be a number of seconds, more than 0 and at most 3600"),
    ),
    # Rules of indicators.
    *_declare_faults(
        (
            "config-condition-not-known",
            "{key} has the condition {name} on {column}, which is not one of {options}< - did you mean {suggestion}?>",
        ),
        ("config-condition-not-list", "{key} has any_of on {column}, which must be a list"),
        ("config-condition-not-boolean", "{key} has missing on {column}, which must be true or false"),
        ("config-part-not-known", "{key} has {field}, which is not known: it may have {all_options}"),
        ("config-base-window", '{key} needs window = "rolling-12-months" for its base'),
        ("config-base-of-events", "{key} must be of states, and {cohort} are events"),
        (
            "config-window-of-states",
            "{key} cannot have the window {window}: its cases are states, which need period-end",
        ),
        (
            "config-window-of-events",
            "{key} cannot have the window {window}: its cases are events, which have a span of time",
        ),
        ("config-distinct-of-own-table", "{key} cannot count distinct subjects of a table of your own"),
        ("config-distinct-and-weighed", "{key} cannot both count distinct subjects and weigh them"),
        ("config-distinct-over-window", "{key} cannot count distinct subjects over the window {window}"),
        ("config-without-cases", "{key} needs table and date (or table, from and until)"),
        ("config-condition-within", '{key} has within on {column}, which needs one of {options} and "of", a date'),
        ("config-value-not-known", "{key} must name a column of numbers, or be {example}"),
        ("config-bands-not-rising", "{key} must be rising numbers, the upper limits of the bands: [10, 15, 20]"),
        ("config-field-of-other-kind", "{key} does not go with kind = {kind}"),
        ("config-indicator-twice", "{key} is another name of {other}, which the config has too: put both into one"),
        ("config-due-without-limit", "{key}: the indicator does not count by a limit on {column}"),
        ("config-kind-without-value", "{key} is {kind}, which needs value: a column of numbers, or two dates"),
        ("config-target-of-share", "{key} is {target}, a share of 1: values are in per cent - did you mean {meant}?"),
        ("config-target-impossible", "{key} is {target}, which no value in {unit} can be"),
        ("config-target-of-neutral", "{key} has no meaning where polarity is neutral: use band = [low, high]"),
        ("config-band-of-polarity", '{key} needs polarity = "neutral": where high or low is good, set a target'),
        ("config-tolerance-impossible", "{key} is {tolerance}, more than the whole scale"),
        (
            "config-red-line-above-target",
            "{key} is {red_line}, above the target of {target}: where higher is better, it must be below",
        ),
        (
            "config-red-line-below-target",
            "{key} is {red_line}, below the target of {target}: where lower is better, it must be above",
        ),
    ),
    # The database.
    *_declare_faults(
        (
            "config-without-queries",
            '{key} needs a query for each table, [sql.tables] NAME = "SELECT ...", or ssd = true',
        ),
        (
            "config-password",
            "{key} must not hold a password: set KPITUI_SQL_PASSWORD, or keep it in the keyring, "
            "and change the one that was written here",
        ),
        ("config-url-without-file", "{key} must have three slashes before the file: sqlite:///folder/cases.db"),
        ("config-url-of-other-kind", "{key} must begin with sqlite:///, postgresql:// or mssql://"),
        ("config-url-port", "{key} must have a number for a port: {kind}://host:1234/database"),
        ("config-url-server", "{key} has a server name with characters that are not allowed"),
        ("config-url-without-database", "{key} must name the database: {kind}://host/database"),
        ("config-url-without-server", "{key} must name the server: mssql://host/database"),
        ("config-url-options", "{key} may have {options} after the question mark, no others"),
        ("config-sql-nested-comment", "{key} has a comment inside a comment"),
        ("config-sql-not-closed", "{key} has a quote or a comment that is not closed"),
        ("config-sql-several", "{key} has several statements: one SELECT is allowed"),
        ("config-sql-not-select", "{key} must be a SELECT, or a WITH that ends in one: nothing else is sent"),
        (
            "config-sql-changing-word",
            "{key} has the word {word}: only what reads is sent (a column of that name goes into double quotes)",
        ),
    ),
    # Keys.
    *_declare_faults(
        ("keys-of-digits", "{key} takes the digits, and no other key"),
        ("keys-not-list", '{key} must be a key or a list of keys: "x", ["F2", "Ctrl+O"]'),
        ("keys-needed", "{key} needs a key"),
        ("key-is-digit", "{key}: {name} cannot be used, the digits are for columns and sections"),
        ("key-of-terminal", "{key}: {name} cannot be used, the terminal takes that key itself"),
        ("key-not-known", "{key}: {name} is not a key: write one letter or sign, F2, Ctrl+O or PgDn"),
        ("keys-clash", "{key} clashes with {other} on {screen}: both have {shared}"),
    ),
)
