"""Makes the packaged extract of real requests from the raw files: facts only. Also shows one half's kinds.

python tools/extract_requests.py kinds a ../shared/data/requests/nyc_311_2018_2019.csv
python tools/extract_requests.py build ../shared/data/requests
python tools/extract_requests.py score
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from gridcommons.rehearsal.chains import convert_chains, write_chain
from gridcommons.rehearsal.convert import convert_rows, half_of, read_rows
from gridcommons.rehearsal.extract import CHAINS_FILE, REQUESTS_FILE, write_requests
from gridcommons.rehearsal.mapping import load_mapping
from gridcommons.rehearsal.score import score_mapping

NEW_YORK = "nyc_311_2018_2019.csv"
CHICAGO = "chicago_routed_25.json"
TARGET = Path(__file__).resolve().parent.parent / "src" / "gridcommons" / "rehearsal" / "data"


def show_kinds(half: str, raw: Path) -> None:
    """Print the distinct kinds of one half only, so that a mapping can be written without seeing the other."""
    rows = (row for row in read_rows(raw.read_text(encoding="utf-8-sig")) if half_of(row["unique_key"]) == half)
    kinds = Counter((r["agency"], r["complaint_type"], r["descriptor"], r["location_type"]) for r in rows)
    for kind, count in sorted(kinds.items()):
        sys.stdout.write(f"{count}\t{' | '.join(kind)}\n")


def build(folder: Path) -> None:
    """Write both packaged files and print what the gate counted."""
    mapping = load_mapping()
    raw = (folder / NEW_YORK).read_text(encoding="utf-8-sig")
    requests, request_gate = convert_rows(read_rows(raw), mapping, source="nyc")
    chains, chain_gate = convert_chains(json.loads((folder / CHICAGO).read_text(encoding="utf-8")), mapping)
    document = {
        "gates": {"requests": asdict(request_gate), "chains": asdict(chain_gate)},
        "chains": [write_chain(chain) for chain in chains],
    }
    (TARGET / REQUESTS_FILE).write_bytes(write_requests(requests))
    (TARGET / CHAINS_FILE).write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sys.stdout.write(f"requests: {request_gate}\nchains: {chain_gate}\n")


def main() -> None:
    """Read the command line and do one of the three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    kinds = commands.add_parser("kinds", help="print the distinct kinds of one half")
    kinds.add_argument("half", choices=["a", "b"])
    kinds.add_argument("file", type=Path)
    commands.add_parser("build", help="write the packaged files").add_argument("folder", type=Path)
    commands.add_parser("score", help="print the mapping's score on half B")
    given = parser.parse_args()
    if given.command == "kinds":
        show_kinds(given.half, given.file)
    elif given.command == "build":
        build(given.folder)
    else:
        sys.stdout.write(score_mapping().line() + "\n")


if __name__ == "__main__":
    main()
