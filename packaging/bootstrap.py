"""Sets Dictation up on this machine, then runs it or its tests.

    python3 packaging/bootstrap.py run [ARGUMENTS OF dictation]
    python3 packaging/bootstrap.py check
    python3 packaging/bootstrap.py test [ARGUMENTS OF pytest]

Needs nothing but Python and a network. Everything goes into .venv beside pyproject.toml, apart
from the system packages that apt installs. A second start finds it all there and adds no wait.

This file keeps to the grammar of Python 3.6, so that an old Python can read as far as the
sentence that says it is too old. The rest is in setup_steps, read only after that.
"""

import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)  # tomllib, and what torch and funasr still support


def main(arguments: "list[str]") -> int:
    """Returns the exit code; 2 for a Python that is too old, 130 after Ctrl-C."""
    version = tuple(sys.version_info[:2])
    if version < OLDEST_PYTHON:
        sys.stderr.write(
            "Dictation needs Python {}.{} or newer, and this is Python {}.{}: ".format(
                *OLDEST_PYTHON, *version
            )
            + "start this script with a newer one (python3.12 packaging/bootstrap.py ...).\n"
        )
        return 2
    if sys.platform == "win32":
        sys.stderr.write(
            "This script sets up Linux and macOS. On Windows: py -m venv .venv, then "
            ".venv\\Scripts\\pip install -e .[engine], then .venv\\Scripts\\dictation.\n"
        )
        return 2
    # A Python that is told not to trust the script's own folder (PYTHONSAFEPATH) leaves it out.
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    try:
        from setup_steps import verbs

        return verbs.main(arguments)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. The same command goes on from where this one was.\n")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
