"""Files of one's own that are damaged are named or ignored: never a traceback, and never a wrong figure."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from kpitui import snapshot
from kpitui.board import build_board
from kpitui.cli import main
from kpitui.config.settings import ConfigError, load_settings
from kpitui.issue_wording import format_issue
from kpitui.restatements import read_saved_counts
from kpitui.tui import saved_views
from kpitui.tui.keyboard import read_key_commands
from tests import damage
from tests.examples import Example, table
from tests.test_snapshot import basis_of, kept_files

SEEDS = range(150)
DEEP = "[" * 100_000


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def config(example: Example) -> Path:
    return example.write({"referrals": table("child referral_date", "A 2018-11-05")})


def read_config(path: Path) -> str:
    """What is wrong with a config, or nothing."""
    try:
        load_settings(path)
    except ConfigError as error:
        return "\n".join(map(format_issue, error.issues))
    return ""


def test_the_config_that_is_damaged_below_is_whole(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(damage.CONFIG)
    assert read_config(tmp_path / "config.toml") == ""
    assert read_key_commands(tmp_path / "config.toml")[1] == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_config_is_refused_in_words_or_read(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(damage.damage_toml(damage.CONFIG, Random(seed)))
    mistakes = read_config(path)
    assert "\x1b" not in mistakes
    read_key_commands(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"as_at = " + DEEP.encode(), "nested too deeply"),
        (b"a = 1\n\xff", "is not UTF-8 text"),
        (b"as_at = nan\n[council]\nname = 1\n", "as_at must be a date"),
        (b"[council]\nname = 'a'\nla_code = inf\n", "la_code must be text"),
    ],
)
def test_what_is_wrong_with_a_config_is_said(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "config.toml").write_bytes(content)
    assert message in read_config(tmp_path / "config.toml")


@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_figures_are_named_or_whole(tmp_path: Path, seed: int) -> None:
    (tmp_path / "one.json").write_bytes(damage.damage_json(damage.FIGURES, Random(seed)))
    counts, issues = read_saved_counts(tmp_path)
    for count in counts:
        assert 0 <= count.count.numerator < 2**60
        assert 0 <= count.count.denominator < 2**60
    assert len(issues) == (0 if counts else 1) or '"indicators": {}' in (tmp_path / "one.json").read_text()


@pytest.mark.parametrize("value", damage.JSON_VALUES)
def test_a_number_that_no_count_has_is_not_read(tmp_path: Path, value: str) -> None:
    (tmp_path / "one.json").write_text(damage.FIGURES.replace(": 8", f": {value}"), errors="surrogatepass")
    counts, issues = read_saved_counts(tmp_path)
    assert (counts, len(issues)) == ((), 1) if value != "0.5" else len(counts) == 1


def test_of_a_file_whose_end_is_wrong_nothing_is_read(tmp_path: Path) -> None:
    figures = '{"numerator": 1, "denominator": 2, "excluded": {}}'
    (tmp_path / "one.json").write_text(
        f'{{"said_on": "2018-12-20", "indicators": {{"a": {{"2018-19 Q2": {figures}, "soon": {figures}}}}}}}'
    )
    assert read_saved_counts(tmp_path)[0] == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_views_are_left_alone(state: Path, seed: int) -> None:
    path = state / "kpitui" / "views.toml"
    path.parent.mkdir(parents=True)
    content = damage.damage_toml(damage.VIEWS, Random(seed))
    path.write_bytes(content)
    views = saved_views.read_own_views()
    assert all(isinstance(address, str) for address in views.values())
    answer = saved_views.save_view("new", "VP7", "o")
    # A list that cannot be read is not written over.
    assert (path.read_bytes() != content) == answer.startswith("Saved")


SNAPSHOT_DAMAGE: list[Callable[[str, str], bytes]] = [
    lambda head, board: f"{head}\n{DEEP}".encode(),
    lambda head, board: f"{DEEP}\n{board}".encode(),
    lambda head, board: f"{head}\n{board.replace('17', 'NaN')}".encode(),
    lambda head, board: f"{head}\n{board.replace('1', 'true')}".encode(),
    lambda head, board: f"{head}\n{board[:-1]}".encode(),
    lambda head, board: f"{head}\n{board}".encode("utf-16"),
    lambda head, board: b"\xff" + head.encode(),
    lambda head, board: f"[1]\n{board}".encode(),
    lambda head, board: f"{head.replace('[', '[[')}\n{board}".encode(),
]


@pytest.mark.parametrize("change", SNAPSHOT_DAMAGE)
def test_a_damaged_snapshot_is_none(example: Example, state: Path, change: Callable[[str, str], bytes]) -> None:
    council = example.council({"referrals": table("child referral_date", "A 2018-11-05")})
    snapshot.save_snapshot(build_board(council), basis_of(council))
    config, (path,) = council.settings.config_path, kept_files(state)
    assert snapshot.recall_board(config) is not None
    head, _, board = path.read_text().partition("\n")
    path.write_bytes(change(head, board))
    assert snapshot.recall_board(config) is None


# A pipe that nobody writes to would be waited for


def test_a_pipe_in_place_of_any_file_is_said_and_not_waited_for(
    config: Path, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = config.parent
    pipes = ["tables/visits.csv", "tables/plans.parquet", "tables/return.xml", "tables/book.xlsx", "tables/old.zip"]
    pipes += ["tables/old.csv.gz", "published/one.json"]
    for name in ("referrals.csv", "commentary.csv"):
        (folder / "tables" / name).unlink()
        pipes.append(f"tables/{name}")
    (folder / "published").mkdir()
    for name in pipes:
        os.mkfifo(folder / name)
    (state / "kpitui").mkdir(parents=True)
    os.mkfifo(state / "kpitui" / "views.toml")
    assert main(["check", "--config", str(config)]) == 3
    out = capsys.readouterr().out
    for name in pipes:
        assert Path(name).name in out
    assert out.count("could not be read: it is a pipe, not a file") == len(pipes) - 1
    assert main(["status", "--config", str(config)]) == 0
    assert saved_views.read_own_views() == {}
    assert saved_views.save_view("a", "VP7", "o").endswith("cannot be written: it is a pipe, not a file")


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a device"])
def test_a_config_that_is_no_file_is_said(tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.toml"
    if kind == "a device":
        path.symlink_to("/dev/zero")
    else:
        (os.mkfifo if kind == "a pipe" else os.mkdir)(path)
    assert main(["status", "--config", str(path)]) == 2
    assert f"could not be read: it is {kind}, not a file" in capsys.readouterr().err
    assert read_key_commands(path)[1] == ()
