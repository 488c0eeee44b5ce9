"""``python -m benchmarks.hostile_outputs``: put hostile texts everywhere, and look at every output.

Each round makes a council whose names of files, sheets, columns and config keys, cells, values of
the config, arguments and environment hold text that would control a terminal, run in a spreadsheet,
be read as markup, or reverse what is shown. Whatever is printed or written must show it as text.
Everything is drawn from ``--seed``, so that what is found can be found again.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any, Final
from unicodedata import category, normalize

import openpyxl
import pypdf
from markdown_it import MarkdownIt

from kpitui.cli import main as run_command

PIECES: Final = (
    "\x1b[2J", "\x1b]52;c;aGk=\x07", "\x9b31m", "\x9d0;title\x9c", "\r", "\n", "\nkpitui: wrote everything", "\t", "\0",
    "\x7f", "\x85", "\u00a0", "\u00ad", "\u061c", "\u200b", "\u200d", "\u202e", "\u2066", "\u2028", "\u3000", "\ufeff",
    "\ufffe", "\ue000", "\U000e0041", "\U0010fffd", "\U000f0000", "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)",
    "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff201", "\ufe661", "\u207c1", " =1", "\t=1", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "</style>", "<!--", "]]>", "&lt;b&gt;", "&#27;", "[x](http://a.b)", "![x](y)",
    "http://a.b", "www.a.b", "a@b.c", "`", "```", "**b**", "__b__", "~~s~~", "|", "| a | b |", "# h", "\n# h", "- l",
    "1. l", "> q", "\\", "\\[", "#panic()", "#let x = 1", "$x$", "*b*", "_i_", "<label>", "{0}", "{{", "%s", "%(x)s",
    "[bold]", "[/]", "[@click=app.quit]x[/]", "'", '"', ";", ",", "&P", "\U0001f98a", "\u0645\u0631", "\u09ac\u09be",
    "\u5b66\u6821", "e\u0301\u0302\u0303", "Zo\u00eb", "W" * 60,
)  # fmt: skip
"""What texts are made from; characters of any category are added at random."""
TextCheck = Callable[[str], Iterator[str]]
"""Yields what is wrong with a text."""
COMMANDS: Final = (
    "status", "status --json", "status --csv", "status --md", "status --public --md", "show repeat-referrals",
    "show repeat-referrals --json", "cases repeat-referrals", "cases repeat-referrals --json",
    "cases repeat-referrals --csv", "changes", "changes --json", "check", "check --json", "report",
    "report --internal --profile {profile}", "report -o {out}/public.md", "report --internal -o {out}/inside.csv",
    "report --internal -o {out}/inside.html", "report --internal -o {out}/inside.xlsx",
    "report --internal -o {out}/inside.pdf", "import -o {out}/tables", "publish",
)  # fmt: skip
FAILING_COMMANDS: Final = (
    "status --period {text}", "status --as-at {text}", "status --theme {text}", "status {text}", "show {text}",
    "cases repeat-referrals --variant {text}", "report --profile {text}", "report -o {text}", "changes --from {text}",
    "--{text}", "{text}", "import {text} -o {out}/none", "init {out}", "completion {text}",
)  # fmt: skip
_CONFIG: Final = """
as_at = 2019-03-25
[council]
name = {council}
la_code = "872"
[tables]
folder = "tables"
made_up = ["referrals"]
[board]
show = ["repeat-referrals", "protection-visits-on-time"]
[indicators.repeat-referrals]
title = {title}
definition = {definition}
target = 20
target_reason = {reason}
[indicators.repeat-referrals.outcome_names]
{key} = {value}
[profiles.{profile}]
title = {profile_title}
committee = {committee}
audience = {audience}
[views]
{view} = "VP7"
"""


@dataclass(frozen=True)
class HostileCouncil:
    """A council in a folder of its own, with a config that can be read and one that cannot."""

    config_path: Path
    broken_config_path: Path
    out_folder: Path
    profile_name: str


def main() -> int:
    """Run the rounds, print every fault, and fail if there was one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile_outputs", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    fault_count = 0
    for number in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="kpitui-hostile-") as folder:
            for fault in find_faults(Path(folder), Random(f"{options.seed} {number}")):
                fault_count += 1
                print(f"{number}: {fault}", flush=True)
    print(f"{options.rounds} rounds, {fault_count} faults")
    return 1 if fault_count else 0


def find_faults(folder: Path, random: Random) -> Iterator[str]:
    """Write a hostile council into a folder, run every command on it, and yield what is wrong."""
    council = write_council(folder, random)
    with _set_environment("XDG_STATE_HOME", str(folder / draw_file_name(random))):
        for command in COMMANDS:
            words = shlex.split(command.format(out=council.out_folder, profile=shlex.quote(council.profile_name)))
            yield from _run_and_check(words, council.config_path, {0, 3})
        for command in FAILING_COMMANDS:
            payload = draw_text(random).replace("\0", "") + "\udc9b"
            command_words = shlex.split(command.format(out=council.out_folder, text="PAYLOAD"))
            words = [word.replace("PAYLOAD", payload) for word in command_words]
            yield from _run_and_check(words, council.config_path, {0, 2, 3})
        for command in ("check", "check --json", "status"):
            yield from _run_and_check(command.split(), council.broken_config_path, {2, 3})
        for path in (*council.out_folder.iterdir(), *folder.rglob("kpitui.log")):
            if path.is_file():
                yield from (f"{path.suffix}: {fault}" for fault in FILE_CHECKS[path.suffix](path.read_bytes()))


def draw_text(random: Random) -> str:
    """Draw a hostile text of a few pieces."""
    any_character = chr(random.choice([random.randrange(0x300), random.randrange(0x3000), random.randrange(0x110000)]))
    pieces = [*random.sample(PIECES, random.randint(1, 4)), "" if category(any_character) == "Cs" else any_character]
    random.shuffle(pieces)
    return "".join(pieces)


def draw_file_name(random: Random) -> str:
    """Draw a hostile name that a file can have, with a byte that is not UTF-8 now and then."""
    name = draw_text(random).replace("\0", "").replace("/", "")[:40] + random.choice(["", "\udcff", "\udc9b"])
    return name.strip(". ") or "x"


def write_council(folder: Path, random: Random) -> HostileCouncil:
    """Write a council whose every text is hostile."""
    home = folder / draw_file_name(random)
    tables, out_folder = home / "tables", folder / "out"
    tables.mkdir(parents=True)
    out_folder.mkdir()
    _write_tables(tables, random)
    profile_name = draw_text(random).replace("\0", "")
    drawn_names = "council title definition reason key value profile_title committee audience view".split()
    texts = {name: format_toml(f"{draw_text(random)} {name}") for name in drawn_names}
    config_path, broken_config_path = home / "config.toml", home / "broken.toml"
    config_text = _CONFIG.format(profile=format_toml(profile_name), **texts)
    config_path.write_text(config_text, "utf-8")
    extra_key = format_toml(draw_text(random))
    broken_sections = f"{extra_key} = 1\n{config_text}\n[keys]\n{extra_key} = 1\n[sql.{extra_key}]\nurl = {extra_key}\n"
    broken_config_path.write_text(broken_sections, "utf-8")
    return HostileCouncil(config_path, broken_config_path, out_folder, profile_name)


def _write_tables(tables: Path, random: Random) -> None:
    draw = partial(draw_text, random)
    days = ("2018-10-05", "2018-11-05", "2018-12-05", draw())
    rows = [(draw(), random.choice(days), draw(), draw()) for _ in range(12)]
    _write_csv(tables / "referrals.csv", [("child", "referral_date", "source", draw()), *rows])
    notes = [
        ("repeat-referrals", "2018-19 Q3", draw(), draw(), kind) for kind in ("reason", "action", "question", draw())
    ]
    _write_csv(tables / "commentary.csv", [("indicator", "period", "text", "author", "kind"), *notes])
    _write_csv(tables / f"{draw_file_name(random)}.csv", [(draw(), draw()), (draw(), draw())])
    _write_csv(tables / "schools.csv", [("urn", "name", draw()), ("123456", draw(), draw())])
    (tables / f"{draw_file_name(random)}.zip").write_bytes(draw().encode())
    workbook = openpyxl.Workbook()
    sheet_name = "".join(letter for letter in draw() if letter.isprintable() and letter not in "[]:*?/\\'")
    workbook.active.title = (sheet_name + "\u202e\u200b")[-20:]
    workbook.active.append(["child", "referral_date"])
    workbook.save(tables / f"{draw_file_name(random)}.xlsx")


def _write_csv(path: Path, rows: list[tuple[str, ...]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def format_toml(text: str) -> str:
    """Format a text as a string of TOML, with all but plain letters escaped."""
    escaped = (letter if letter.isalnum() and letter.isascii() else f"\\U{ord(letter):08X}" for letter in text)
    return f'"{"".join(escaped)}"'


@contextmanager
def _set_environment(name: str, value: str) -> Iterator[None]:
    value_before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if value_before is None:
            del os.environ[name]
        else:
            os.environ[name] = value_before


def _run_and_check(words: list[str], config_path: Path, expected_codes: set[int]) -> Iterator[str]:
    """Run a command in this process, and yield what is wrong with its code and what it printed."""
    printed, messages = io.StringIO(), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(messages):
        try:
            exit_code: Any = run_command([*words, f"--config={config_path}"])
        except SystemExit as end:
            exit_code = end.code
    faults = [*check_lines(messages.getvalue()), *_find_forged_messages(messages.getvalue())]
    if exit_code not in expected_codes:
        faults.append(f"ended with {exit_code}: {messages.getvalue()[-300:]!r}")
    form = next((word[2:] for word in words if word in ("--json", "--csv", "--md")), "")
    form = "md" if words[0] == "report" else form
    faults += PRINTED_CHECKS[form](printed.getvalue()) if printed.getvalue() else ()
    yield from (f"{' '.join(words)!r}: {fault}" for fault in faults)


def _find_forged_messages(messages: str) -> Iterator[str]:
    if any(line.startswith("kpitui: wrote everything") for line in messages.splitlines()):
        yield "a text of the data is a message of its own"


def check_lines(text: str) -> Iterator[str]:
    """Yield each character that may not be in lines of text."""
    for line in text.removesuffix("\n").split("\n"):
        if hostile := {letter for letter in line if not letter.isprintable()}:
            yield f"{sorted(hostile)} in {line[:200]!r}"


def check_json(text: str) -> Iterator[str]:
    """Yield what is wrong with the texts and keys of a JSON document."""
    yield from check_lines(text)
    members: list[Any] = [json.loads(text)]
    while members:
        member = members.pop()
        if isinstance(member, dict):
            members += [*member.keys(), *member.values()]
        elif isinstance(member, list):
            members += member
        elif isinstance(member, str):
            yield from check_lines(member)


def check_csv(text: str) -> Iterator[str]:
    """Yield the cells that a spreadsheet would run, or that are not plain text."""
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            yield from check_lines(cell)
            first_character = normalize("NFKC", cell.lstrip())[:1]
            if first_character in ("=", "+", "-", "@") and not _is_number(cell):
                yield f"a cell that runs: {cell[:80]!r}"


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return cell.isascii()


def check_markdown(text: str) -> Iterator[str]:
    """Yield what Markdown would show otherwise than as text: HTML, links, pictures, code."""
    yield from check_lines(text)
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    inline_tokens = [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in (*tokens, *inline_tokens)}
    forbidden = {"html_block", "html_inline", "link_open", "image", "code_inline", "fence", "code_block", "s_open"}
    yield from (f"Markdown has {kind}" for kind in sorted(kinds & forbidden))


class _TagCollector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect elements and attributes that a briefing does not have."""
        if tag in ("script", "img", "label", "iframe", "a") and not (dict(attrs).get("href") or "").startswith("#"):
            self.faults.append(f"HTML has <{tag}>")
        self.faults += [f"HTML has {name}" for name, _ in attrs if name.startswith("on")]


def check_html(text: str) -> Iterator[str]:
    """Yield what is not text in a page."""
    yield from check_lines(text)
    collector = _TagCollector()
    collector.feed(text)
    yield from collector.faults


def check_workbook(content: bytes) -> Iterator[str]:
    """Yield formulas, links and unprintable cells of a workbook."""
    for worksheet in openpyxl.load_workbook(io.BytesIO(content)):
        for cell in (cell for row in worksheet.iter_rows() for cell in row):
            if cell.data_type == "f" or cell.hyperlink:
                yield f"a formula or link in {worksheet.title}: {cell.value!r}"
            yield from check_lines(str(cell.value or ""))


def check_pdf(content: bytes) -> Iterator[str]:
    """Yield links and unprintable text of a PDF."""
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        if "/Annots" in page:
            yield "a link in a PDF"
        yield from check_lines(page.extract_text())


def _decode_then(check: TextCheck) -> Callable[[bytes], Iterator[str]]:
    return lambda content: check(content.decode())


PRINTED_CHECKS: Final[dict[str, TextCheck]] = {
    "": check_lines, "json": check_json, "csv": check_csv, "md": check_markdown,
}  # fmt: skip
FILE_CHECKS: Final[dict[str, Callable[[bytes], Iterator[str]]]] = {
    ".md": _decode_then(check_markdown), ".csv": _decode_then(check_csv), ".html": _decode_then(check_html),
    ".log": _decode_then(check_lines), ".xlsx": check_workbook, ".pdf": check_pdf,
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
