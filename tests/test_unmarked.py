"""No text for people is outside translation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from catalogue.marked import ROOT
from catalogue.unmarked import unmarked

# Whole modules, and why nobody but programs and developers reads their texts.
NOT_FOR_USERS = {
    "dictation/lab/": "for developers: figures, tables and progress of benchmarks, in English",
    "dictation/server/metrics.py": "Prometheus' format",
    "dictation/desktop/notification_daemon.py": "why it is unavailable is logged alone",
    "dictation/desktop/widgets/key_press.py": "names of keys, which settings have too",
    "dictation/recognition/mapped_archive.py": "weights_file tells it in a sentence of its own",
    "dictation/recognition/weights_pickle.py": "the same",
}
# Texts, as patterns, and why they are the same in every language.
THE_SAME = {
    "dictation/audio/finding.py": r"(\w+ )+\w+",  # what names of files end in
    "dictation/cli.py": r"dictation \{\}",  # the version
    "dictation/client/wire.py": r"Bearer \{\}|HTTP \{\}",  # as HTTP has it
    "dictation/commands/telling.py": r"dictation: \{\}",
    "dictation/control.py": r"unknown command",  # in JSON
    "dictation/desktop/": r"Escape|Space|Return|Up|Down|Home|End",  # keys, as Qt names them
    "dictation/desktop/enquiry/credits.py": r".*",  # names of programs and licences
    "dictation/desktop/notification_messages.py": r"Notify",  # a method's name
    "dictation/desktop/notifications.py": r"Dictation",  # by which desktops know its settings
    "dictation/desktop/overlay/window.py": r"Dictation",  # for window rules of the user
    "dictation/doctor.py": r"\{\}, Python \{\}, \{\}|pip install \{\}",
    "dictation/history/": r"[\s\S]*(take|stage|MATCH)[\s\S]*",  # SQL in pieces
    "dictation/native/bindings.py": r"bindsym .*|.* exec, .*|.*spawn .*",  # configuration
    "dictation/native/desktop_entry.py": r"\[Desktop Entry\]",
    "dictation/native/login_windows.py": r".*runpy.*",  # Python, for the shell
    "dictation/native/portal_session.py": r"keyboard and clipboard",  # a member's value
    "dictation/native/wayland_keyboard.py": r"xkb_keymap .*",
    "dictation/recognition/lean_funasr.py": r"pip install \w+",
    "dictation/recognition/options.py": r"decoded ahead",  # the name of a thread
    "dictation/recognition/weights_file.py": r".*list of tensors|.*big-endian.*|torch cannot.*",
    "dictation/server/app.py": r".*",  # what /openapi.json says to programmers
    "dictation/server/asr.py": r".*",
    "dictation/server/openai_door.py": r"[\s\S]*",
    "dictation/server/page.py": r"default-src .*",
    "dictation/server/wyoming_door.py": r"Speech to text .*",  # its name in Home Assistant
    "dictation/text/joining.py": r"CJK .*|HALFWIDTH .*",  # names of characters
}


def found(file: Path) -> list[str]:
    place = file.relative_to(ROOT).as_posix()
    if place.startswith(tuple(NOT_FOR_USERS)):
        return []
    of_windows = place.startswith("dictation/desktop/")
    allowed = [pattern for start, pattern in THE_SAME.items() if place.startswith(start)]
    return [
        f"{place}:{literal.line}: {literal.text}"
        for literal in unmarked(file.read_text(encoding="utf-8"), is_of_windows=of_windows)
        if not any(re.fullmatch(pattern, literal.text) for pattern in allowed)
    ]


def test_no_text_for_people_is_outside_translation() -> None:
    files = sorted((ROOT / "dictation").rglob("*.py"))
    assert files
    outside = [line for file in files for line in found(file)]
    assert not outside, "mark these with _(), N_() or Phrase():\n" + "\n".join(outside)


def test_what_is_allowed_is_still_there() -> None:
    assert all((ROOT / start).exists() for start in (*NOT_FOR_USERS, *THE_SAME))


@pytest.mark.parametrize(
    "code",
    [
        'button.setText("Quit")',
        'menu.addAction("History…", self.open)',
        'dialog.setWindowTitle("Dictation" if ready else "Not ready")',
        'TITLE = "No dictation selected"',
        'LABELS = {Kind.ONE: "First of all"}',
        'note(f"the plot is in {file}")',
        'parser.add_argument("--keep", help="leave it running")',
        'raise NoClipboard(reason="another program holds it")',
        'raise argparse.ArgumentTypeError("must be at least 1")',
        'return "Nothing was typed."',
    ],
)
def test_text_that_is_shown_but_not_marked_is_found(code: str) -> None:
    assert list(unmarked(code))


def test_a_word_on_a_button_is_found_in_windows() -> None:
    assert list(unmarked('_DISCARD = "Discard"', is_of_windows=True))


@pytest.mark.parametrize(
    "code",
    [
        'button.setText(_("Quit"))',
        'TITLE = N_("No dictation selected")',
        'raise NoClipboard(reason=Phrase("another program holds it"))',
        'ngettext("{count} file", "{count} files", number)',
        'class Gone(DictationError):\n    template = "It is gone."',
        '"""A docstring of a module."""',
        "class Kind(Enum):\n    ONE = 1\n    '''The first of all.'''",
        'logger.warning("a frame was lost: %s", reason)',
        'raise ValueError("one channel is meant")',
        'button.setStyleSheet("QToolButton::menu-indicator { image: none; }")',
        'connection.execute("DELETE FROM takes WHERE take = ?")',
        'Thread(name="clipboard reader")',
        'commands.add_parser("toggle")',
        'x: "Some Type" = 1',
    ],
)
def test_other_text_is_not(code: str) -> None:
    assert not list(unmarked(code, is_of_windows=True))
