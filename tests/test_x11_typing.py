"""Typing key by key on a real X server, into real programs."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from Xlib import X

from dictation.errors import FocusMoved, NotTaking, TypedInPart
from dictation.native.contracts import Target
from dictation.native.x11 import X11ActiveWindow
from dictation.native.x11_hotkey import X11Hotkey
from dictation.native.x11_spare_keys import keysym_of
from dictation.native.x11_typing import Pace, X11Typing
from dictation.native.x11_typist import X11Typist
from dictation.settings import AppRule, InsertionWay
from dictation.speech import Outcome, Verdict
from tests.programs import x11_session
from tests.programs.x11_session import Editor, Session, Terminal, stopped, wait
from tests.test_native_x11 import CHINESE, EMOJI, MIXED, Heard

RTL = "שלום עולם, مرحبا بالعالم! 123"
ACCENTS = "Ünïcödé àéîõü ß Ø € „quotes“ e\u0301"
TEXTS = {
    "ascii": 'The quick brown fox; it\'s 100% {true} & "quoted" ~ <ok>? [AbC] aaaa',
    "chinese": CHINESE[:120],
    "mixed": MIXED,
    "emoji": EMOJI,
    "rtl": RTL,
    "accents": ACCENTS,
    "lines": "first line\nsecond line\n\n第三行",
}
RULES = {"*": AppRule(insert=InsertionWay.TYPE)}
HASTE = Pace(answer_s=0.4, modifiers_s=0.1)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = Session(tmp_path_factory.mktemp("typing"))
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
def active(session: Session) -> Iterator[X11ActiveWindow]:
    active = X11ActiveWindow()
    yield active
    active.close()


@pytest.fixture
def typist(active: X11ActiveWindow) -> Iterator[X11Typist]:
    typist = X11Typist(active, rules=RULES)
    yield typist
    typist.close()


@pytest.fixture
def typing(session: Session) -> Iterator[X11Typing]:
    typing = X11Typing(HASTE)
    yield typing
    typing.close()


@pytest.fixture(autouse=True)
def keyboard_as_before(session: Session) -> Iterator[None]:
    before = keyboard(session)
    yield
    wait(session.keys_are_up)
    assert keyboard(session) == before


def keyboard(session: Session) -> list[tuple[int, ...]]:
    """Its map, without the empty columns that a change may have added."""
    first = session.connection.display.info.min_keycode
    rows = session.connection.get_keyboard_mapping(first, 256 - first)
    return [tuple(row[:7]) for row in rows]


def here(active: X11ActiveWindow) -> Target:
    target = active.target()
    assert target is not None
    return target


# --- what is typed


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("name", ["qt", "gtk"])
def test_a_program_that_answers_has_every_character(
    session: Session, targets: dict[str, Any], typist: X11Typist, name: str, text: str
) -> None:
    targets[name].ready()
    session.copies(b"not touched")
    owner = session.owner()

    verdict = typist.insert(text, None)

    assert verdict == Verdict(Outcome.DELIVERED, "keyboard")
    wait(lambda: targets[name].text == text)
    assert session.owner() == owner


@pytest.mark.parametrize("text", [CHINESE[:60], MIXED, EMOJI], ids=["chinese", "mixed", "emoji"])
def test_of_a_program_that_does_not_answer_nobody_says_that_it_has_them(
    session: Session, targets: dict[str, Any], typist: X11Typist, text: str
) -> None:
    terminal = targets["xterm"]
    terminal.ready()

    verdict = typist.insert(text, None)

    assert (verdict.outcome, verdict.method) == (Outcome.UNVERIFIED, "keyboard")
    assert session.pasted().decode() == text
    wait(lambda: terminal.text == text)


@pytest.mark.parametrize("layout", [["de"], ["ru"], ["fr"], ["us,ru", "-option", ""]])
def test_every_keyboard_layout_will_do(
    session: Session, targets: dict[str, Any], layout: list[str], active: X11ActiveWindow
) -> None:
    before = subprocess.run(
        ["xkbcomp", session.name, "-"], env=session.environment, capture_output=True, check=True
    ).stdout
    session.layout(*layout)
    typist = X11Typist(active, rules=RULES)
    try:
        for name in ("qt", "gtk"):
            targets[name].ready()
            assert typist.insert(TEXTS["mixed"], None).outcome is Outcome.DELIVERED
            wait(lambda name=name: targets[name].text == TEXTS["mixed"])
    finally:
        typist.close()
        subprocess.run(
            ["xkbcomp", "-", session.name],
            env=session.environment,
            input=before,
            stderr=subprocess.DEVNULL,
            check=True,
        )


@pytest.mark.parametrize("lock", ["Caps_Lock", "Num_Lock"])
def test_lock_keys_do_not_matter_and_stay_on(
    session: Session, qt: Editor, typist: X11Typist, lock: str
) -> None:
    def locks() -> int:
        return session.connection.screen().root.query_pointer().mask & (X.LockMask | X.Mod2Mask)

    session.tap(lock)
    on = wait(locks)
    try:
        typist.insert("Small and LARGE ünd 12", None)
        wait(lambda: qt.text == "Small and LARGE ünd 12")
        assert locks() == on
    finally:
        session.tap(lock)


@pytest.mark.parametrize("key", ["Control_L", "Alt_L", "Super_L", "Shift_L"])
def test_a_held_modifier_does_not_matter(
    session: Session, qt: Editor, typist: X11Typist, key: str
) -> None:
    session.down(key)
    typist.insert("held", None)
    wait(lambda: qt.text == "held")
    session.up(key)


def test_the_hotkey_is_heard_before_meanwhile_and_after(
    session: Session, qt: Editor, typist: X11Typist
) -> None:
    heard, hotkey = Heard(), X11Hotkey("F9")
    hotkey.start(heard.listeners)
    session.down("F9")
    wait(lambda: heard.events == ["press"])

    typist.insert(CHINESE[:40], None)
    assert heard.events == ["press"]
    session.up("F9")
    wait(lambda: heard.events == ["press", "release"])
    session.tap("F9")
    wait(lambda: heard.events == ["press", "release"] * 2)
    hotkey.stop()

    assert qt.text == CHINESE[:40]


def test_two_typed_sentences_are_parted_and_the_last_one_is_undone(
    qt: Editor, active: X11ActiveWindow
) -> None:
    typist = X11Typist(active, rules=RULES, hotkeys=["F9"])
    for sentence in ("One.", "二。", "Three."):
        typist.insert(sentence, active.target())
    wait(lambda: qt.text == "One. 二。Three.")

    assert typist.undo().outcome is Outcome.DELIVERED
    typist.close()

    wait(lambda: qt.text == "One. 二。")


def test_enter_is_pressed_behind_the_text_where_a_rule_wants_it(
    qt: Editor, active: X11ActiveWindow
) -> None:
    rules = {"*": AppRule(insert=InsertionWay.TYPE, enter=True)}
    typist = X11Typist(active, rules=rules)

    typist.insert("Sent.", None)
    typist.close()

    wait(lambda: qt.text == "Sent.\n")


# --- where it cannot be typed


def test_a_program_that_hangs_gets_nothing_also_when_it_is_back(
    session: Session, qt: Editor, typing: X11Typing, active: X11ActiveWindow
) -> None:
    with stopped(qt.process):
        typed = typing.type("Nothing of it.", here(active), active.target)

    assert (typed.outcome, typed.presses) == (Outcome.FAILED, 0)
    assert isinstance(typed.reason, NotTaking)
    session.tap("x")
    wait(lambda: qt.text == "x")


def test_a_program_that_hangs_half_way_is_told_with_how_far_it_got(
    session: Session, qt: Editor, typing: X11Typing, active: X11ActiveWindow
) -> None:
    target, looks = here(active), []

    def where() -> Target | None:
        looks.append(1)
        if len(looks) == 3:  # before the third piece
            qt.process.send_signal(x11_session.signal.SIGSTOP)
        return target

    try:
        typed = typing.type(CHINESE[:120], target, where)
    finally:
        qt.process.send_signal(x11_session.signal.SIGCONT)

    assert typed.outcome is Outcome.FAILED
    assert isinstance(typed.reason, TypedInPart)
    assert 0 < typed.presses < 120
    assert str(typed.presses) in str(typed.reason)
    # What it had read is there; what it had not may be missing, and is nothing else.
    wait(lambda: qt.text)
    assert CHINESE.startswith(qt.text)


def test_when_another_window_gets_the_focus_no_more_is_typed(
    session: Session, targets: dict[str, Any], qt: Editor, active: X11ActiveWindow
) -> None:
    typing, target, looks = X11Typing(), here(active), []
    targets["gtk"].ask("clear")

    def where() -> Target | None:
        looks.append(1)
        if len(looks) == 3:
            session.focus(targets["gtk"].window)
        return active.target()

    typed = typing.type(CHINESE[:120], target, where)
    typing.close()

    assert isinstance(typed.reason, TypedInPart)
    assert FocusMoved.template.rstrip(".") in str(typed.reason)
    assert targets["gtk"].text == ""
    wait(lambda: qt.text == CHINESE[: typed.presses])


def test_text_that_was_typed_in_part_is_on_the_clipboard_as_a_whole(
    session: Session, qt: Editor, typist: X11Typist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dictation.native.x11_typist.X11Typing", lambda: X11Typing(HASTE))
    with stopped(qt.process):
        verdict = typist.insert("All of it.", None)

    assert (verdict.outcome, type(verdict.reason)) == (Outcome.FAILED, NotTaking)
    assert session.pasted() == b"All of it."
    assert qt.text == ""


def test_what_a_killed_run_left_on_the_keyboard_is_taken_away(
    session: Session, qt: Editor, typing: X11Typing, active: X11ActiveWindow
) -> None:
    first = session.connection.display.info.min_keycode
    rows = session.connection.get_keyboard_mapping(first, 256 - first)
    free = next(first + index for index, row in enumerate(rows) if not any(row))
    symbol = keysym_of("好")
    session.connection.change_keyboard_mapping(free, [(symbol, symbol, symbol, 0xFFFFFF)])
    session.connection.sync()

    typing.type("ok", here(active), active.target)

    wait(lambda: qt.text == "ok")


def test_a_slow_program_has_every_character_too(
    session: Session, qt: Editor, active: X11ActiveWindow
) -> None:
    typing = X11Typing()
    ended = threading.Event()

    def hinder() -> None:
        while not ended.is_set():
            with stopped(qt.process):
                ended.wait(0.15)
            ended.wait(0.05)

    hindering = threading.Thread(target=hinder)
    hindering.start()
    try:
        typed = typing.type(CHINESE[:90], here(active), active.target)
    finally:
        ended.set()
        hindering.join()
        typing.close()

    assert typed.outcome is Outcome.DELIVERED
    wait(lambda: qt.text == CHINESE[:90])


# --- characters


@pytest.mark.parametrize(
    ("character", "keysym"),
    [
        ("a", 0x61),
        ("ü", 0xFC),
        ("\n", 0xFF0D),
        ("好", 0x100597D),
        ("🎉", 0x101F389),
        ("€", 0x10020AC),
    ],
)
def test_each_character_has_its_keysym(character: str, keysym: int) -> None:
    assert keysym_of(character) == keysym
