"""Fields in which passwords are typed: known by the accessibility bus, and kept clear of."""

from __future__ import annotations

import contextlib
import queue
import sys
import time
from collections.abc import Iterator

import pytest
from jeepney import DBusAddress, Properties
from jeepney.io.blocking import open_dbus_connection

from dictation.errors import DictationError, NotPossibleHere, PasswordField
from dictation.native import choose
from dictation.native.atspi import Accessible, LastFields, PasswordFields
from dictation.native.choose import NoActiveWindow
from dictation.native.contracts import Listeners, Target
from dictation.native.focus import WatchfulWindow, obstacle
from dictation.native.macos_secure_input import SecureInput
from dictation.native.x11 import X11ActiveWindow
from dictation.native.x11_hotkey import X11Hotkey
from dictation.native.x11_typist import X11Typist
from dictation.settings import AppRule, InsertionWay
from dictation.speech import Outcome
from tests.programs.x11_session import HERE, SYSTEM_PYTHON, Editor, Session, stopped, wait

PASSWORD_TEXT, ENTRY = 40, 79
FIELD, OTHER = Accessible(":1.7", "/field"), Accessible(":1.7", "/other")
ELSEWHERE = Accessible(":1.8", "/field")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = Session(tmp_path_factory.mktemp("passwords"))
    del session.environment["NO_AT_BRIDGE"]
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WAYLAND_DISPLAY", raising=False)
        try:
            session.boot()
            for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
                patch.setenv(name, session.environment[name])
            yield session
        finally:
            session.end()


@pytest.fixture(scope="module")
def passwords(session: Session) -> Iterator[PasswordFields]:
    switch_accessibility_on(session)
    passwords = PasswordFields()
    yield passwords
    passwords.close()


@pytest.fixture(scope="module")
def forms(session: Session, passwords: PasswordFields) -> dict[str, Editor]:
    return {
        "gtk": Editor(session, SYSTEM_PYTHON, "-E", str(HERE / "x11_form_gtk.py")),
        "qt": Editor(session, sys.executable, str(HERE / "x11_form_qt.py")),
    }


def no_loss(error: DictationError) -> None:
    raise error


def switch_accessibility_on(session: Session) -> None:
    """As the desktop's settings do; Qt's programs look at it."""
    with open_dbus_connection(session.environment["DBUS_SESSION_BUS_ADDRESS"]) as bus:
        status = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status")
        bus.send_and_get_reply(Properties(status).set("IsEnabled", "b", True), timeout=10)  # noqa: FBT003


def focus(session: Session, form: Editor, field: str) -> None:
    session.focus(form.window)
    form.ask(field)


@pytest.mark.parametrize("name", ["gtk", "qt"])
def test_a_password_field_is_known_while_it_has_the_focus(
    session: Session, passwords: PasswordFields, forms: dict[str, Editor], name: str
) -> None:
    form, other = forms[name], next(form for each, form in forms.items() if each != name)
    focus(session, other, "name")
    for _ in range(2):
        focus(session, form, "password")
        wait(passwords.is_focused)
        focus(session, form, "name")
        wait(lambda: not passwords.is_focused())
    focus(session, form, "password")
    wait(passwords.is_focused)

    session.focus(other.window)  # the field is the one in its window still

    wait(lambda: not passwords.is_focused())
    session.focus(form.window)
    wait(passwords.is_focused)


def test_where_no_program_tells_of_its_focus_the_last_field_is_asked(
    session: Session, passwords: PasswordFields, forms: dict[str, Editor]
) -> None:
    focus(session, forms["gtk"], "password")
    wait(passwords.is_focused)
    silent = session.start("xterm")
    active = X11ActiveWindow()
    try:
        wait(lambda: getattr(active.target(), "app", "") == "xterm")
        wait(lambda: not passwords.is_focused())
    finally:
        active.close()
        silent.terminate()
        silent.wait()


@pytest.mark.parametrize("name", ["gtk", "qt"])
def test_the_press_of_a_hotkey_does_not_hide_the_password_field(
    session: Session, passwords: PasswordFields, forms: dict[str, Editor], name: str
) -> None:
    """While a grabbed key is down, GTK takes the focus for lost."""
    told: queue.Queue[str] = queue.Queue()
    hotkey = X11Hotkey("F9")
    hotkey.start(Listeners(lambda: told.put("press"), lambda: told.put("release"), no_loss))
    focus(session, forms[name], "password")
    seen = 0
    try:
        for _ in range(10):
            wait(passwords.is_focused)
            session.down("F9")
            assert told.get(timeout=10) == "press"
            seen += passwords.is_focused()
            session.up("F9")
            assert told.get(timeout=10) == "release"
    finally:
        hotkey.stop()
    assert seen >= 8  # all of them on an idle machine


def test_a_program_that_hangs_costs_next_to_nothing(
    session: Session, passwords: PasswordFields, forms: dict[str, Editor]
) -> None:
    focus(session, forms["qt"], "name")
    wait(lambda: not passwords.is_focused())
    focus(session, forms["gtk"], "password")
    wait(passwords.is_focused)
    with stopped(forms["gtk"].process):
        began_s = time.monotonic()
        assert not passwords.is_focused()
        assert time.monotonic() - began_s < 0.5  # 0.08 on an idle machine
    wait(passwords.is_focused)
    focus(session, forms["gtk"], "name")


@pytest.mark.parametrize("rules", [{}, {"*": AppRule(insert=InsertionWay.TYPE)}])
def test_nothing_is_put_into_a_password_field(
    session: Session,
    passwords: PasswordFields,
    forms: dict[str, Editor],
    rules: dict[str, AppRule],
) -> None:
    with contextlib.closing(X11ActiveWindow()) as active:
        window = WatchfulWindow(active, passwords)
        typist = X11Typist(window, rules=rules)
        focus(session, forms["gtk"], "name")
        wait(lambda: not passwords.is_focused())
        meant = window.target()
        focus(session, forms["gtk"], "password")
        wait(passwords.is_focused)

        verdict = typist.insert("My secret", meant)

        assert (verdict.outcome, type(verdict.reason)) == (Outcome.FAILED, PasswordField)
        assert forms["gtk"].ask("name")["password"] == ""
        assert session.pasted() == b"My secret"
        wait(lambda: not passwords.is_focused())
        assert typist.insert("My name", meant).outcome is Outcome.DELIVERED
        wait(lambda: "My name" in forms["gtk"].ask("name")["name"])
        typist.close()


def test_without_an_accessibility_bus_there_are_none_and_the_reason_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")

    chosen = choose.password_fields(choose.Session.X11)

    assert chosen.candidate == "none"
    assert "no session bus" in str(chosen.refused[0].reason)
    assert not chosen.service.is_focused()
    chosen.service.close()


# --- without a desktop


def test_an_answer_about_a_field_that_has_lost_the_focus_does_not_count() -> None:
    last = LastFields()
    last.gained(FIELD)
    last.gained(OTHER)
    last.has_role(FIELD, PASSWORD_TEXT)
    assert last.passwords() == []
    last.has_role(OTHER, PASSWORD_TEXT)
    assert last.passwords() == [OTHER]
    last.gained(FIELD)
    last.has_role(FIELD, ENTRY)
    assert last.passwords() == []


def test_each_program_has_a_field_of_its_own_until_it_ends() -> None:
    last = LastFields()
    for field in (FIELD, ELSEWHERE):  # in whatever order they tell it
        last.gained(field)
        last.has_role(field, PASSWORD_TEXT)
    assert set(last.passwords()) == {FIELD, ELSEWHERE}
    last.gone(FIELD.program)
    assert last.passwords() == [ELSEWHERE]
    for number in range(100):
        last.gained(Accessible(f":2.{number}", "/field"))
    assert last.passwords() == []


def test_a_program_that_has_just_told_of_its_focus_is_asked_once_more() -> None:
    last = LastFields()
    last.gained(FIELD)
    last.told(FIELD.program, 10.0)
    assert last.are_settled(10.1)  # there is no password field at all
    last.has_role(FIELD, PASSWORD_TEXT)
    assert not last.are_settled(10.1)
    assert last.are_settled(11.0)
    last.gained(FIELD)  # it is known what that is
    assert last.passwords() == [FIELD]


class Passwords:
    def __init__(self, *, focused: bool) -> None:
        self.focused = focused

    def is_focused(self) -> bool:
        return self.focused

    def close(self) -> None: ...


def test_a_password_field_is_an_obstacle_also_where_the_window_is_unknown() -> None:
    here = WatchfulWindow(NoActiveWindow(), Passwords(focused=True)).target()

    assert here is not None
    assert isinstance(obstacle(here, None), PasswordField)
    assert isinstance(obstacle(here, Target(7, "editor")), PasswordField)
    assert WatchfulWindow(NoActiveWindow(), Passwords(focused=False)).target() is None


@pytest.mark.parametrize(("answer", "is_focused"), [(0, False), (1, True)])
def test_on_macos_secure_input_is_a_password(answer: int, is_focused: bool) -> None:  # noqa: FBT001
    assert SecureInput(lambda: answer).is_focused() is is_focused


@pytest.mark.skipif(sys.platform == "darwin", reason="it is possible there")
def test_without_carbon_there_is_no_secure_input() -> None:
    with pytest.raises(NotPossibleHere):
        SecureInput()
