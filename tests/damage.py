"""Damage to the files that the program keeps or is configured by, at random but from a seed."""

from __future__ import annotations

import re
from random import Random

CONFIG = """\
as_at = 2019-03-25
history_from = "2015-16 Q1"
open = "mine"

[council]
name = "Wokingham"
la_code = "872"
region = "South East"

[tables]
folder = "tables"
made_up = ["children"]

[sql]
url = "sqlite:///council.db"
user = "reader"
time_limit = 30
[sql.tables]
referrals = "SELECT child, referral_date FROM contacts"

[comparators]
neighbours = ["Surrey", "Rutland"]
model = "April 2021"

[published]
folder = "published"

[stale]
care_episodes = 45

[views]
mine = "VP7/cases"

[keys]
save = ["F2", "w"]

[board]
show = ["EA1i", "VP7", "VP8", "RR12", "early-help-in-time"]
also = ["RC1"]

[profiles.scrutiny]
title = "Performance"
committee = "Overview"
indicators = ["VP7", "RR12"]
themes = ["Leaving care"]
length = "summary"

[indicators.permanence]
code = "VP7"
target = 45.0
tolerance = 5.0
tolerance_is = "points"
target_reason = "Council Plan"
target_owner = "Director"
target_review = 2019-06-01
target_national = false
red_line = 30
trajectory = false
dead_band = 1.0
minimum = 6
scale = [0, 100]
note = "A note"
targets = [{ from = "2018-19 Q1", value = 45, reason = "Plan", owner = "Head", review = 2019-06-01 }]
breaks = [{ date = 2018-04-01, note = "A new case system", restarts = true }]
broken_by = ["strike"]
outcome_names = { E11 = "adopted" }
look_back = { table = "care_episodes", column = "dec", months = 12 }
[indicators.permanence.variants.adults]
title = "Without adults"
exclude = { age_at_end = { at_least = 18 } }

[indicators.early-help-in-time]
title = "Early help in 45 days"
code = "EH1"
theme = "Early help"
table = "early_help"
date = "completed_date"
window = "rolling-12-months"
counted = { days_taken = { at_most = 45 } }
left_out = [{ reason = "no days", when = { days_taken = { missing = true } } }]
only = { team = { any_of = ["A", "B"] } }
polarity = "high"
noun = ["assessment", "assessments"]
weight = "hours"
"""
FIGURES = """\
{"said_on": "2018-12-20", "period": "2018-19 Q2", "indicators": {"permanence": {"2018-19 Q2":
 {"numerator": 8, "denominator": 17, "excluded": {"died": 1}}}}}
"""
VIEWS = '# Views\n\n[views]\n"who left" = "VP7/cases"\n"ours" = "RR12"\n'

TOML_VALUES = [
    "nan", "inf", "-inf", "1e999", "-1", "0", "1" + "0" * 20, "9" * 400, "9" * 5000, "0.1", "true", "false", '""',
    '"x"', r'"\u0000"', r'"\u001b[2J"', r'"\ud7ff\u202e"', '"~nobody-here/x"', '"/dev/zero"', '"/proc/self/mem"', '"."',
    '"' + "x" * 5000 + '"', "[]", "[[]]", "{}", '[1, "a", {}]', '["a", "a"]', "[nan]", "{ a = { b = { c = 1 } } }",
    "1979-05-27T07:32:00Z", "07:32:00", "0001-01-01", "9999-12-31", "[" * 300 + "]" * 300, "[" * 30_000,
    '"2018-19 Q9"', '"9999-00 Q1"', '"%s{}"', '["VP7", "VP7"]', "{ at_least = inf }", "{ missing = 1 }",
    "[{ date = 9999-12-31, note = 1 }]", '[{ from = "2018-19 Q1", value = nan }]', "[1e308, -1e308]",
]  # fmt: skip
JSON_VALUES = [
    "NaN", "Infinity", "-Infinity", "1e999", "-1", "1" + "0" * 400, "9" * 5000, "true", "null", '"x"', '""', "[]", "{}",
    '{"a": NaN}', '"9999-12-31"', '"0000-00-00"', "[" * 100_000, '{"a":' * 50_000, r'"\ud800"', r'"\u0000"', "0.5",
]  # fmt: skip
BYTES = [
    b"",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\r",
    b"\r\n",
    b'"""',
    b"[",
    b"]]",
    b"=",
    b"\x1b]52;c;x\x07",
    b"\x80",
]


def damage_toml(text: str, random: Random) -> bytes:
    """A config or a list of views with something wrong in it, or not."""
    for _ in range(random.choice([1, 1, 1, 2, 4])):
        lines = text.splitlines()
        settings = [number for number, line in enumerate(lines) if re.match(r"[^#\[]+ = ", line)] or [0]
        number = random.choice(settings)
        key, _, value = lines[number].partition(" = ") if lines else ("", "", "")
        lines[number : number + 1] = random.choice([
            [f"{key} = {random.choice(TOML_VALUES)}"],
            [f"{key} = {random.choice(TOML_VALUES)}"],
            [f"{key} = {random.choice(TOML_VALUES)}"],
            [f"{key} = [{value}]"],
            [f"{key}.more = {value}"],
            [f"{key[:-1]} = {value}"],
            [lines[number], lines[number]] if lines else [],
            [],
        ])  # fmt: skip
        if random.random() < 0.15:
            random.shuffle(lines)
        text = "\n".join(lines) + "\n"
    return damage_bytes(text.encode(), random) if random.random() < 0.2 else text.encode()


def damage_json(text: str, random: Random) -> bytes:
    """A file of published figures with something wrong in it, or not."""
    values = list(re.finditer(r'(?<=: )("[^"]*"|\d+|\{[^{}]*\})', text))
    for match in random.sample(values, random.choice([1, 1, 2])):
        text = text.replace(match[0], random.choice(JSON_VALUES), 1)
    return damage_bytes(text.encode(), random) if random.random() < 0.3 else text.encode()


def damage_bytes(content: bytes, random: Random) -> bytes:
    """Bytes of which some are cut off, changed, or put in."""
    place = random.randrange(len(content) + 1)
    return random.choice([
        content[:place],
        content[place:],
        content[:place] + random.choice(BYTES) + content[place:],
        content[:place] + random.randbytes(8) + content[place + 8 :],
        content.decode(errors="replace").encode("utf-16"),
        random.randbytes(random.randrange(200)),
    ])  # fmt: skip
