"""Hotkey and insertion on a real X server, into real programs."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from Xlib import X, Xatom, error

from dictation.errors import (
    CannotUndo,
    CopiedByRule,
    DesktopGone,
    DictationError,
    FocusMoved,
    HotkeyTaken,
    KeysHeld,
    NoFocus,
    NoSuchKey,
    NotPasted,
    NotPossibleHere,
)
from dictation.native import choose
from dictation.native.choose import NoActiveWindow
from dictation.native.contracts import Listeners
from dictation.native.x11 import X11ActiveWindow, connect
from dictation.native.x11_button import X11Button, button
from dictation.native.x11_hotkey import KeyState, WatchedKey, X11Hotkey
from dictation.native.x11_keyboard import Keyboard
from dictation.native.x11_selection import Selections
from dictation.native.x11_typist import Patience, X11Typist
from dictation.settings import AppRule, InsertionWay
from dictation.speech import Outcome, Verdict
from tests.programs import x11_session
from tests.programs.x11_session import Editor, Session, Terminal, let_pass, stopped, wait

ASCII = 'The quick brown fox jumps over the lazy dog; it\'s 100% {true} & "quoted" ~ <ok>? ' * 6
CHINESE = "今天天气很好，我们一起去公园散步吧。明天可能会下雨，请记得带伞！" * 9
MIXED = "我们用 Python 3.11 写程序，然后 deploy 到 server 上；한국어와 日本語も、gàn máo. Привет!"
EMOJI = "👍🏽 👨\u200d👩\u200d👧 🇨🇳 ❤️ 🎉"
LINES = "first line\nsecond\tline\n\n第三行\n"
TEXTS = [ASCII[:500], CHINESE[:300], MIXED, EMOJI, LINES]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = Session(tmp_path_factory.mktemp("x11"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WAYLAND_DISPLAY", raising=False)
        try:
            session.boot()
            patch.setenv("DISPLAY", session.name)
            yield session
        finally:
            session.end()


@pytest.fixture(scope="module")
def targets(session: Session) -> dict[str, Any]:
    return {
        "qt": x11_session.qt_editor(session),
        "gtk": x11_session.gtk_editor(session),
        "xterm": Terminal(session),
    }


@pytest.fixture
def qt(targets: dict[str, Any]) -> Editor:
    targets["qt"].ready()
    return targets["qt"]


@pytest.fixture
def gtk(targets: dict[str, Any]) -> Editor:
    targets["gtk"].ready()
    return targets["gtk"]


@pytest.fixture
def xterm(targets: dict[str, Any]) -> Terminal:
    targets["xterm"].ready()
    return targets["xterm"]


@pytest.fixture
def active(session: Session) -> Iterator[X11ActiveWindow]:
    active = X11ActiveWindow()
    yield active
    active.close()


@pytest.fixture
def typist(session: Session, active: X11ActiveWindow) -> Iterator[X11Typist]:
    typist = X11Typist(active)
    yield typist
    typist.close()
    wait(session.keys_are_up)


def method_and_reason(verdict: Verdict) -> tuple[Outcome, type | None]:
    return verdict.outcome, type(verdict.reason) if verdict.reason else None


DELIVERED = (Outcome.DELIVERED, None)


# --- inserting


@pytest.mark.parametrize("text", TEXTS, ids=["ascii", "chinese", "mixed", "emoji", "lines"])
@pytest.mark.parametrize("name", ["qt", "gtk", "xterm"])
def test_text_arrives_exactly(
    targets: dict[str, Any], typist: X11Typist, active: X11ActiveWindow, name: str, text: str
) -> None:
    target = targets[name]
    target.ready()
    expected = text.rstrip("\n")
    if name == "xterm":
        expected = expected.replace("\n\n", " ").replace("\n", " ").replace("\t", " ")
    verdict = typist.insert(text, active.target())
    assert method_and_reason(verdict) == DELIVERED
    wait(lambda: target.text == expected)


@pytest.mark.parametrize("name", ["qt", "gtk", "xterm"])
def test_two_insertions_in_a_row_are_two_sentences(
    targets: dict[str, Any], typist: X11Typist, active: X11ActiveWindow, name: str
) -> None:
    target = targets[name]
    target.ready()
    for sentence in ("One.", "Two.", "三。", "四。"):
        assert method_and_reason(typist.insert(sentence, active.target())) == DELIVERED
    wait(lambda: target.text == "One. Two. 三。四。")


def test_what_the_user_types_in_between_parts_it_already(
    session: Session, qt: Editor, typist: X11Typist, active: X11ActiveWindow
) -> None:
    typist.insert("One.", active.target())
    session.tap("a")
    wait(lambda: qt.text == "One.a")

    typist.insert("Two.", active.target())

    wait(lambda: qt.text == "One.aTwo.")
    assert typist.undo().outcome is Outcome.DELIVERED
    wait(lambda: qt.text == "One.a")
    assert isinstance(typist.undo().reason, CannotUndo)


@pytest.mark.parametrize("name", ["qt", "gtk"])
def test_the_last_insertion_can_be_taken_away_again(
    targets: dict[str, Any], typist: X11Typist, active: X11ActiveWindow, name: str
) -> None:
    target = targets[name]
    target.ready()
    typist.insert("Stays.", active.target())
    typist.insert("这句不要。 Away with it.\nAll of it.", active.target())

    verdict = typist.undo()

    assert (verdict.outcome, verdict.method) == (Outcome.DELIVERED, "undo")
    wait(lambda: target.text == "Stays.")


def test_hotkeys_and_modifiers_do_not_move_the_caret(
    session: Session, qt: Editor, active: X11ActiveWindow
) -> None:
    typist = X11Typist(active, hotkeys=["F9", "Mouse 5", "Ctrl+Alt+J", "", "No such key"])
    typist.insert("One.", active.target())
    session.tap("F9", "Shift_L")
    session.click(9)
    session.down("Control_L", "Alt_L")
    session.tap("j")
    session.up("Alt_L", "Control_L")
    typist.insert("Two.", active.target())
    assert qt.text == "One. Two."

    session.tap("j")  # without its modifiers it types
    wait(lambda: qt.text == "One. Two.j")
    typist.insert("Three.", active.target())
    typist.close()

    wait(lambda: qt.text == "One. Two.jThree.")


def test_a_hotkey_on_the_mouse_is_no_click(
    session: Session, qt: Editor, active: X11ActiveWindow, heard: Heard
) -> None:
    hotkey = X11Button("Mouse 4", 8)
    hotkey.start(heard.listeners)
    typist = X11Typist(active, hotkeys=["Mouse 4"])
    typist.insert("One.", active.target())
    session.click(8)
    wait(lambda: heard.events == ["press", "release"])
    hotkey.stop()

    assert typist.undo().outcome is Outcome.DELIVERED
    typist.insert("Two.", active.target())
    session.click(1)
    assert isinstance(typist.undo().reason, CannotUndo)
    typist.close()


def test_what_is_pressed_while_a_menu_has_keyboard_and_mouse_counts(
    session: Session, qt: Editor, typist: X11Typist, active: X11ActiveWindow
) -> None:
    for press in (lambda: session.tap("a"), lambda: session.click(1)):
        typist.insert("One.", active.target())
        with session.menu():
            press()
        assert isinstance(typist.undo().reason, CannotUndo)


def test_a_rule_has_its_own_keys_and_presses_enter(
    session: Session, qt: Editor, active: X11ActiveWindow
) -> None:
    rules = {"*": AppRule(keys="Ctrl+V", enter=True)}
    typist = X11Typist(active, rules=rules)

    verdicts = [typist.insert(text, active.target()) for text in ("One.", "Two.")]
    typist.close()

    assert [method_and_reason(verdict) for verdict in verdicts] == [DELIVERED] * 2
    wait(lambda: qt.text == "One.\nTwo.\n")


def test_a_rule_may_keep_text_out_of_a_program(
    session: Session, qt: Editor, active: X11ActiveWindow
) -> None:
    typist = X11Typist(active, rules={"*": AppRule(insert=InsertionWay.COPY)})

    verdict = typist.insert("Copied.", active.target())

    assert method_and_reason(verdict) == (Outcome.FAILED, CopiedByRule)
    assert session.pasted() == b"Copied."
    typist.close()
    assert qt.text == ""


def test_a_rule_with_keys_that_do_not_exist_pastes_as_usual(
    session: Session, qt: Editor, active: X11ActiveWindow
) -> None:
    typist = X11Typist(active, rules={"*": AppRule(keys="Hyper+Nonsense")})

    assert method_and_reason(typist.insert("Here.", active.target())) == DELIVERED
    typist.close()
    wait(lambda: qt.text == "Here.")


def test_the_clipboard_offers_the_passing_text_with_a_mark_for_clipboard_managers(
    session: Session, qt: Editor, active: X11ActiveWindow
) -> None:
    typist = X11Typist(active, Patience(quiet_s=1.5))
    inserting = threading.Thread(target=typist.insert, args=("secret", active.target()))
    inserting.start()
    wait(lambda: qt.text == "secret")
    assert session.pasted("x-kde-passwordManagerHint") == b"secret"
    assert session.pasted("STRING") == b"secret"
    inserting.join()
    typist.close()


def test_long_text_arrives_in_pieces(
    qt: Editor, gtk: Editor, typist: X11Typist, active: X11ActiveWindow
) -> None:
    text = "0123456789abcde" * 20_000  # 300 kB
    assert method_and_reason(typist.insert(text, active.target())) == DELIVERED
    wait(lambda: gtk.text == text)


@pytest.mark.parametrize("layout", [["de"], ["ru"], ["us,ru", "-option", "grp:alt_shift_toggle"]])
def test_every_keyboard_layout_will_do(
    session: Session, typist: X11Typist, active: X11ActiveWindow, targets: Any, layout: list[str]
) -> None:
    session.layout(*layout)
    try:
        for target in targets.values():
            target.ready()
            assert method_and_reason(typist.insert(MIXED, active.target())) == DELIVERED
            wait(lambda target=target: target.text == MIXED)
    finally:
        session.layout("us", "-option", "")


@pytest.mark.parametrize("name", ["qt", "gtk"])
def test_selected_text_is_replaced(
    targets: dict[str, Any], typist: X11Typist, active: X11ActiveWindow, name: str
) -> None:
    target = targets[name]
    target.ready()
    target.ask("set", "one two three")
    target.ask("select", 4, 7)
    assert method_and_reason(typist.insert("2", active.target())) == DELIVERED
    wait(lambda: target.text == "one 2 three")


# --- the clipboard afterwards


def png() -> bytes:
    """1.3 MB that look like an image to whoever reads no further than the signature."""
    noise = zlib.compress(bytes(range(256)), 0)
    return b"\x89PNG\r\n\x1a\n" + noise * 4800


@pytest.mark.parametrize(
    "copied",
    [
        ("was here before: 你好 €".encode(), "UTF8_STRING"),
        (b"<b>bold</b> <i>words</i>", "text/html"),
        (png(), "image/png"),
    ],
    ids=["text", "html", "image"],
)
@pytest.mark.parametrize("name", ["qt", "xterm"])
def test_the_clipboard_is_as_before(
    session: Session,
    targets: dict[str, Any],
    typist: X11Typist,
    copied: tuple[bytes, str],
    name: str,
) -> None:
    content, target = copied
    targets[name].ready()
    session.copies(content, target)
    for number in range(2):  # the second time it is from us that it is read
        assert method_and_reason(typist.insert(f"{number}", None)) == DELIVERED
        assert session.pasted(target) == content
        assert b"x-kde" not in session.pasted("TARGETS")


def test_a_clipboard_without_owner_has_none_afterwards(
    session: Session, qt: Editor, typist: X11Typist, active: X11ActiveWindow
) -> None:
    owner = session.copies(b"soon gone")
    x11_session.stop(owner)
    wait(lambda: session.owner() == 0)
    assert method_and_reason(typist.insert("text", active.target())) == DELIVERED
    assert session.owner() == 0
    assert qt.text == "text"


def test_the_primary_selection_is_as_before(
    session: Session, gtk: Editor, xterm: Terminal, typist: X11Typist, active: X11ActiveWindow
) -> None:
    gtk.ask("set", "one two three")
    gtk.ask("select", 4, 7)
    wait(lambda: session.pasted(selection="primary") == b"two")
    assert method_and_reason(typist.insert("ls", active.target())) == DELIVERED
    assert xterm.text == "ls"
    assert session.pasted(selection="primary") == b"two"


def test_an_error_of_the_server_is_told_as_what_it_is(session: Session) -> None:
    """python-xlib takes this one for an error of RandR, and breaks at it."""
    display = connect("A test")
    window = display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
    name = display.get_atom("DICTATION_TEST")
    window.change_property(name, Xatom.STRING, 8, b"short")
    with pytest.raises(error.BadValue):
        window.get_property(name, X.AnyPropertyType, 100, 1)
    display.close()


def test_a_terminal_that_hangs_pastes_nothing_old_later_on(
    session: Session, xterm: Terminal, typist: X11Typist, active: X11ActiveWindow
) -> None:
    """Its paste waits in its queue, and would take what is marked by then."""
    session.copies(b"marked before", selection="PRIMARY")
    with stopped(xterm.process):
        verdict = typist.insert("first\nsecond", active.target())
    assert method_and_reason(verdict) == (Outcome.FAILED, NotPasted)
    wait(lambda: xterm.text == "first second")
    # Some terminals take this one, and would obey a line break.
    assert session.pasted() == b"first second"


def test_what_the_user_copies_meanwhile_wins(
    session: Session, qt: Editor, active: X11ActiveWindow
) -> None:
    session.copies(b"old")
    typist, verdicts = X11Typist(active, Patience(quiet_s=1.0)), []
    inserting = threading.Thread(
        target=lambda: verdicts.append(typist.insert("dictated", active.target()))
    )
    inserting.start()
    wait(lambda: qt.text == "dictated")
    session.copies(b"the user's")
    assert inserting.is_alive()
    inserting.join()
    assert method_and_reason(verdicts[0]) == DELIVERED
    assert session.pasted() == b"the user's"
    typist.close()


def test_copied_text_is_on_the_clipboard_and_may_be_remembered(
    session: Session, typist: X11Typist
) -> None:
    assert typist.copy("for you: 你好\nand more\n").outcome is Outcome.DELIVERED
    assert session.pasted().decode() == "for you: 你好\nand more"
    assert b"x-kde" not in session.pasted("TARGETS")


def test_a_clipboard_manager_takes_the_clipboard_over_at_the_end(
    session: Session, active: X11ActiveWindow, tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    program = x11_session.HERE / "x11_clipboard_manager.py"
    manager = session.start(sys.executable, str(program), str(saved))
    wait(lambda: session.owner("CLIPBOARD_MANAGER"))
    typist = X11Typist(active)
    typist.copy("kept for later")
    typist.close()
    assert saved.read_text() == "kept for later"
    with stopped(manager):
        typist = X11Typist(active)
        typist.copy("not kept")
        began = time.monotonic()
        typist.close()
        assert time.monotonic() - began < 1.5
    x11_session.stop(manager)


# --- where it cannot be inserted


def test_text_for_another_program_is_copied_not_typed(
    session: Session, qt: Editor, gtk: Editor, typist: X11Typist, active: X11ActiveWindow
) -> None:
    session.focus(qt.window)
    meant = active.target()
    session.focus(gtk.window)
    assert method_and_reason(typist.insert("for qt", meant)) == (Outcome.FAILED, FocusMoved)
    assert session.pasted() == b"for qt"
    assert qt.text == gtk.text == ""


def test_without_focus_text_is_copied(session: Session) -> None:
    typist = X11Typist(NoActiveWindow())
    assert method_and_reason(typist.insert("text", None)) == (Outcome.FAILED, NoFocus)
    assert session.pasted() == b"text"
    typist.close()


def test_a_target_that_does_not_fetch_is_told_and_the_text_stays_on_the_clipboard(
    session: Session, qt: Editor, typist: X11Typist, active: X11ActiveWindow
) -> None:
    session.copies(b"old")
    qt.ask("deaf")
    began = time.monotonic()
    verdict = typist.insert("not taken", active.target())
    assert method_and_reason(verdict) == (Outcome.FAILED, NotPasted)
    assert 1.0 <= time.monotonic() - began < 1.6
    assert session.pasted() == b"not taken"
    assert session.keys_are_up()


def test_a_hung_clipboard_owner_costs_little_and_editors_get_the_text(
    session: Session, qt: Editor, typist: X11Typist, active: X11ActiveWindow
) -> None:
    owner = session.copies(b"out of reach")
    with stopped(owner):
        began = time.monotonic()
        assert method_and_reason(typist.insert("text", active.target())) == DELIVERED
        assert time.monotonic() - began < 0.3 + 0.6 + 0.2  # 0.2: a busy machine
        assert qt.text == "text"


def test_a_hung_clipboard_owner_is_spared_where_the_primary_selection_is_enough(
    session: Session, xterm: Terminal, typist: X11Typist, active: X11ActiveWindow
) -> None:
    owner = session.copies(b"still there")
    with stopped(owner):
        assert method_and_reason(typist.insert("text", active.target())) == DELIVERED
        wait(lambda: xterm.text == "text")
    assert session.pasted() == b"still there"


def test_a_modifier_that_stays_down_is_told_and_nothing_is_typed(
    session: Session, qt: Editor, active: X11ActiveWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No key of XTEST stays down against XTEST, so that one is made up.
    monkeypatch.setattr(Keyboard, "held_modifiers", lambda _: [37])
    typist = X11Typist(active, Patience(modifiers_s=0.05))
    assert method_and_reason(typist.insert("text", None)) == (Outcome.FAILED, KeysHeld)
    assert session.pasted() == b"text"
    assert qt.text == ""
    typist.close()


@pytest.mark.parametrize("key", ["Control_L", "Alt_L", "Super_L", "Shift_L"])
@pytest.mark.parametrize("name", ["qt", "gtk"])
def test_a_held_modifier_does_not_matter(
    session: Session,
    targets: dict[str, Any],
    typist: X11Typist,
    name: str,
    key: str,
) -> None:
    targets[name].ready()
    session.down(key)
    assert method_and_reason(typist.insert("held", None)) == DELIVERED
    wait(lambda: targets[name].text == "held")
    assert session.keys_are_up()
    session.up(key)


def test_a_modifier_that_is_let_go_in_time_is_waited_for(
    session: Session, gtk: Editor, typist: X11Typist, active: X11ActiveWindow
) -> None:
    session.down("Control_L")
    letting_go = threading.Timer(0.2, lambda: session.up("Control_L"))
    letting_go.start()
    began = time.monotonic()
    assert method_and_reason(typist.insert("waited", active.target())) == DELIVERED
    assert time.monotonic() - began < 0.8
    letting_go.join()
    assert gtk.text == "waited"


# --- the active window


def test_the_active_window_is_known_by_its_program(
    session: Session, targets: dict[str, Any], active: X11ActiveWindow
) -> None:
    targets["xterm"].ready()
    in_terminal = active.target()
    targets["qt"].ready()
    in_editor = active.target()
    assert in_terminal
    assert in_editor
    assert in_terminal.app == "xterm"
    assert in_editor.window == targets["qt"].window
    assert not in_terminal.same_app(in_editor)


# --- the hotkey


class Heard:
    """What a hotkey has told, in order."""

    def __init__(self) -> None:
        self.events: list[str] = []

    @property
    def listeners(self) -> Listeners:
        return Listeners(self.press, self.release, self.lost)

    def press(self) -> None:
        self.events.append("press")

    def release(self) -> None:
        self.events.append("release")

    def escape(self) -> None:
        self.events.append("escape")

    def lost(self, error: DictationError) -> None:
        self.events.append(type(error).__name__)


def no_loss(error: DictationError) -> None:
    raise error


NOBODY = Listeners(lambda: None, lambda: None, no_loss)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def f9(session: Session, heard: Heard) -> Iterator[X11Hotkey]:
    hotkey = X11Hotkey("F9")
    hotkey.start(heard.listeners)
    yield hotkey
    hotkey.stop()
    session.up("F9", "Escape")
    assert not session.is_grabbed("F9")


def test_press_and_release_are_heard_and_swallowed(
    session: Session, xterm: Terminal, f9: X11Hotkey, heard: Heard
) -> None:
    for count in range(1, 4):
        session.down("F9")
        wait(lambda count=count: len(heard.events) == 2 * count - 1)
        session.up("F9")
        wait(lambda count=count: len(heard.events) == 2 * count)
    assert heard.events == ["press", "release"] * 3
    session.tap("a")
    wait(lambda: xterm.text == "a")


def test_a_hold_is_one_press_and_typing_goes_on_meanwhile(
    session: Session, xterm: Terminal, f9: X11Hotkey, heard: Heard
) -> None:
    session.down("F9")
    wait(lambda: heard.events == ["press"])
    for letter in "abc":
        session.tap(letter)
    wait(lambda: xterm.text == "abc")
    let_pass(1.5)
    assert heard.events == ["press"]
    session.up("F9")
    wait(lambda: heard.events == ["press", "release"])
    assert xterm.text == "abc"


def test_repeats_of_the_key_are_no_presses(session: Session, heard: Heard) -> None:
    hotkey = X11Hotkey("Ctrl+Alt+J")
    hotkey.start(heard.listeners)
    assert session.repeats("j")  # it is a letter too
    session.down("Control_L", "Alt_L", "j")
    wait(lambda: heard.events == ["press"])
    let_pass(1.2)
    assert heard.events == ["press"]
    session.up("j", "Alt_L", "Control_L")
    wait(lambda: heard.events == ["press", "release"])
    hotkey.stop()


def test_a_key_of_its_own_does_not_repeat_while_it_is_the_hotkey(
    session: Session, heard: Heard
) -> None:
    hotkey = X11Hotkey("F9")
    hotkey.start(heard.listeners)
    assert not session.repeats("F9")
    hotkey.stop()
    assert session.repeats("F9")


def test_text_can_be_inserted_while_the_hotkey_is_held(
    session: Session,
    qt: Editor,
    f9: X11Hotkey,
    heard: Heard,
    typist: X11Typist,
) -> None:
    session.down("F9")
    wait(lambda: heard.events == ["press"])
    for part in ("live ", "text"):
        assert method_and_reason(typist.insert(part, None)) == DELIVERED
    assert qt.text == "live text"
    session.up("F9")
    wait(lambda: heard.events == ["press", "release"])


def test_a_press_is_heard_within_a_millisecond(session: Session) -> None:
    pressed, released, delays_ms = threading.Event(), threading.Event(), []
    heard_s = [0.0]

    def press() -> None:
        heard_s[0] = time.perf_counter()
        pressed.set()

    hotkey = X11Hotkey("F9")
    hotkey.start(Listeners(press, released.set, no_loss))
    for _ in range(30):
        pressed.clear()
        released.clear()
        began_s = time.perf_counter()
        session.down("F9")
        assert pressed.wait(2)
        delays_ms.append((heard_s[0] - began_s) * 1000)
        session.up("F9")
        assert released.wait(2)
    hotkey.stop()
    assert sorted(delays_ms)[15] < 5  # 0.4 on an idle machine


def test_a_key_of_another_program_is_named(session: Session, f9: X11Hotkey) -> None:
    second = X11Hotkey("F9")
    with pytest.raises(HotkeyTaken, match="F9"):
        second.start(NOBODY)
    second.stop()


@pytest.mark.parametrize("name", ["", "Hyperspace", "Ctrl+", "Bogus+D"])
def test_a_key_that_there_is_not_is_named(session: Session, name: str) -> None:
    with pytest.raises(NoSuchKey):
        X11Hotkey(name).start(NOBODY)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Pause", ["Pause"]),
        ("Right Ctrl", ["Control_R"]),
        ("Control_R", ["Control_R"]),
        ("ctrl+alt+j", ["Control_L", "Alt_L", "j"]),
        ("Super+F5", ["Super_L", "F5"]),
    ],
)
def test_keys_go_by_the_names_that_people_use(
    session: Session, heard: Heard, name: str, keys: list[str]
) -> None:
    hotkey = X11Hotkey(name)
    hotkey.start(heard.listeners)
    session.down(*keys)
    wait(lambda: heard.events == ["press"])
    session.up(*reversed(keys))
    wait(lambda: heard.events == ["press", "release"])
    hotkey.stop()


@pytest.mark.parametrize("lock", ["Caps_Lock", "Num_Lock"])
def test_lock_keys_do_not_matter(session: Session, f9: X11Hotkey, heard: Heard, lock: str) -> None:
    session.tap(lock)
    session.down("F9")
    wait(lambda: heard.events == ["press"])
    session.up("F9")
    wait(lambda: heard.events == ["press", "release"])
    session.tap(lock)


def test_escape_is_taken_only_while_it_is_watched(
    session: Session, xterm: Terminal, f9: X11Hotkey, heard: Heard
) -> None:
    session.tap("Escape")
    wait(lambda: xterm.text == "\x1b")
    f9.watch_escape(heard.escape)
    wait(lambda: session.is_grabbed("Escape"))
    session.tap("Escape")
    wait(lambda: heard.events == ["escape"])
    let_pass(0.1)  # no finger is as fast as XTEST
    session.down("Escape")
    wait(lambda: heard.events == ["escape"] * 2)
    f9.watch_escape(None)
    wait(lambda: not session.is_grabbed("Escape"))
    session.up("Escape")
    session.tap("Escape", "x")
    wait(lambda: xterm.text == "\x1b\x1bx")
    assert heard.events == ["escape"] * 2


def test_escape_is_heard_while_the_hotkey_is_held(session: Session, heard: Heard) -> None:
    hotkey = X11Hotkey("Ctrl+Alt+J")
    hotkey.start(heard.listeners)
    hotkey.watch_escape(heard.escape)
    wait(lambda: session.is_grabbed("Escape"))
    session.down("Control_L", "Alt_L", "j")
    wait(lambda: heard.events == ["press"])
    session.tap("Escape")
    wait(lambda: heard.events == ["press", "escape"])
    session.up("j", "Alt_L", "Control_L")
    wait(lambda: heard.events == ["press", "escape", "release"])
    hotkey.stop()
    assert not session.is_grabbed("Escape")


def test_a_key_that_is_down_at_the_start_is_not_pressed(session: Session, heard: Heard) -> None:
    session.down("F9")
    hotkey = X11Hotkey("F9")
    hotkey.start(heard.listeners)
    let_pass(1.0)  # the server repeats it meanwhile
    assert heard.events == []
    session.up("F9")
    wait(session.keys_are_up)
    let_pass(0.1)
    session.tap("F9")
    wait(lambda: heard.events == ["press", "release"])
    hotkey.stop()


def test_the_hotkey_follows_a_change_of_layout(
    session: Session, f9: X11Hotkey, heard: Heard
) -> None:
    old = session.keycode("F9")
    swap = "keycode {} = {}"
    unused = session.keycode("F12")
    remap = [swap.format(unused, "F9"), swap.format(old, "F8")]
    restore = [swap.format(unused, "F12"), swap.format(old, "F9")]
    try:
        for line in remap:
            subprocess.run(["xmodmap", "-e", line], env=session.environment, check=True)
        wait(lambda: session.keycode("F9") == unused and session.is_grabbed("F9"))
        session.down("F9")
        wait(lambda: heard.events == ["press"])
        session.up("F9")
        wait(lambda: heard.events == ["press", "release"])
        assert not session.is_grabbed("F8")
    finally:
        for line in restore:
            subprocess.run(["xmodmap", "-e", line], env=session.environment, check=True)
    wait(lambda: session.keycode("F9") == old and session.is_grabbed("F9"))


def test_a_hotkey_can_be_started_again(session: Session, heard: Heard) -> None:
    hotkey = X11Hotkey("F9")
    for count in (1, 2):
        hotkey.start(heard.listeners)
        hotkey.watch_escape(heard.escape)
        session.down("F9")
        wait(lambda count=count: heard.events == ["press"] * count)
        hotkey.stop()
        assert not session.is_grabbed("F9")
        assert not session.is_grabbed("Escape")
        session.up("F9")
    assert heard.events == ["press", "press"]  # nothing is told after the stop


# --- a mouse button


@pytest.mark.parametrize("name", ["Mouse 4", "mouse-back", "MOUSE4"])
def test_side_buttons_go_by_the_names_that_people_use(name: str) -> None:
    assert button(name) == 8
    assert button("F9") is None


def test_a_side_button_is_heard_and_kept_from_programs(
    session: Session, qt: Editor, heard: Heard, typist: X11Typist, active: X11ActiveWindow
) -> None:
    chosen = choose.hotkey(choose.Session.X11, "Mouse 5")
    hotkey = chosen.service
    assert isinstance(hotkey, X11Button)
    hotkey.start(heard.listeners)

    session.click_down(9)
    wait(lambda: heard.events == ["press"])
    # What is inserted while it is held arrives all the same.
    assert method_and_reason(typist.insert("live", active.target())) == DELIVERED
    session.click_up(9)
    wait(lambda: heard.events == ["press", "release"])
    hotkey.watch_escape(heard.escape)
    session.tap("Escape")
    wait(lambda: heard.events == ["press", "release", "escape"])
    with pytest.raises(HotkeyTaken, match="Mouse 5"):
        X11Button("Mouse 5", 9).start(heard.listeners)
    hotkey.stop()

    assert not session.is_grabbed("Escape")
    wait(lambda: qt.text == "live")


def test_a_watched_key_makes_one_press_of_all_repeats() -> None:
    key = WatchedKey(KeyState.UP)
    assert [key.heard(), key.heard(), key.looked(is_down=True)] == [True, False, False]
    assert [key.looked(is_down=False), key.looked(is_down=False)] == [True, False]
    ignored = WatchedKey(KeyState.IGNORED)
    assert [ignored.heard(), ignored.looked(is_down=False), ignored.heard()] == [False, False, True]


# --- the end of the X server


# python-xlib leaves the sockets open with which it could not connect.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_end_of_the_server_is_told_and_nothing_raises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(tmp_path)
    try:
        session.boot()
        monkeypatch.setenv("DISPLAY", session.name)
        hotkey, active = X11Hotkey("F9"), X11ActiveWindow()
        assert active.target() is None  # no window at all
        heard = Heard()
        hotkey.start(heard.listeners)
        typist, selections = X11Typist(active), Selections()
    finally:
        session.end()
    assert active.target() is None
    assert typist.copy("text").outcome is Outcome.FAILED
    assert method_and_reason(typist.insert("text", None))[0] is Outcome.FAILED
    wait(lambda: _is_gone(selections))
    wait(lambda: heard.events == ["HotkeyLost"])
    for part in (hotkey, typist):
        part.stop() if isinstance(part, X11Hotkey) else part.close()
    active.close()
    selections.close()
    for build in (X11ActiveWindow, lambda: X11Hotkey("F9"), lambda: X11Typist(active)):
        with pytest.raises(NotPossibleHere):
            build()


def _is_gone(selections: Selections) -> bool:
    try:
        selections.read("CLIPBOARD")
    except DesktopGone:
        return True
    return False
