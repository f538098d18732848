"""Pasting with the portal's own clipboard, as on GNOME: against a portal of ours.

It implements the interfaces as they are documented. Debian 12's real frontend has no Clipboard.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dictation.errors import DesktopGone, NoClipboard, NotPasted, NotPossibleHere
from dictation.lab.running import Running, waited_for
from dictation.native import choose
from dictation.native.choose import NoActiveWindow, Session
from dictation.native.contracts import Target
from dictation.native.pasting_typist import PastingTypist
from dictation.native.portal_means import with_the_portals_clipboard
from dictation.settings import AppRule
from dictation.speech import Outcome
from tests.portal_program import PATIENCE_S, PortalProgram

TEXT = "你好, you 👋🏽\nsecond line"


@pytest.fixture
def gnome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PortalProgram]:
    address = f"unix:path={tmp_path / 'bus'}"
    daemon = ("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}")
    environment = {"PATH": "/usr/bin:/bin", "DBUS_SESSION_BUS_ADDRESS": address}
    running = Running(daemon, environment=environment, log=tmp_path / "bus.log")
    waited_for((tmp_path / "bus").exists, what="The bus", timeout_s=PATIENCE_S)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    portal = PortalProgram("portal_with_clipboard.py", tmp_path / "portal.log", environment)
    yield portal
    portal.close()
    running.end()


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "state" / "portal.json"


@pytest.fixture
def typist(gnome: PortalProgram, memory: Path) -> Iterator[PastingTypist]:
    typist = typist_for(memory)
    yield typist
    typist.close()


def typist_for(memory: Path) -> PastingTypist:
    return PastingTypist(NoActiveWindow(), with_the_portals_clipboard(memory, may_ask=True))


def order(portal: PortalProgram, line: str) -> None:
    before = portal.told.count(f"obeyed {line}\n")
    portal.order(line)
    waited_for(
        lambda: portal.told.count(f"obeyed {line}\n") > before, what=line, timeout_s=PATIENCE_S
    )


def found(portal: PortalProgram) -> str:
    """What a program finds on the clipboard now."""
    before = portal.told.count("found ")
    portal.order("paste")
    waited_for(
        lambda: portal.told.count("found ") > before and portal.told.endswith("\n"),
        what="the clipboard",
        timeout_s=PATIENCE_S,
    )
    return (
        portal.told.rpartition("found ")[2].partition("\nobeyed")[0].partition("\ndone")[0].strip()
    )


@pytest.mark.parametrize("managed", [False, True])
def test_text_is_pasted_and_what_was_copied_comes_back(
    gnome: PortalProgram, memory: Path, *, managed: bool
) -> None:
    order(gnome, "copy mine")
    if managed:
        order(gnome, "manager")
    typist = typist_for(memory)

    verdicts = [typist.insert(TEXT, None) for _ in range(3)]

    assert [verdict.outcome for verdict in verdicts] == [Outcome.DELIVERED] * 3
    assert gnome.told.count(f"pasted {TEXT}\n") == 3
    assert found(gnome) == "mine"
    keys = [line.split()[1:] for line in gnome.told.splitlines() if line.startswith("key")]
    assert keys[:4] == [["0xffe3", "1"], ["0x76", "1"], ["0x76", "0"], ["0xffe3", "0"]]
    typist.close()


def test_an_image_comes_back_whole(gnome: PortalProgram, typist: PastingTypist) -> None:
    order(gnome, "image")

    assert typist.insert(TEXT, None).outcome is Outcome.DELIVERED
    assert found(gnome) == "the image"


def test_an_empty_clipboard_is_empty_again(gnome: PortalProgram, typist: PastingTypist) -> None:
    assert typist.insert(TEXT, None).outcome is Outcome.DELIVERED
    assert found(gnome) == ""


def test_what_another_program_copies_meanwhile_stays(
    gnome: PortalProgram, typist: PastingTypist
) -> None:
    order(gnome, "copy mine")
    order(gnome, "steal theirs")

    assert typist.insert(TEXT, None).outcome is Outcome.DELIVERED
    assert found(gnome) == "theirs"


@pytest.mark.parametrize("managed", [False, True])
def test_what_no_program_asks_for_has_failed_and_stays_copied(
    gnome: PortalProgram, typist: PastingTypist, *, managed: bool
) -> None:
    """A clipboard manager that asked before the keys is not the program that was meant."""
    order(gnome, "copy mine")
    order(gnome, "deaf")
    if managed:
        order(gnome, "manager")

    verdict = typist.insert(TEXT, None)

    assert verdict.outcome is Outcome.FAILED
    assert isinstance(verdict.reason, NotPasted)
    assert found(gnome) == TEXT


def test_a_program_that_never_hands_over_what_it_copied_holds_nothing_up(
    gnome: PortalProgram, typist: PastingTypist
) -> None:
    order(gnome, "hang")

    assert typist.insert(TEXT, None).outcome is Outcome.DELIVERED


def test_late_news_of_an_earlier_owner_is_no_loss(
    gnome: PortalProgram, typist: PastingTypist
) -> None:
    """GNOME's portal passes such news on behind its answers."""
    order(gnome, "copy mine")
    order(gnome, "late")

    assert typist.insert(TEXT, None).outcome is Outcome.DELIVERED
    assert found(gnome) == "mine"


@pytest.mark.parametrize(("copied", "kept"), [("copy mine", "mine"), ("image", "the image")])
def test_what_was_copied_comes_back_though_its_formats_are_not_told(
    gnome: PortalProgram, typist: PastingTypist, copied: str, kept: str
) -> None:
    order(gnome, "untyped")
    order(gnome, copied)

    assert typist.insert(TEXT, None).outcome is Outcome.DELIVERED
    assert found(gnome) == kept


def test_copying_needs_no_focus(gnome: PortalProgram, typist: PastingTypist) -> None:
    assert typist.copy("copied").outcome is Outcome.DELIVERED
    assert found(gnome) == "copied"


def test_the_token_is_kept_and_given_back(gnome: PortalProgram, memory: Path) -> None:
    typist_for(memory).close()
    typist_for(memory).close()

    assert [line for line in gnome.told.splitlines() if line.startswith("asked")] == [
        "asked -",
        "asked a token",
    ]


def test_a_desktop_that_no_longer_heeds_the_token_is_not_waited_for(
    gnome: PortalProgram, memory: Path
) -> None:
    typist_for(memory).close()
    order(gnome, "silent")

    with pytest.raises(NotPossibleHere, match="not answered within 2"):
        typist_for(memory)
    with pytest.raises(NotPossibleHere, match="when Dictation starts"):
        with_the_portals_clipboard(memory, may_ask=False)


@pytest.mark.parametrize(
    ("answer", "reason"), [("refuse", "the user said no"), ("without", "allowed the clipboard")]
)
def test_without_leave_the_reason_is_told(
    gnome: PortalProgram, memory: Path, answer: str, reason: str
) -> None:
    order(gnome, answer)

    with pytest.raises(NotPossibleHere, match=reason):
        typist_for(memory)


def test_a_session_that_the_user_ends_is_no_success(
    gnome: PortalProgram, typist: PastingTypist
) -> None:
    order(gnome, "close")
    for thread in threading.enumerate():
        if thread.name == "clipboard":
            thread.join(PATIENCE_S)

    verdict = typist.insert(TEXT, None)

    assert verdict.outcome is Outcome.FAILED
    assert isinstance(verdict.reason, NoClipboard | DesktopGone)


class InTerminal:
    """The focus is in a terminal."""

    def target(self) -> Target:
        return Target(1, "kgx")


def test_in_a_known_terminal_its_own_keys_paste_and_no_line_is_run(
    gnome: PortalProgram, memory: Path
) -> None:
    means = with_the_portals_clipboard(memory, may_ask=True)
    typist = PastingTypist(InTerminal(), means, {"kgx": AppRule(enter=True)})

    assert typist.insert("one\ntwo", None).outcome is Outcome.DELIVERED

    assert "pasted one two\n" in gnome.told
    assert "key 0xffe1 1" in gnome.told  # Shift
    assert "key 0xff0d" not in gnome.told  # Return
    typist.close()


def test_what_a_terminal_that_hangs_may_paste_later_on_has_no_line_break(
    gnome: PortalProgram, memory: Path
) -> None:
    order(gnome, "deaf")
    typist = PastingTypist(InTerminal(), with_the_portals_clipboard(memory, may_ask=True))

    assert typist.insert("one\ntwo", None).outcome is Outcome.FAILED

    assert found(gnome) == "one two"
    typist.close()


def test_it_is_what_is_chosen_where_nothing_controls_the_clipboard(
    gnome: PortalProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "none-there")

    chosen = choose.typist(Session.WAYLAND, NoActiveWindow(), may_ask=True)

    assert chosen.candidate == "portal"
    assert chosen.service.insert(TEXT, None).outcome is Outcome.DELIVERED
    chosen.service.close()
