"""The council's config: read whole, and every mistake in it told at once, with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpitui.config.settings import ConfigError, Settings, load_settings
from kpitui.issue_wording import format_issue
from kpitui.locations import CHECKOUT_CONFIG, SAMPLE_CONFIG, find_config
from kpitui.model.catalogue import Target
from kpitui.model.periods import parse_period
from tests.examples import WOKINGHAM


def read(folder: Path, text: str) -> Settings:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def mistakes(folder: Path, text: str) -> list[str]:
    """What is told of a config, from `config.toml` on."""
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    return [format_issue(issue).replace(f"{folder}/", "") for issue in caught.value.issues]


def mistake(folder: Path, lines: str) -> str:
    """The one thing that is told of some lines before a sound config."""
    (issue_text,) = mistakes(folder, lines + WOKINGHAM)
    return issue_text


def test_a_config_of_three_lines_is_enough(tmp_path: Path) -> None:
    settings = read(tmp_path, '[council]\nname = "Rutland"\nla_code = "857"\n')
    assert (settings.council_name, settings.la_code, settings.as_at) == ("Rutland", "857", None)
    assert settings.get_meeting_date() == date.today()
    assert settings.tables_folder == tmp_path
    assert {"EA1i", "VP7", "VP8"} < {indicator.code for indicator in settings.indicators}


def test_everything_that_a_config_may_say(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        """
        as_at = 2019-03-25
        history_from = "2015-16 Q1"
        [council]
        name = "Wokingham"
        la_code = 872
        region = "South East"
        [tables]
        folder = "extracts"
        made_up = ["children"]
        [comparators]
        neighbours = ["Bracknell Forest", "Surrey"]
        model = "2025"
        [board]
        show = ["VP7", "schools-primary-good", "ea3"]
        """,
    )
    assert settings.as_at == settings.get_meeting_date() == date(2019, 3, 25)
    assert settings.history_from == parse_period("2015-16 Q1")
    assert (settings.la_code, settings.region) == ("872", "South East")
    assert settings.tables_folder == tmp_path / "extracts"
    assert settings.made_up_tables == ("children",)
    assert (settings.neighbours[0], settings.neighbours_model) == ("Bracknell Forest", "2025")
    assert [indicator.code for indicator in settings.indicators] == ["VP7", "EA1i", "EA3"]


@pytest.mark.parametrize("as_at", ['"today"', '"2019-03-25"', "2019-03-25"])
def test_the_date_of_the_meeting(tmp_path: Path, as_at: str) -> None:
    council = '[council]\nname = "Rutland"\nla_code = "857"\n'
    settings = read(tmp_path, f"as_at = {as_at}\n{council}")
    assert settings.as_at == (None if "today" in as_at else date(2019, 3, 25))


@pytest.mark.parametrize("name", ["VP8", "vp8", "Protection-Visits-On-Time", "protection-visits-on-time"])
def test_an_indicator_by_its_code_in_any_capitals(tmp_path: Path, name: str) -> None:
    settings = read(tmp_path, f'[indicators.{name}]\ntarget = 95\n[council]\nname = "Rutland"\nla_code = "857"\n')
    targets = {indicator.id: indicator.targets for indicator in settings.indicators}
    assert [target.value for target in targets["protection-visits-on-time"]] == [95]
    assert len(targets) == len(read(tmp_path, '[council]\nname = "Rutland"\nla_code = "857"\n').indicators)


def test_an_indicator_like_another_by_its_code(tmp_path: Path) -> None:
    text = '[indicators.leavers]\nlike = "vp7"\ncode = "L"\ntitle = "Leavers"\n'
    settings = read(tmp_path, f'{text}[council]\nname = "Rutland"\nla_code = "857"\n')
    assert {indicator.id: indicator.rule.cohort.name for indicator in settings.indicators}["leavers"] == "care-leavers"


def test_mistakes_under_a_code_have_their_line(tmp_path: Path) -> None:
    text = '[council]\nname = "Rutland"\nla_code = "857"\n[indicators.VP8]\ntolerence = 1\n'
    assert mistakes(tmp_path, text) == [
        "config.toml:5: indicators.protection-visits-on-time.tolerence is not known - did you mean tolerance?"
    ]
    twice = text.replace("tolerence", "tolerance") + "[indicators.protection-visits-on-time]\ntarget = 95\n"
    assert mistakes(tmp_path, twice) == [
        "config.toml:4: indicators.VP8 is another name of protection-visits-on-time, which the config has too:"
        " put both into one"
    ]


def test_all_mistakes_at_once_each_with_its_line_and_the_nearest_name(tmp_path: Path) -> None:
    assert mistakes(
        tmp_path,
        """\
as_at = "tomorrow"
colour = "blue"
[council]
name = "Wokingham"
la_code = "872"
[tables]
foldr = "tables"
[board]
show = ["VP7", "VP9"]

[indicators.permanence]
tolerence = 5.0
target = "45"
[indicators.permanence.variants.excluding-18-plus]
exclude = { age_at_end = { at_leest = 18 } }
[indicators.permanance]
target = 45.0
""",
    ) == [
        "config.toml:1: as_at must be a date: 2019-03-25",
        "config.toml:2: colour is not known",
        "config.toml:7: tables.foldr is not known - did you mean folder?",
        "config.toml:9: board.show names VP9, which is not known - did you mean VP8?",
        "config.toml:12: indicators.permanence.tolerence is not known - did you mean tolerance?",
        "config.toml:13: indicators.permanence.target must be a number",
        "config.toml:15: indicators.permanence.variants.excluding-18-plus.exclude has the "
        "condition at_leest on age_at_end, which is not one of equal, any_of, none_of, at_least, at_most, "
        "more_than, less_than, starts_with, missing - did you mean at_least?",
        "config.toml:16: indicators.permanance is not known - did you mean permanence?",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("target = true", "target must be a number"),
        ("target = nan", "target must be a finite number"),
        ("tolerance = -1", "tolerance must not be negative"),
        ("minimum = 2.5", "minimum must be a whole number, 0 or more"),
        ('polarity = "hihg"', "polarity must be one of high, low, neutral - did you mean high?"),
        ('window = "quarter"', "window must be one of period, year-to-date, rolling-12-months"),
        ("title = 7", "title must be text in quotes"),
        ("scale = [100, 0]", "scale must have the lower number first"),
        ('noun = ["child"]', "noun must be the noun for one and for several"),
        ("counted = 5", "counted must be a table: { name = value }"),
        ('counted = { rec = { any_of = "E11" } }', "counted has any_of on rec, which must be a li"),
        ("counted = { rec = { missing = 1 } }", "counted has missing on rec, which must be true "),
        ('left_out = [{ reason = "x" }]', "left_out has an entry without when"),
        ("targets = [{ value = 5 }]", "targets has an entry without from"),
        ('targets = [{ from = "2018", value = 5 }]', "targets.from: '2018' is not a period: write 2018"),
        ('breaks = [{ date = "May", note = "x" }]', "breaks.date must be a date: 2019-03-25"),
        ('look_back = { table = "referrals" }', "look_back has an entry without column"),
        ('like = "nothing"', "like names nothing, which is not known"),
        ('cohort = "care-leaver"', "cohort names care-leaver, which is not known - did you mean "),
        ('window = "period-end"', "cannot have the window period-end: its cases are events"),
        ('window = "rolling-12-months"\ndistinct = "any"', "cannot count distinct subjects over "),
        ('window = "rolling-12-months"\nbase = { cohort = "post" }', "base.cohort names post, which is not known"),
        ('base = { cohort = "posts", day = 1 }', "base has day, which is not known: it may have cohort and days"),
        ('base = { cohort = "posts" }', 'needs window = "rolling-12-months" for its base'),
        ("variants = 3", "variants must be a table: { name = value }"),
        ("variants = { mine = 3 }", "variants.mine must be a table: { name = value }"),
    ],
)
def test_wrong_types_and_values_say_what_was_expected(tmp_path: Path, line: str, message: str) -> None:
    issue_text = mistake(tmp_path, f"[indicators.permanence]\n{line}\n")
    assert issue_text.split(": ", 1)[1].startswith(
        (f"indicators.permanence.{message}", f"indicators.permanence {message}")
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[council]\n", ["config.toml:1: council needs name", "config.toml:1: council needs la_code"]),
        ("", ["config.toml:1: council needs name", "config.toml:1: council needs la_code"]),
        ("a = [", ["config.toml:1: not TOML: "]),
        ("a = 1\na = 2\n", ["config.toml:2: not TOML: "]),
        (
            "council = 5\n",
            [
                "config.toml:1: council must be a table: { name = value }",
                "config.toml:1: council needs name",
                "config.toml:1: council needs la_code",
            ],
        ),
        ("indicators = 5\n" + WOKINGHAM, ["config.toml:1: indicators must be a table"]),
    ],
)
def test_what_is_missing_or_no_config_at_all(tmp_path: Path, text: str, message: list[str]) -> None:
    mistakes_text = mistakes(tmp_path, text)
    assert [first_line[: len(start)] for first_line, start in zip(mistakes_text, message, strict=False)] == message


def test_a_file_that_is_not_there_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no such file - kpitui init DIR writes"):
        load_settings(tmp_path / "config.toml")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        load_settings(tmp_path / "config.toml")


def test_a_config_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(WOKINGHAM, encoding="utf-8-sig")
    assert load_settings(path).council_name == "Wokingham"


def test_a_config_of_another_name_is_told_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "wokingham.toml"
    path.write_text("as_at = 5\n" + WOKINGHAM, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"wokingham\.toml:1: as_at must be a date"):
        load_settings(path)


def test_the_first_config_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given, then $KPITUI_CONFIG, ./config.toml, the user's, the sample."""
    monkeypatch.chdir(tmp_path)
    user = {"XDG_CONFIG_HOME": str(tmp_path / "user")}
    environment = user | {"KPITUI_CONFIG": "named.toml"}
    assert find_config(None, user) in (SAMPLE_CONFIG, CHECKOUT_CONFIG)
    (tmp_path / "user" / "kpitui").mkdir(parents=True)
    (tmp_path / "user" / "kpitui" / "config.toml").touch()
    assert find_config(None, user) == tmp_path / "user" / "kpitui" / "config.toml"
    (tmp_path / "config.toml").touch()
    assert find_config(None, user) == Path("config.toml")
    assert find_config(None, environment) == Path("named.toml")
    assert find_config(Path("given.toml"), environment) == Path("given.toml")


def test_targets_that_change_with_the_years(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        """
        [indicators.permanence]
        targets = [
            { from = "2018-19 Q1", value = 45.0, reason = "Council Plan 2018" },
            { from = "2015-16 Q1", value = 40.0 },
        ]
        """
        + WOKINGHAM,
    )
    permanence = next(indicator for indicator in settings.indicators if indicator.id == "permanence")
    assert permanence.targets == (
        Target(40.0, parse_period("2015-16 Q1"), ""),
        Target(45.0, parse_period("2018-19 Q1"), "Council Plan 2018"),
    )


def test_a_mistake_after_a_text_of_several_lines_has_its_own_line(tmp_path: Path) -> None:
    text = '[indicators.permanence]\ndefinition = """\nolder = 1\n[x]\n"""\ncolor = "red"\n'
    assert mistake(tmp_path, text).startswith("config.toml:6: indicators.permanence.color is not")


@pytest.mark.parametrize("name", ["a b", "\\u001b[31m", "", "../x"])
def test_an_indicator_has_a_plain_name(tmp_path: Path, name: str) -> None:
    mistakes_text = mistakes(tmp_path, f'[indicators."{name}"]\nlike = "permanence"\n{WOKINGHAM}')
    assert any("is not a name: use letters, digits, hyphens" in first_line for first_line in mistakes_text)


@pytest.mark.parametrize("as_at", ["0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31"])
def test_no_meeting_was_before_1900_or_is_after_2100(tmp_path: Path, as_at: str) -> None:
    mistakes_text = mistakes(tmp_path, f'as_at = {as_at}\n[council]\nname = "x"\nla_code = "1"\n')
    assert mistakes_text == ["config.toml:1: as_at must be a date between 1900 and 2100"]


def test_text_of_a_config_is_cleaned(tmp_path: Path) -> None:
    settings = read(tmp_path, '[council]\nname = "Wok\\u001b[31mingham"\nla_code = "872"\n')
    assert settings.council_name == "Wok\N{REPLACEMENT CHARACTER}[31mingham"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            "target = 45.0\nred_line = 50.0",
            "config.toml:3: indicators.permanence.red_line is 50, above the target of 45: "
            "where higher is better, it must be below",
        ),
        (
            'target = 45.0\nred_line = 40.0\npolarity = "low"',
            "config.toml:3: indicators.permanence.red_line is 40, below the target of 45: "
            "where lower is better, it must be above",
        ),
    ],
)
def test_a_red_line_on_the_wrong_side_of_the_target(tmp_path: Path, lines: str, message: str) -> None:
    assert mistake(tmp_path, f"[indicators.permanence]\n{lines}\n") == message


def test_a_board_is_chosen_by_sets(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(WOKINGHAM + '[board]\nsets = ["Annex A"]\nalso = ["VP7"]\n', encoding="utf-8")
    assert [indicator.code for indicator in load_settings(path).indicators][-1] == "VP7"
    assert {"CPE2", "CPO2"} <= {indicator.code for indicator in load_settings(path).indicators}


def test_an_unknown_set_is_named_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(WOKINGHAM + '[board]\nsets = ["anex a"]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="anex a, which is not known - did you mean annex a"):
        load_settings(path)


def test_a_mistaken_name_is_no_mistake_of_an_indicator_like_it(tmp_path: Path) -> None:
    text = '[indicators.permanence]\ntargt = 3\n[indicators.mine]\nlike = "permanence"\ncode = "MY1"\n'
    assert "indicators.permanence.targt is not known - did you mean target?" in mistake(tmp_path, text)
