"""The command, which runs all cases and writes what became of them."""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
from pathlib import Path

import tests.insertion_matrix as matrix

from .cases import long_cases, quick_cases
from .results import BAD, counted_by_desktop, tables
from .run import run
from .states import LONG, QUICK
from .trial import Result


def main() -> int:
    parser = argparse.ArgumentParser(
        description=matrix.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="light programs, each case once")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    cases = quick_cases(QUICK) if chosen.quick else long_cases(LONG)
    numbers = itertools.count(1)

    def told(result: Result) -> None:
        if result.kind in BAD or result.stuck_keys or result.clipboard_changed:
            sys.stderr.write(f"{result}\n")
        number = next(numbers)
        if number % 100 == 0:
            sys.stderr.write(f"{number} of {len(cases)}\n")

    # A program that is ending may still write there.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        done = run(cases, Path(folder), told)
    counts = counted_by_desktop(done.results, done.not_run)
    if not chosen.json:
        sys.stdout.write(tables(done.results, done.not_run) + "\n\n")
    sys.stdout.write(json.dumps(counts, indent=1, ensure_ascii=False) + "\n")
    return 1 if any(counts[kind] for kind in BAD) else 0


if __name__ == "__main__":
    sys.exit(main())
