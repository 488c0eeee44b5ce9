"""Attack all public pages of made-up councils at once; seeds are kept, so that a find can be looked at.

    python -m benchmarks.public_attack [FIRST [LAST]]

For each council: its children, its small numbers, how many of them have fewer than five values from
0 to 6 by all that is shown, and how many are determined.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from kpitui.council import open_council
from tests.public_attack import attack_everything, narrowed_down, read_pages
from tests.small_councils import write_small_council


def main() -> None:
    first_seed, last_seed = (int(argument) for argument in (*sys.argv[1:], "0", "100")[:2])
    for seed in range(first_seed, last_seed):
        with tempfile.TemporaryDirectory() as folder:
            pages = read_pages(open_council(write_small_council(Path(folder) / "council", seed)))
        narrow = narrowed_down(pages, attack_everything(pages))
        determined = sum(least == most for _, least, most in narrow.values())
        small_count = sum(1 for _ in pages.small())
        print(f"seed {seed}: {small_count} small, {len(narrow)} narrowed down, {determined} determined", flush=True)
        for where, found in narrow.items():
            print(f"  {where}: {found}")


if __name__ == "__main__":
    main()
