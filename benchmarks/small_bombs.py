"""``python -m benchmarks.small_bombs``: files of less than 10 MB that become large, or slow to read.

For each the seconds of ``kpitui check`` and the memory at its most, of all its processes; none may take
more than 20 seconds of a processor or 1 GB. ``--only`` runs those whose name has a word in it.
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import resource
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from benchmarks.measuring import ROOT

MOST_SECONDS, MOST_BYTES, MOST_INPUT_BYTES = 20.0, 1_000_000_000, 10_000_000
CONFIG = (
    'as_at = "2019-03-25"\n[council]\nname = "W"\nla_code = "872"\n[tables]\nfolder = "t"\n[board]\nshow = ["RR12"]\n'
)
REFERRALS = b"child,referral_date\nA,2018-10-01\n"
EPISODES = b"child,decom,rne,ls,cin,place,dec,rec\n"
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/xml"/></Types>'
)
MAIN_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def main() -> int:
    """Measure each bomb, print a line for it, and fail if one is over a limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.small_bombs", description=__doc__)
    parser.add_argument("--only", default="", help="a word in the names of the bombs to run")
    options = parser.parse_args()
    over_count = 0
    for name, build_files in BOMBS.items():
        if options.only in name:
            over_count += _measure_bomb(name, build_files())
    return 1 if over_count else 0


def _measure_bomb(name: str, files: Mapping[str, bytes]) -> bool:
    """Run `check` over the files in a process of its own, and say whether it took too much."""
    with tempfile.TemporaryDirectory(prefix="kpitui-bomb-") as folder_name:
        folder = Path(folder_name)
        (folder / "t").mkdir()
        (folder / "config.toml").write_text(CONFIG)
        for file_name, content in files.items():
            (folder / file_name).write_bytes(content)
        size = max(map(len, files.values()))
        words = [sys.executable, "-m", "benchmarks.small_bombs_child", str(folder / "config.toml")]
        ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds, memory_bytes, code = (float(word) for word in ended.stdout.split()[-3:])
    is_over = seconds > MOST_SECONDS or memory_bytes > MOST_BYTES or code not in (0, 2, 3) or size > MOST_INPUT_BYTES
    print(f"{'OVER ' if is_over else ''}{name}: {size / 1e6:.2f} MB, {seconds:.1f} s, "
          f"{memory_bytes / 1e6:.0f} MB, ended with {code:.0f}", flush=True)  # fmt: skip
    return is_over


def _zip(members: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _build_workbook(sheet_data: bytes, shared_strings: bytes = b"") -> bytes:
    """Build an XLSX of one sheet by hand."""
    workbook = (
        f'<workbook xmlns="{MAIN_NAMESPACE}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    relations = (
        f'<Relationships xmlns="{PACKAGE_RELATIONS}">'
        f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    root_relations = (
        f'<Relationships xmlns="{PACKAGE_RELATIONS}">'
        f'<Relationship Id="w" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    namespace = MAIN_NAMESPACE.encode()
    return _zip({
        "[Content_Types].xml": CONTENT_TYPES.encode(),
        "_rels/.rels": root_relations.encode(),
        "xl/workbook.xml": workbook.encode(),
        "xl/_rels/workbook.xml.rels": relations.encode(),
        "xl/sharedStrings.xml": b'<sst xmlns="%s">%s</sst>' % (namespace, shared_strings),
        "xl/worksheets/sheet1.xml": b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>'
        % (namespace, sheet_data),
    })  # fmt: skip


def _write_parquet(frame: pl.DataFrame) -> bytes:
    packed = io.BytesIO()
    frame.write_parquet(packed, compression="zstd")
    return packed.getvalue()


def _build_equal_rows(row_count: int) -> bytes:
    cells = (pl.repeat(text, row_count, dtype=pl.String, eager=True) for text in ("A", "2018-10-01"))
    return _write_parquet(pl.DataFrame(dict(zip(("child", "referral_date"), cells, strict=True))))


def _build_long_cells(row_count: int) -> bytes:
    cells = pl.repeat("x" * 100_000, row_count, dtype=pl.String, eager=True)
    return _write_parquet(pl.DataFrame({"child": cells}).with_columns(referral_date=pl.lit("2018-10-01")))


def _build_shared_string_rows() -> bytes:
    return b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, 200_001))


def _build_sheet_rows() -> bytes:
    row = b"".join(b"<c><v>1</v></c>" for _ in range(100))
    return b"".join(b"<row>%s</row>" % row for _ in range(40_000))


FAR_ROWS = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
WIDE_NAMES = ",".join(f"c{number}" for number in range(16_384))
BOMBS: Mapping[str, Callable[[], Mapping[str, bytes]]] = {
    "columns": lambda: {"t/referrals.csv": f"child,referral_date,{WIDE_NAMES}\nA,2018-10-01{',' * 16_384}\n".encode()},
    "columns of a layout": lambda: {"t/x.csv": f"urn,la (code),establishmentname,{WIDE_NAMES}\n1,2,3\n".encode()},
    "columns of blanks": lambda: {"t/referrals.csv": b"child,referral_date" + b"," * 19_000 + b"\nA,2018-10-01" * 400},
    "columns without end": lambda: {"t/referrals.csv": b"child,referral_date" + b",x" * 4_000_000},
    "no line end": lambda: {"t/referrals.csv": b"child,referral_date" + b"A,2018-10-01" * 800_000},
    "no separator": lambda: {"t/referrals.csv": b"x" * 9_900_000},
    "empty rows": lambda: {"t/referrals.csv": REFERRALS + b"\n" * 9_000_000},
    "short rows": lambda: {"t/referrals.csv": REFERRALS + b"A\n" * 4_500_000},
    "bad dates": lambda: {"t/referrals.csv": REFERRALS + b"A,x\n" * 2_400_000},
    "open quotes": lambda: {"t/referrals.csv": REFERRALS + b'A,"2018\n' * 1_200_000},
    "equal rows": lambda: {"t/referrals.csv": REFERRALS + b"A,2018-10-01\n" * 700_000},
    "gzip of one line": lambda: {"t/x.csv.gz": gzip.compress(b"x" * 190_000_000)},
    "gzip of rows": lambda: {"t/x.csv.gz": gzip.compress(EPISODES + b"A,1,S,C2,N1,U1,,\n" * 11_000_000)},
    "gzip of 2 GB": lambda: {"t/x.csv.gz": gzip.compress(b"x\n" * 1_000_000) * 1_000},
    "zip of members": lambda: {"t/x.zip": _zip({f"{number}.csv": b"a,b\n1,2\n" for number in range(10_000)})},
    "zip of empty members": lambda: {"t/x.zip": _zip({f"{number}.txt": b"" for number in range(60_000)})},
    "xml of one child": lambda: {"t/x.zip": _zip({"x.xml": b"<M><Child>" + b"<a/>" * 20_000_000 + b"</Child></M>"})},
    "xml of children": lambda: {"t/x.zip": _zip({"x.xml": b"<M>" + b"<Child><a/></Child>" * 5_000_000 + b"</M>"})},
    "xml of kinds": lambda: {"t/x.xml": b"<M><Child>" + b"".join(b"<a%d/>" % n for n in range(19_000)) + b"</Child>"},
    "xml of text": lambda: {"t/x.zip": _zip({"x.xml": b"<M><Child><a>" + b"x" * 190_000_000 + b"</a></Child></M>"})},
    "xlsx with a far cell": lambda: {"t/x.xlsx": _build_workbook(FAR_ROWS)},
    "xlsx with a far row": lambda: {"t/x.xlsx": _build_workbook(FAR_ROWS.replace(b"XFD", b"F"))},
    "xlsx of shared strings": lambda: {
        "t/x.xlsx": _build_workbook(_build_shared_string_rows(), b"<si><t>" + b"x" * 32_000 + b"</t></si>")
    },
    "xlsx of many strings": lambda: {"t/x.xlsx": _build_workbook(b"", b"<si><t/></si>" * 12_000_000)},
    "xlsx of rows": lambda: {"t/x.xlsx": _build_workbook(_build_sheet_rows())},
    "parquet of equal rows": lambda: {"t/referrals.parquet": _build_equal_rows(50_000_000)},
    "parquet of long cells": lambda: {"t/referrals.parquet": _build_long_cells(3_000)},
    "config of sections": lambda: {"config.toml": CONFIG.encode() + b"".join(b"[a%d]\n" % n for n in range(150_000))},
    "config of indicators": lambda: {
        "config.toml": CONFIG.encode() + b"".join(b"[indicators.a%d]\nlike = 'permanence'\n" % n for n in range(20_000))
    },
    "config of keys": lambda: {"config.toml": CONFIG.encode() + b"".join(b"a%d = 1\n" % n for n in range(200_000))},
    "config of one long key": lambda: {"config.toml": b"a." * 2_000_000 + b"b = 1\n" + CONFIG.encode()},
    "config of open quotes": lambda: {"config.toml": CONFIG.encode() + b'a = """' * 1_000_000},
}  # fmt: skip


def measure_check(config_path: str) -> None:
    """Run `check` as a child of this process, and print its processor seconds, its memory and its code."""
    environment = os.environ | {"XDG_STATE_HOME": str(Path(config_path).parent)}
    words = [sys.executable, "-m", "kpitui", "check", "--config", config_path]
    ended = subprocess.run(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, timeout=300, check=False
    )
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, ended.returncode)


if __name__ == "__main__":
    sys.exit(main())
