"""Insertion, the clipboard and the active window on a real Wayland compositor."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dictation import lab
from dictation.errors import DesktopGone, FocusMoved, NoFocus, NotPasted, NotPossibleHere
from dictation.lab.running import Running
from dictation.lab.wayland_desktop import WaylandDesktop
from dictation.native import choose
from dictation.native.choose import Session
from dictation.native.chunks import chunks
from dictation.native.contracts import Target
from dictation.native.offer import CLIPBOARD, NOTHING, PRIMARY, Offer, Piece, text_offer
from dictation.native.wayland import Wayland
from dictation.native.wayland_clipboard import WaylandClipboard
from dictation.native.wayland_keyboard import MOST_KEYS, VirtualKeyboard, keymap
from dictation.native.wayland_typist import WaylandTypist
from dictation.native.wayland_window import WaylandActiveWindow
from dictation.settings import AppRule, InsertionWay
from dictation.speech import Outcome

PROGRAMS = Path(lab.__file__).parent / "programs"
CAT = 'stty -icanon min 1 && exec cat > "$0"'

TEXTS = {
    "english": "The quick brown fox jumps over the lazy dog, 12345 times; “isn't” it?" * 5,
    "chinese": "今天天气很好，我们去公园散步吧。" * 12,
    "mixed": "我在用 Python 写 code，version 3.11 很好用。",
    "japanese": "今日はとても良い天気ですね。カタカナも、ひらがなも。",
    "korean": "안녕하세요, 오늘 날씨가 정말 좋네요.",
    "hebrew": "שלום עולם, this is שלום",
    "emoji": "👩‍👩‍👧‍👦 🇨🇳 ❤️ 👍🏽 done",
    "lines": "first line\nsecond line\n\nfourth",
}


@pytest.fixture(scope="module")
def desktop() -> Iterator[WaylandDesktop]:
    with WaylandDesktop() as desktop:
        before = dict(os.environ)
        for name in ("WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"):
            os.environ[name] = desktop.environment[name]
        try:
            # Stands in for the keyboard that every real seat has: windows learn of it at once.
            seat = Wayland("A keyboard")
            VirtualKeyboard(seat)
            yield desktop
            seat.close()
        finally:
            for name in ("WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"):
                os.environ.pop(name, None)
                if name in before:
                    os.environ[name] = before[name]


@dataclass(frozen=True, slots=True)
class Field:
    """A program that text is typed into."""

    program: Running
    app: str
    file: Path

    @property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8") if self.file.exists() else ""


def opened(desktop: WaylandDesktop, kind: str) -> Field:
    """With the focus."""
    number = sum(1 for _ in (desktop.folder / "texts").iterdir())
    file = desktop.folder / "texts" / f"{kind}-{number}.txt"
    if kind == "foot":
        program = desktop.start("foot", "sh", "-c", CAT, str(file))
    elif kind == "qt":
        program = desktop.start(sys.executable, "-m", "dictation.lab.programs.qt_editor", str(file))
    else:
        program = desktop.start(
            "/usr/bin/python3", "-E", str(PROGRAMS / "gtk_editor.py"), str(file)
        )
    window = desktop.window_of(program)
    desktop.wait(file.exists, what="The field")
    return Field(program, window.app, file)


@pytest.fixture(scope="module")
def fields(desktop: WaylandDesktop) -> Callable[[str], Field]:
    """Opens each kind once."""
    known: dict[str, Field] = {}

    def find(kind: str) -> Field:
        if kind not in known:
            known[kind] = opened(desktop, kind)
        desktop.window_of(known[kind].program)
        return known[kind]

    return find


@pytest.fixture
def typist(desktop: WaylandDesktop) -> Iterator[WaylandTypist]:
    window = choose.active_window(Session.WAYLAND)
    assert window.candidate == "wayland"
    chosen = choose.typist(Session.WAYLAND, window.service)
    assert chosen.candidate == "keyboard"
    assert isinstance(chosen.service, WaylandTypist)
    yield chosen.service
    chosen.service.close()
    window.service.close()  # type: ignore[attr-defined]


# --- typing


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("kind", ["foot", "qt", "gtk"])
def test_every_character_arrives_once_and_in_order(
    desktop: WaylandDesktop,
    fields: Callable[[str], Field],
    typist: WaylandTypist,
    kind: str,
    text: str,
) -> None:
    field = fields(kind)
    before = field.text

    verdict = typist.insert(text, None)

    assert verdict.outcome is Outcome.DELIVERED
    wanted = before + (" ".join(text.split()) if kind == "foot" else text)
    desktop.wait(lambda: len(field.text) >= len(wanted), what=f"The text in {kind}")
    assert field.text == wanted


@pytest.mark.parametrize("kind", ["foot", "qt", "gtk"])
def test_a_program_that_hangs_for_a_while_lives_on_and_gets_all_of_it(
    desktop: WaylandDesktop, fields: Callable[[str], Field], typist: WaylandTypist, kind: str
) -> None:
    """A compositor ends programs whose queue of events is full."""
    field = fields(kind)
    before = field.text
    text = "A long dictation, 一段很长的话。 " * 35 + "end"
    field.program.send_signal(signal.SIGSTOP)
    try:
        verdict = typist.insert(text, None)
    finally:
        field.program.send_signal(signal.SIGCONT)

    assert verdict.outcome is Outcome.DELIVERED
    desktop.wait(lambda: field.text.endswith("end"), what=f"The text in {kind}")
    assert field.text == before + text


@pytest.mark.parametrize("kind", ["foot", "qt", "gtk"])
def test_what_is_too_long_to_be_typed_is_pasted(
    desktop: WaylandDesktop, fields: Callable[[str], Field], typist: WaylandTypist, kind: str
) -> None:
    field = fields(kind)
    before = field.text
    owner = desktop.set_clipboard("mine")
    text = "A very long dictation, 一段很长很长的话。 " * 400 + "end"

    verdict = typist.insert(text, None)

    assert (verdict.outcome, verdict.method) == (Outcome.DELIVERED, "paste")
    desktop.wait(lambda: field.text.endswith("end"), what=f"The text in {kind}")
    assert field.text == before + text
    assert desktop.clipboard() == "mine"
    owner.end()


def test_a_rule_may_have_text_typed_though_it_names_keys_that_paste(
    desktop: WaylandDesktop, fields: Callable[[str], Field]
) -> None:
    window = choose.active_window(Session.WAYLAND).service
    rules = {"*": AppRule(insert=InsertionWay.TYPE, keys="Ctrl+V")}
    typist = choose.typist(Session.WAYLAND, window, (), rules).service
    field = fields("gtk")
    before = field.text

    verdict = typist.insert("typed", None)
    typist.close()
    window.close()  # type: ignore[attr-defined]

    assert (verdict.outcome, verdict.method) == (Outcome.DELIVERED, "keyboard")
    desktop.wait(lambda: field.text == before + "typed", what="The text")


def test_what_is_not_fetched_stays_on_the_clipboard(
    desktop: WaylandDesktop, fields: Callable[[str], Field], typist: WaylandTypist
) -> None:
    field = fields("qt")
    field.program.send_signal(signal.SIGSTOP)
    try:
        verdict = typist.insert("x" * 2_000, None)
    finally:
        field.program.send_signal(signal.SIGCONT)

    assert verdict.outcome is Outcome.FAILED
    assert isinstance(verdict.reason, NotPasted)
    assert desktop.clipboard() == "x" * 2_000


def test_a_terminal_that_hangs_finds_no_line_break_on_the_clipboard_later_on(
    desktop: WaylandDesktop, fields: Callable[[str], Field], typist: WaylandTypist
) -> None:
    """Its paste waits in its queue, and may take what is there by then."""
    field = fields("foot")
    field.program.send_signal(signal.SIGSTOP)
    try:
        verdict = typist.insert("a line\n" * 200, None)
    finally:
        field.program.send_signal(signal.SIGCONT)

    assert isinstance(verdict.reason, NotPasted)
    assert desktop.clipboard() == " ".join(["a line"] * 200)


def test_the_clipboard_stays_as_it_was(
    desktop: WaylandDesktop, fields: Callable[[str], Field], typist: WaylandTypist
) -> None:
    fields("qt")
    desktop.set_clipboard("mine, 我的")

    typist.insert("typed", None)

    assert desktop.clipboard() == "mine, 我的"


def test_text_for_another_program_is_copied_and_said_so(
    desktop: WaylandDesktop, fields: Callable[[str], Field], typist: WaylandTypist
) -> None:
    field = fields("qt")
    before = field.text

    verdict = typist.insert("not here", Target(99, "elsewhere"))

    assert verdict.outcome is Outcome.FAILED
    assert isinstance(verdict.reason, FocusMoved)
    assert field.text == before
    assert desktop.clipboard() == "not here"


def test_a_copy_is_there_for_every_program(
    desktop: WaylandDesktop, fields: Callable[[str], Field], typist: WaylandTypist
) -> None:
    assert typist.copy("copied 你好 👍").outcome is Outcome.DELIVERED

    assert desktop.clipboard() == "copied 你好 👍"


@pytest.mark.parametrize("kind", ["foot", "qt", "gtk"])
def test_what_some_programs_cannot_take_from_keys_is_pasted(
    desktop: WaylandDesktop, fields: Callable[[str], Field], typist: WaylandTypist, kind: str
) -> None:
    """Chromium cuts such characters to 16 bits, LibreOffice drops them."""
    field = fields(kind)
    before = field.text
    desktop.set_clipboard("mine")

    verdict = typist.insert("𠮷野家 👍", None)

    assert (verdict.outcome, verdict.method) == (Outcome.DELIVERED, "paste")
    desktop.wait(lambda: field.text != before, what=f"The text in {kind}")
    assert field.text == before + "𠮷野家 👍"
    assert desktop.clipboard() == "mine"


def test_a_line_break_is_pasted_where_return_might_send_a_message(
    fields: Callable[[str], Field], typist: WaylandTypist
) -> None:
    fields("qt")
    assert typist.insert("one\ntwo", None).method == "paste"
    fields("foot")
    assert typist.insert("one\ntwo", None).method == "keyboard"


def test_only_those_keys_are_pressed_that_type_on_every_keyboard() -> None:
    """Chromium takes the others for what they are there, such as BackSpace, whatever they bear."""
    text = "".join(chr(ord("一") + number) for number in range(MOST_KEYS + 1))
    chunk, rest = chunks(text, MOST_KEYS)
    codes = {int(code) - 8 for code in re.findall(r"<K\d+> = (\d+);", keymap(chunk.characters))}

    assert len(codes) == MOST_KEYS == 47
    assert rest.text == text[-1]
    assert codes <= {*range(2, 14), *range(16, 28), *range(30, 42), 43, *range(44, 54)}


def test_text_is_cut_where_a_keymap_is_full() -> None:
    pieces = list(chunks("abcabcdef", most_keys=3))

    assert [piece.text for piece in pieces] == ["abcabc", "def"]
    assert [piece.characters for piece in pieces] == [("a", "b", "c"), ("d", "e", "f")]
    assert list(chunks("", 5)) == []
    assert "U4F60" in keymap("你")
    assert "Return" in keymap("\n")


# --- the active window


def test_the_active_window_is_followed(
    desktop: WaylandDesktop, fields: Callable[[str], Field]
) -> None:
    active = WaylandActiveWindow()
    foot, qt = fields("foot"), fields("qt")
    desktop.window_of(foot.program)
    first = active.target()
    desktop.window_of(qt.program)
    second = active.target()
    desktop.window_of(foot.program)

    assert first is not None
    assert second is not None
    assert first.app == "foot"
    assert not first.same_app(second)
    assert active.target() == first
    active.close()
    assert active.target() is None


# --- the clipboard


def test_the_clipboard_is_read_replaced_and_restored(desktop: WaylandDesktop) -> None:
    clipboard = WaylandClipboard()
    desktop.set_clipboard("before")
    (before,) = clipboard.read(CLIPBOARD)
    assert before is not None
    assert before.pieces["text/plain;charset=utf-8"].content == b"before"

    ours = text_offer("ours")
    fetched = threading.Event()
    clipboard.own({CLIPBOARD: ours}, lambda _type: fetched.set())
    assert desktop.clipboard() == "ours"
    assert fetched.is_set()
    assert clipboard.read(CLIPBOARD)[0] is ours
    clipboard.replace(CLIPBOARD, ours, before)
    assert desktop.clipboard() == "before"
    clipboard.close()


def test_a_copy_of_the_users_own_wins(desktop: WaylandDesktop) -> None:
    clipboard = WaylandClipboard()
    ours = text_offer("ours")
    clipboard.own({CLIPBOARD: ours})
    desktop.set_clipboard("the user's")

    clipboard.replace(CLIPBOARD, ours, text_offer("old"))

    assert desktop.clipboard() == "the user's"
    clipboard.close()


def test_the_primary_selection_is_another_one(desktop: WaylandDesktop) -> None:
    clipboard = WaylandClipboard()
    desktop.set_clipboard("copied")
    marked = text_offer("marked")

    clipboard.own({PRIMARY: marked})

    copied, primary = clipboard.read(CLIPBOARD, PRIMARY)
    assert copied is not None
    assert copied.pieces["text/plain;charset=utf-8"].content == b"copied"
    assert primary is marked
    clipboard.replace(PRIMARY, marked, NOTHING)
    assert clipboard.read(PRIMARY) == [NOTHING]
    assert desktop.clipboard() == "copied"
    clipboard.close()


def test_nothing_is_restored_as_nothing(desktop: WaylandDesktop) -> None:
    clipboard = WaylandClipboard()
    ours = text_offer("ours")
    clipboard.own({CLIPBOARD: ours})

    clipboard.replace(CLIPBOARD, ours, NOTHING)

    desktop.wait(lambda: desktop.clipboard() == "", what="The empty clipboard")
    assert clipboard.read(CLIPBOARD) == [NOTHING]
    clipboard.close()


def test_large_content_is_handed_over_whole(desktop: WaylandDesktop) -> None:
    clipboard = WaylandClipboard()
    text = "长文本 " * 100_000
    clipboard.own({CLIPBOARD: Offer({"text/plain;charset=utf-8": Piece("utf8", 8, text.encode())})})

    assert desktop.clipboard() == text
    clipboard.close()


def test_an_owner_that_hangs_costs_half_a_second(desktop: WaylandDesktop) -> None:
    owner = desktop.set_clipboard("hung")
    clipboard = WaylandClipboard()
    owner.send_signal(signal.SIGSTOP)
    began_s = time.monotonic()

    content = clipboard.read(CLIPBOARD)

    assert content == [None]
    assert time.monotonic() - began_s < 2
    owner.send_signal(signal.SIGCONT)
    clipboard.close()


# --- without


def test_without_a_compositor_all_say_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "nothing")

    for build in (WaylandActiveWindow, WaylandClipboard, lambda: Wayland("Typing")):
        with pytest.raises(NotPossibleHere, match="no compositor"):
            build()


def test_the_end_of_the_compositor_is_told_and_nothing_raises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with WaylandDesktop() as desktop:
        for name in ("WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"):
            monkeypatch.setenv(name, desktop.environment[name])
        active = WaylandActiveWindow()
        typist = choose.typist(Session.WAYLAND, active).service
        clipboard = WaylandClipboard()
        nowhere = typist.insert("nowhere", None)

    assert isinstance(nowhere.reason, NoFocus)
    assert active.target() is None
    assert typist.insert("text", None).outcome is Outcome.FAILED
    with pytest.raises(DesktopGone):
        clipboard.read(CLIPBOARD)
    for part in (typist, active, clipboard):
        part.close()
