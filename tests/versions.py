"""Run the suite with the lowest and with the newest dependencies that are allowed, on each Python.

    python tests/versions.py
    python tests/versions.py --python python3.12 --set lowest -- tests/test_cli.py

What stands behind ``--`` goes to pytest. Each set gets an environment of its own under `.venvs`,
which is made anew when the dependencies in `pyproject.toml` have changed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parent.parent
PYTHONS: Final = ("python3.11", "python3.12", "python3.13")
VERSION_SETS: Final = ("lowest", "newest")
EXTRAS: Final = ("dev", "sheets")
_LOWER_BOUND: Final = re.compile(r"(?P<package>[A-Za-z0-9._-]+)(?:\[[^]]*\])?>=(?P<version>[0-9.]+)")


def list_lowest_versions(requirements: Iterable[str]) -> list[str]:
    """List the lower bound of each requirement as a constraint: ``polars==2.0``.

    Raises ValueError for a requirement without a lower bound, or with two that differ.
    """
    versions: dict[str, str] = {}
    for requirement in requirements:
        bound = _LOWER_BOUND.match(requirement)
        if bound is None:
            raise ValueError(f"{requirement} has no lower bound")
        if versions.setdefault(bound["package"], bound["version"]) != bound["version"]:
            raise ValueError(f"{bound['package']} has two lower bounds")
    return [f"{package}=={version}" for package, version in sorted(versions.items())]


def read_requirements() -> list[str]:
    """Read what the package and the extras of its tests depend on."""
    project_table = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    extras = project_table["optional-dependencies"]
    return [*project_table["dependencies"], *chain.from_iterable(extras[name] for name in EXTRAS)]


def prepare_environment(python_name: str, version_set: str) -> Path:
    """Make the environment for a set of versions, if it is not there, and return its Python."""
    folder = PROJECT / ".venvs" / f"{python_name}-{version_set}"
    constraints = "\n".join(list_lowest_versions(read_requirements()) if version_set == "lowest" else ()) + "\n"
    constraints_path, environment_python = folder / "constraints.txt", folder / "bin" / "python"
    if constraints_path.exists() and constraints_path.read_text() == constraints and version_set == "lowest":
        return environment_python
    subprocess.run([python_name, "-m", "venv", "--clear", folder], check=True)
    unfinished_path = folder / "unfinished.txt"
    unfinished_path.write_text(constraints)
    package = f"{PROJECT}[{','.join(EXTRAS)}]"
    install_command: list[str | Path] = [
        environment_python,
        "-m",
        "pip",
        "install",
        "--progress-bar=off",
        "-c",
        unfinished_path,
        "-e",
        package,
    ]
    subprocess.run(install_command, check=True)
    # Last: an environment whose installation failed is made anew.
    unfinished_path.rename(constraints_path)
    return environment_python


def run_version_set(python_name: str, version_set: str, pytest_arguments: Sequence[str]) -> str:
    """Run pytest with a set of versions, and return how that went in a few words."""
    try:
        environment_python = prepare_environment(python_name, version_set)
    except FileNotFoundError:
        return "not run: there is no such Python"
    except subprocess.CalledProcessError:
        return "failed: its dependencies cannot be installed"
    exit_code = subprocess.run([environment_python, "-m", "pytest", *pytest_arguments], cwd=PROJECT).returncode
    return "failed" if exit_code else "passed"


def _run_version_sets(options: argparse.Namespace) -> Iterator[str]:
    for python_name in options.python or PYTHONS:
        for version_set in options.set or VERSION_SETS:
            print(f"== {python_name}, {version_set} versions", flush=True)
            result = run_version_set(python_name, version_set, options.pytest_arguments)
            yield f"{python_name}, {version_set} versions: {result}"


def main() -> int:
    """Run what the command line asks for; the exit code is 1 unless everything passed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--python", action="append", help="python3.11, or a path; all three by default")
    parser.add_argument("--set", action="append", choices=VERSION_SETS, help="both by default")
    parser.add_argument("pytest_arguments", nargs="*", metavar="ARGUMENT", help="for pytest, behind --")
    results = list(_run_version_sets(parser.parse_args()))
    print("\n".join(results))
    return 0 if all(result.endswith("passed") for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
