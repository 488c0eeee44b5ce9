"""Every code of an issue, declared once: its severity, its words and its effect.

Plain English: the words say what happened, the effect what it means for the figures.
"""

from __future__ import annotations

from collections.abc import Mapping

from kpitui.model.config_codes import CONFIG_CODES
from kpitui.model.severity import IssueCode

_CELL_CODES = (
    IssueCode(
        "date-not-read",
        "doubt",
        "{count} [date|dates] in {column} could not be read{place}: {cells}",
        "The [cell was|cells were] read as missing",
    ),
    IssueCode(
        "row-date-not-read",
        "fault",
        "{count} [date|dates] in {column} could not be read{place}: {cells}",
        "The [row was|rows were] left out",
    ),
    IssueCode(
        "date-out-of-range",
        "doubt",
        "{count} [date|dates] in {column} [is|are] before 1800 or after 2100{place}: {cells}",
        "The [cell was|cells were] read as missing",
    ),
    IssueCode(
        "row-date-out-of-range",
        "fault",
        "{count} [date|dates] in {column} [is|are] before 1800 or after 2100{place}: {cells}",
        "The [row was|rows were] left out",
    ),
    IssueCode(
        "date-day-first",
        "note",
        "{count} [date|dates] in {column} [is|are] written day first{place}: {cells}",
        "Read as day/month/year",
    ),
    IssueCode(
        "date-other-form",
        "note",
        "{count} [date|dates] in {column} [is|are] written out or with a time{place}: {cells}",
        "Read as the day, by the clock of England",
    ),
    IssueCode(
        "date-month-first",
        "doubt",
        "{column} seems to be written month first: {count} [date was|dates were] not read{place}: {cells}",
        'The [cell was|cells were] read as missing. If it is, say dates = "month first" for this file in the config',
    ),
    IssueCode(
        "row-date-month-first",
        "fault",
        "{column} seems to be written month first: {count} [date was|dates were] not read{place}: {cells}",
        'The [row was|rows were] left out. If it is, say dates = "month first" for this file in the config',
    ),
    IssueCode(
        "date-swapped",
        "doubt",
        "{column} seems to have day and month swapped: {count} [date was|dates were] not read{place}: {cells}",
        "The [cell was|cells were] read as missing",
    ),
    IssueCode(
        "row-date-swapped",
        "fault",
        "{column} seems to have day and month swapped: {count} [date was|dates were] not read{place}: {cells}",
        "The [row was|rows were] left out",
    ),
    IssueCode(
        "cells-placeholder",
        "note",
        "{count} [cell|cells] of {column} [holds|hold] a placeholder{place}: {cells}",
        "Read as missing",
    ),
    IssueCode(
        "number-not-read",
        "doubt",
        "{count} [cell|cells] of {column} should be [a number|numbers]{place}: {cells}",
        "The [cell was|cells were] read as missing",
    ),
    IssueCode(
        "row-number-not-read",
        "fault",
        "{count} [cell|cells] of {column} should be [a number|numbers]{place}: {cells}",
        "The [row was|rows were] left out",
    ),
    IssueCode(
        "number-out-of-range",
        "doubt",
        "{count} [number|numbers] in {column} [is|are] not between {lowest} and {highest}{place}: {cells}",
        "The [cell was|cells were] read as missing",
    ),
    IssueCode(
        "row-number-out-of-range",
        "fault",
        "{count} [number|numbers] in {column} [is|are] not between {lowest} and {highest}{place}: {cells}",
        "The [row was|rows were] left out",
    ),
    IssueCode(
        "yes-no-not-read",
        "doubt",
        "{count} [cell|cells] of {column} should be Y or N{place}: {cells}",
        "The [cell was|cells were] read as missing",
    ),
    IssueCode(
        "row-yes-no-not-read",
        "fault",
        "{count} [cell|cells] of {column} should be Y or N{place}: {cells}",
        "The [row was|rows were] left out",
    ),
    IssueCode(
        "code-not-known",
        "doubt",
        "{count} [cell|cells] of {column} [has a code that is|have codes that are] not known{place}: {cells}",
        "The [cell was|cells were] kept",
    ),
    IssueCode(
        "area-not-read",
        "doubt",
        "{count} [cell|cells] of {column} [is|are] not the number of a council",
        "The [row|rows] may be of this council",
    ),
    IssueCode(
        "cell-missing", "doubt", "{count} [row has|rows have] no {column}{place}", "The [row was|rows were] kept"
    ),
    IssueCode(
        "missing-mark",
        "note",
        "{count} [cell|cells] of {column} [says|say] {cells}{place}",
        "The [cell was|cells were] read as missing",
    ),
    IssueCode(
        "id-with-point-zero", "note", "{count} [id|ids] in {column} [ends|end] in .0{place}: {cells}", "Read without it"
    ),
    IssueCode(
        "control-characters",
        "doubt",
        "{count} control or invisible [character|characters] in {column}{place}",
        "[It was|Each was] replaced by \ufffd",
    ),
    IssueCode("column-of-numbers", "note", "{column} holds numbers where text belongs", "Read as text"),
    IssueCode("column-of-other-type", "note", "{column} holds {type}", "Read as it is written out"),
)

_ROW_CODES = (
    IssueCode(
        "row-cell-missing",
        "fault",
        "{count} [row has|rows have] no {column}{place}",
        "The [row was|rows were] left out",
    ),
    IssueCode(
        "row-duplicate",
        "fault",
        "{count} duplicate [row|rows], with the same {all_columns}{place}",
        "The [row was|rows were] left out",
    ),
    IssueCode(
        "row-superseded",
        "note",
        "{count} [row differs|rows differ] from a later file{place}",
        "The later file was used",
    ),
    IssueCode(
        "row-of-totals", "note", "{count} [row is a total|rows are totals]{place}", "The [row was|rows were] left out"
    ),
    IssueCode(
        "row-of-other-length",
        "fault",
        "{count} [row does|rows do] not have the {expected} cells of the header{place}",
        "The [row was|rows were] left out",
    ),
    IssueCode(
        "row-broken-off",
        "fault",
        "the file breaks off after {cell_count} of {expected} cells: it may not be whole yet",
        "The row was left out",
    ),
    IssueCode(
        "episode-corrected",
        "note",
        "{count} [episode is|episodes are] open here, and different in a later file{place}",
        "The later file was used",
    ),
    IssueCode(
        "episode-never-ended",
        "doubt",
        "{count} [episode is|episodes are] open here, and later files do not have the [child|children]{place}",
        "The [episode was|episodes were] read as still open",
    ),
    IssueCode(
        "end-before-start",
        "doubt",
        "{count} [row ends|rows end] before [it starts|they start], {end} before {start}{place}",
        "The [row was|rows were] kept",
    ),
    IssueCode(
        "end-date-missing",
        "doubt",
        "{count} [row has|rows have] {detail} but no {end}{place}",
        "The [row was|rows were] read as not ended",
    ),
    IssueCode(
        "spans-overlap",
        "doubt",
        "{count} [row starts|rows start] while another of the same {subject} is open{place}",
        "Both were kept",
    ),
)

_COLUMN_CODES = (
    IssueCode(
        "column-missing", "fault", "no column {all_columns}<; the nearest is {similar}>", "The file was not used"
    ),
    IssueCode("column-misspelt", "doubt", "the column {column} is not known - did you mean {suggestion}?"),
    IssueCode("column-renamed", "note", "the column {column} is kept as {new_name}"),
    IssueCode(
        "columns-not-read",
        "doubt",
        "there are {column_count} columns that kpitui does not know, after {first_column}",
        "They were not read",
    ),
    IssueCode("column-repeated", "doubt", "the column {column} appears twice", "The first was used"),
    IssueCode("header-below-first-line", "note", "the header is here", "The {line_count} lines before it were skipped"),
    IssueCode("separator-not-comma", "note", "columns are separated by {separator}, not commas", "Read as such"),
    IssueCode("encoding-marked", "note", "the file is in {encoding}", "Read as such"),
    IssueCode("encoding-not-utf-8", "note", "the file is not UTF-8 from here on", "The file was read as Windows-1252"),
    IssueCode("quote-runs-on", "doubt", "a quote that opens here closes only on line {last_line}", "Read as one cell"),
    IssueCode(
        "quote-never-closed",
        "fault",
        "a quote that opens here is never closed",
        "The rows after it could not be read, and no figure of this file is judged",
    ),
    IssueCode("cells-not-utf-8", "note", "{count} [cell is|cells are] not UTF-8", "Read as Windows-1252"),
    IssueCode(
        "cells-of-bytes",
        "doubt",
        "{count} [cell|cells] of {column} [holds|hold] bytes",
        "The [cell was|cells were] read as missing",
    ),
)

_NOT_USED = "The file was not used"
_FILE_CODES = (
    IssueCode(
        "care-of-list-8",
        "doubt",
        "list 8 has the latest placement of each child alone, and no home",
        "Earlier placements and all distances are unknown",
    ),
    IssueCode(
        "fallback-not-needed",
        "note",
        "its rows of {table} tell less than those of another source",
        "They were left alone",
    ),
    IssueCode(
        "homes-before-care",
        "note",
        "the home of each child is the last address before care began, from ssd_address",
        "Where it is missing, the distance is that of the case system",
    ),
    IssueCode(
        "ssd-without-legal-status",
        "fault",
        "there is no ssd_legal_status, so short breaks cannot be told from care",
        "The table was not used. Save that table too",
    ),
    IssueCode(
        "ssd-without-placements",
        "doubt",
        "there is no ssd_cla_placement",
        "The type of each placement, and where it is, are unknown",
    ),
    IssueCode("ssd-without-addresses", "doubt", "there is no ssd_address", "Distances are those of the case system"),
    IssueCode(
        "ssd-addresses-without-home",
        "doubt",
        "no address is of the type {home_types}; there are {types}",
        "Homes were read as unknown. Say which types are homes: home_types in [ssd] of the config",
    ),
    IssueCode(
        "ssd-home-is-placement",
        "doubt",
        "the home is the placement itself for {homes} of {episodes} episodes, so the addresses are the latest, and "
        "not those before care",
        "Homes and distances were read as unknown",
    ),
    IssueCode(
        "ssd-visits-without-plans",
        "fault",
        "the visits have no cppv_person_id, and there is no ssd_cp_plans to say whose they are",
        "The table was not used. Save that table too",
    ),
    IssueCode("file-completes-table", "note", "{layout}: it completes {table}"),
    IssueCode("file-completes-nothing", "doubt", "{layout}: it only completes {table}, which has no file"),
    IssueCode(
        "plans-of-six-years",
        "doubt",
        "the Safeguarding Dataset has the plans of six years, and not the number of earlier ones",
        "Repeat plans at any time may be too few",
    ),
    IssueCode(
        "mapped-column-missing",
        "fault",
        "the config names {columns} for this file, which is not among its columns: {names}<. Did you mean {similar}?>",
        _NOT_USED,
    ),
    IssueCode("mapped-sheet-missing", "fault", "the config names a sheet that is not there; it has {names}", _NOT_USED),
    IssueCode("file-not-readable", "fault", "the file could not be read<: {reason}>", _NOT_USED),
    IssueCode(
        "file-breaks-reader",
        "fault",
        "the file could not be read: it is damaged, or made in a way that kpitui cannot handle ({error})",
        _NOT_USED,
    ),
    IssueCode("link-broken", "fault", "the link leads to a file that is not there", _NOT_USED),
    IssueCode("file-empty", "fault", "the file is empty", _NOT_USED),
    IssueCode("file-broken-off", "fault", "the file breaks off here: {reason}", _NOT_USED),
    IssueCode(
        "file-changed-while-read",
        "fault",
        "the file is still being written: it changed while it was read",
        "It is read again once it stays the same",
    ),
    IssueCode(
        "file-changed-just-now", "fault", "{reason}; it changed a moment ago, and may not be whole yet", _NOT_USED
    ),
    IssueCode(
        "encoding-contradicted", "fault", "the file begins as {encoding} and goes on as something else", _NOT_USED
    ),
    IssueCode("line-too-long", "fault", "a line has more than {megabytes} MB: so this is not a table", _NOT_USED),
    IssueCode(
        "header-missing",
        "fault",
        "the first {line_count} lines have no header with {all_columns}; the file begins: {first_words}",
        _NOT_USED,
    ),
    IssueCode("header-too-wide", "fault", "a line has {column_count} columns, and no table has so many", _NOT_USED),
    IssueCode(
        "line-ends-lost",
        "fault",
        "the file is one line of {column_count} cells: its line ends are lost, so export it again",
        _NOT_USED,
    ),
    IssueCode("header-not-readable", "fault", "the header could not be read: {reason}", _NOT_USED),
    IssueCode("parquet-too-large", "fault", "becomes more than {megabytes} MB: save it as CSV", _NOT_USED),
    IssueCode("parquet-not-readable", "fault", "not a Parquet file that can be read: {reason}", _NOT_USED),
    IssueCode("xml-too-deep", "fault", "elements are more than {levels} levels deep, which no return has", _NOT_USED),
    IssueCode("xml-too-large", "fault", "there are more than {most} {parts}, which no return has", _NOT_USED),
    IssueCode("xml-with-doctype", "fault", "the file has a document type declaration, which no return has", _NOT_USED),
    IssueCode("xml-broken-off", "fault", "the XML is not complete: {reason}", _NOT_USED),
    IssueCode("xml-not-readable", "fault", "not XML that can be read: {reason}", _NOT_USED),
    IssueCode(
        "workbook-needs-extra",
        "fault",
        "this is a workbook: save its sheets as CSV, or let kpitui read workbooks with {command}",
        _NOT_USED,
    ),
    IssueCode("workbook-locked", "fault", "locked by a password: open it, and save it without one", _NOT_USED),
    IssueCode("workbook-not-readable", "fault", "not a workbook that can be read: {reason}", _NOT_USED),
    IssueCode("file-is-no-workbook", "fault", "named like a workbook, but it is not one", _NOT_USED),
    IssueCode(
        "workbook-is-web-page",
        "fault",
        "a web page named like a workbook: open it in a spreadsheet, and save it as XLSX",
        _NOT_USED,
    ),
    IssueCode("workbook-too-large", "fault", "unpacks to more than {megabytes} MB: save it as CSV", _NOT_USED),
    IssueCode(
        "workbook-too-heavy",
        "fault",
        "reading it takes more memory or time than a table needs: delete cells far below or beside the table, "
        "or save the sheet as CSV",
        _NOT_USED,
    ),
    IssueCode("sheet-too-large", "fault", "its sheets have more than {cell_count} cells: save them as CSV", _NOT_USED),
    IssueCode("file-is-pdf", "fault", "this is a PDF, whatever its name says", _NOT_USED),
    IssueCode(
        "archive-of-too-many-files", "fault", "has more than {file_count} files in it: unpack it first", _NOT_USED
    ),
    IssueCode("archive-too-large", "fault", "unpacks to more than {megabytes} MB: unpack it first", _NOT_USED),
    IssueCode("archive-not-readable", "fault", "could not be unpacked: {reason}", _NOT_USED),
    IssueCode("archive-locked", "fault", "locked by a password: unpack it first", _NOT_USED),
    IssueCode("archive-without-tables", "fault", "no file in it ends in {suffixes}", _NOT_USED),
    IssueCode("archive-member-not-used", "fault", "{member} in it was not used: {reason}", _NOT_USED),
    IssueCode(
        "file-without-year",
        "doubt",
        "the file does not say of which year it is: put the year into its name, as in model_2025.csv",
    ),
    IssueCode("file-not-recognised", "fault", "not recognised: its columns are {columns}", _NOT_USED),
    IssueCode(
        "file-nearly-recognised",
        "fault",
        "not recognised: it looks like {layout}, but has no column {all_columns}<; it has {similar}>"
        "<; its other columns are {others}>",
        _NOT_USED,
    ),
    IssueCode("file-without-header", "fault", "not recognised: none of its first lines is a header", _NOT_USED),
    IssueCode(
        "file-not-text", "fault", "not recognised: it has bytes that no text has - save it as CSV UTF-8", _NOT_USED
    ),
    IssueCode(
        "xml-not-recognised", "fault", "not recognised: it is XML, but not a return that kpitui knows", _NOT_USED
    ),
    IssueCode(
        "file-name-nearly-known", "fault", "{reason}. If it is meant to be a table, save it as {suggestion}", _NOT_USED
    ),
    IssueCode("file-not-needed", "note", "{layout}: no indicator needs it", "It was left alone"),
    IssueCode("sheet-hidden", "doubt", "the sheet is hidden", "It was left alone; show it if it should be read"),
    IssueCode(
        "rows-hidden",
        "doubt",
        "rows hidden or filtered away in the workbook: {row_count}",
        "They were read like all others",
    ),
    IssueCode("section-not-used", "note", "{reason}", "It was left alone"),
    IssueCode("file-of-other-kind", "note", "not a kind of file that holds tables", "It was left alone"),
    IssueCode("file-of-open-program", "note", "left by a program that has {file_name} open", "It was left alone"),
)

_FOLDER_CODES = (
    IssueCode("folder-not-readable", "fault", "<{key}: >the folder {folder} could not be read: {reason}"),
    IssueCode(
        "folder-inside", "doubt", "this is a folder: move its files up if they are needed", "Its files were not read"
    ),
    IssueCode(
        "file-without-own-rows",
        "doubt",
        "none of its {number} rows could be used as {table}",
        "Check that its columns hold what their names say",
    ),
    IssueCode(
        "postcodes-not-known",
        "doubt",
        "{count} [postcode|postcodes] of care_episodes [is|are] not in the table of postcodes: {examples}",
        "Distances to and from there are unknown. A newer table may have them",
    ),
    IssueCode(
        "care-before-birth",
        "doubt",
        "{count} [episode|episodes] of care [starts|start] before the child was born: {children}",
        "The dates of birth and the episodes were kept",
    ),
    IssueCode(
        "children-not-born",
        "note",
        "{count} [child has|children have] a date of birth after the date of the board",
        "They are not born yet, or the date is wrong",
    ),
    IssueCode("table-given-twice", "doubt", "{other} is there too", "Only that one was used"),
    IssueCode("table-without-file", "fault", "no {table}.csv or {table}.parquet in {folder}"),
    IssueCode(
        "table-without-rows",
        "fault",
        'the table {table} has no rows; if there are none in truth, say so in the config: [tables] none = ["{table}"]',
    ),
    IssueCode("table-rows-refused", "fault", "none of the {number} rows of {table} could be used"),
    IssueCode(
        "council-of-other-name",
        "doubt",
        "{key}: {la_code} is not the number of {council}, which is {number}",
        "All figures are those of {la_code}",
    ),
    IssueCode(
        "column-without-values",
        "note",
        "no row of {table} has {table_column}, which decides how cases count",
        "Its figures have bounds. If it is always the same, say so in the config: "
        'defaults = {{ {table} = {{ {table_column} = "..." }} }}',
    ),
    IssueCode(
        "rows-of-other-council",
        "note",
        "{count} [row is|rows are] of other councils, by la_code",
        "[It was|They were] left out",
    ),
    IssueCode("counts-missing", "fault", "no file of counts is named {pattern}"),
    IssueCode(
        "counts-of-other-form",
        "fault",
        "not a file of counts, or one of another version: {columns} [is|are] missing or of another type",
        "Ask for it again: kpitui counts -o FILE",
    ),
    IssueCode(
        "counts-not-whole",
        "doubt",
        "{count} [row has|rows have] no period, area or number that can be read",
        "[It was|They were] left out",
    ),
    IssueCode("counts-without-rule", "fault", "the council's counts do not have it"),
    IssueCode("counts-of-other-definition", "fault", "the council counts it by another definition"),
    IssueCode("counts-of-later-date", "note", "counted after {as_at}", "It was left out"),
    IssueCode(
        "area-names-not-read", "fault", "the names of areas could not be read: {reason}", "The packaged names are used"
    ),
    IssueCode("table-of-other-council", "fault", "no row of {table} is of the council {la_code}, by its la_code"),
    IssueCode(
        "ids-joined",
        "note",
        "{count} [id is|ids are] written in another way than elsewhere: {cells}",
        "[It was|They were] joined with the id in brackets",
    ),
    IssueCode(
        "ids-alike",
        "doubt",
        "{count} [id differs|ids differ] from another only in capitals, blanks or leading zeros: {cells}",
        "Nobody can tell whether they are the same, so they were not joined",
    ),
    IssueCode(
        "ids-apart",
        "doubt",
        "none of the {count} ids of {table} is in {parent_table}: are both written in the same way?",
        "No figure is judged that needs both",
    ),
    IssueCode("ids-unmatched", "note", "{count} [id|ids] of {table} [is|are] not in {parent_table}: {cells}"),
    IssueCode(
        "ids-spoilt",
        "fault",
        "a spreadsheet has rounded ids in {column}, such as {cell}: different ones look the same now",
        "Export the file again with this column as text",
    ),
    IssueCode("ids-not-met", "doubt", "none of the ids of {table} is in the table it belongs to"),
    IssueCode("postcodes-need-extra", "doubt", "the postcodes could not be read: {command} adds what reads them"),
    IssueCode("reason-not-public", "fault", "could not be used ({problem_code}): the internal view says why"),
    IssueCode("saved-figures-not-read", "doubt", "not a file that kpitui publish wrote", "It was not read"),
)

_DATABASE_CODES = (
    IssueCode(
        "ssd-not-in-database",
        "fault",
        "no table of the Standard Safeguarding Dataset< in schema {schema}> that this user can read",
        "Check schema in [sql], and the rights of the user",
    ),
    IssueCode(
        "ssd-in-several-schemas",
        "fault",
        "the Standard Safeguarding Dataset is in several schemas: {schemas}",
        "Say which to read: schema in [sql] of the config",
    ),
    IssueCode("ssd-columns-missing", "fault", "{table} has no column {columns}", "The table was not used"),
    IssueCode("database-not-reached", "fault", "{database}: {reason}", "Its tables were not read"),
    IssueCode("database-needs-driver", "fault", "could not be read without {driver}: {command}"),
    IssueCode(
        "database-needs-odbc-driver",
        "fault",
        "could not be read: ODBC has no driver for SQL Server; install Microsoft's (msodbcsql18), or name one "
        "by ?driver=",
    ),
    IssueCode("database-without-time-limit", "fault", "could not be read: its ODBC driver has no time limit"),
    IssueCode("database-file-missing", "fault", "no such file: correct sql.url"),
    IssueCode("database-not-opened", "fault", "could not be opened: {reason}"),
    IssueCode("database-not-read", "fault", "could not be read: {reason}"),
    IssueCode("query-failed", "fault", "the query failed: {reason}", "The table was not read"),
    IssueCode(
        "query-too-slow",
        "fault",
        "the query took longer than {seconds} seconds: ask for less, or raise time_limit under [sql]",
        "The table was not read",
    ),
    IssueCode("query-without-table", "fault", "the query gives no table", "The table was not read"),
    IssueCode(
        "query-value-not-read",
        "fault",
        "a value could not be read: cast it to text in the query",
        "The table was not read",
    ),
)

_RULE_CODES = (
    # These two are about a table and a rule of the config together: they are found with the tables read.
    IssueCode(
        "indicator-failed",
        "fault",
        "could not be worked out because of an error in kpitui ({error}); the error log says where",
    ),
    IssueCode(
        "rule-column-missing", "fault", "{key}: its cases have no column {column}< - did you mean {suggestion}?>"
    ),
    IssueCode(
        "rule-column-of-other-type",
        "fault",
        "{key}: its column {column} holds {kind}, which cannot be compared with {compared_kind}",
    ),
    IssueCode("table-column-missing", "fault", "{key}: {table} has no column {column}< - did you mean {suggestion}?>"),
    IssueCode("look-back-without-table", "doubt", "{key}: no table is called {table}< - did you mean {suggestion}?>"),
    IssueCode("look-back-without-dates", "doubt", "{key}: {column} of {table} holds no dates"),
    IssueCode(
        "query-for-no-table",
        "doubt",
        "{key} does not name a known table< - did you mean {suggestion}?>",
        "The query was not run",
    ),
    IssueCode(
        "limit-for-no-table",
        "doubt",
        "{key} does not name a known table< - did you mean {suggestion}?>",
        "The limit has no effect",
    ),
    IssueCode("rule-table-missing", "doubt", "{key}: no table is called {table}< - did you mean {suggestion}?>"),
    IssueCode(
        "table-of-other-areas", "fault", "<{key}: >no row of {table} has the la_code {la_code}<: they have {others}>"
    ),
    IssueCode("reason-missing", "note", "{indicator}: red in {period} without a reason"),
    IssueCode("action-overdue", "note", "{indicator}: action overdue since {due}< ({owner})>: {text}"),
)

_FIGURE_CODES = (
    IssueCode(
        "cases-not-known",
        "doubt",
        "{unknown_reason}: of {count} [case|cases] nobody can tell whether [it counts|they count]",
    ),
    IssueCode(
        "rows-not-read", "fault", "{count} [row|rows] of {table} could not be read", "The figure may lack [it|them]"
    ),
    IssueCode("file-breaks-off", "fault", "{file_name} breaks off, or is still being written"),
    IssueCode("table-begins-later", "doubt", "{table} does not go back to the first day of this figure"),
    IssueCode("table-ends-earlier", "doubt", "{table} does not go on to the last day of this figure"),
    IssueCode(
        "earlier-grades-missing",
        "doubt",
        "the file has only the latest inspections: the grades of this day are not in it",
    ),
    IssueCode("table-lost-rows", "fault", "rows of {table} could not be read, and each may stand for many cases"),
    IssueCode("table-lacks-column", "doubt", "{table} has no column {table_column}"),
    IssueCode("table-lacks-dates", "doubt", "no row of {table} has a date in {table_column}"),
)

ISSUE_CODES_BY_SUBJECT: Mapping[str, tuple[IssueCode, ...]] = {
    "Cells": _CELL_CODES,
    "Rows": _ROW_CODES,
    "Columns and text": _COLUMN_CODES,
    "Files": _FILE_CODES,
    "The folder": _FOLDER_CODES,
    "The database": _DATABASE_CODES,
    "The config and the tables together": _RULE_CODES,
    "A figure": _FIGURE_CODES,
    "The config alone": CONFIG_CODES,
}
ISSUE_CODES: Mapping[str, IssueCode] = {
    declaration.code: declaration for declarations in ISSUE_CODES_BY_SUBJECT.values() for declaration in declarations
}
