"""The whole program on a whole desktop: somebody holds a key, speaks, and the words are typed."""

from __future__ import annotations

import difflib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from dictation.history import Stage
from dictation.lab.dictation_program import DEMO_SETTINGS, DictationProgram
from dictation.lab.editors import Editor, gtk_editor, qt_editor, terminal
from dictation.lab.notification_log import Notification
from dictation.lab.speaking import hold_and_speak, wait_for_last_word
from dictation.lab.virtual_desktop import VirtualDesktop
from dictation.settings import AppRule, InsertionSettings, InsertionWay
from dictation.speech import SAMPLE_RATE_HZ

from ..conftest import Clip
from ..servers import running

TEXT_S = 30.0
COPY_ONLY = replace(DEMO_SETTINGS, insertion=InsertionSettings(copy_only=True))
LIVE = replace(DEMO_SETTINGS, insertion=InsertionSettings(live=True))
TYPED = replace(DEMO_SETTINGS, apps={"*": AppRule(insert=InsertionWay.TYPE)})
FLAGS = {"en": "🇬🇧", "ja": "🇯🇵", "ko": "🇰🇷", "yue": "🇭🇰", "zh": "🇨🇳"}


@dataclass(frozen=True, slots=True)
class Utterance:
    """A recording, and the text that `dictation transcribe` makes of it."""

    recording: Path
    text: str


@pytest.fixture(scope="module")
def shared_program(desktop: VirtualDesktop) -> Iterator[DictationProgram]:
    program = DictationProgram(desktop)
    program.start()
    yield program
    program.running.end()


@pytest.fixture
def program(shared_program: DictationProgram) -> DictationProgram:
    """Running, with the demonstration model loaded, and idle."""
    if not shared_program.running.alive:
        shared_program.start()
    shared_program.wait_until_ready()
    return shared_program


@pytest.fixture
def stopped_program(shared_program: DictationProgram) -> Iterator[DictationProgram]:
    """Not running: the test starts it as it needs it, and the next test starts it anew."""
    shared_program.running.end()
    yield shared_program
    shared_program.running.end()


@pytest.fixture
def open_editor(desktop: VirtualDesktop) -> Iterator[Callable[..., Editor]]:
    """Opens editors that are closed after the test."""
    opened: list[Editor] = []

    def open_(kind: Callable[[VirtualDesktop], Editor] = qt_editor) -> Editor:
        opened.append(kind(desktop))
        return opened[-1]

    yield open_
    for editor in opened:
        editor.program.end()


@pytest.fixture(params=[qt_editor, gtk_editor, terminal])
def editor(request: pytest.FixtureRequest, open_editor: Callable[..., Editor]) -> Editor:
    """One of each kind, in turn."""
    return open_editor(request.param)


@pytest.fixture(autouse=True)
def no_key_stays_down(desktop: VirtualDesktop) -> Iterator[None]:
    yield
    down = desktop.keys_down()
    for key in down:
        desktop.release(key)
    assert down == frozenset()


@pytest.fixture(scope="module")
def utterances(desktop: VirtualDesktop, clips: list[Clip]) -> dict[str, Utterance]:
    """One a language: of those that the model hears as they were written, what it is surest of."""
    spoken = [clip for clip in clips if clip.language in FLAGS]
    transcribed = subprocess.run(
        [sys.executable, "-m", "dictation", "transcribe", "--model", "demo", "--json"]
        + [str(clip.file) for clip in spoken],
        env=desktop.environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    answers = map(json.loads, transcribed.stdout.splitlines())
    surest: dict[str, tuple[float, Utterance]] = {}
    for clip, answer in zip(spoken, answers, strict=True):
        if answer["text"] == clip.written:
            tokens = [token for segment in answer["segments"] for token in segment["tokens"]]
            sure = min(token["confidence"] for token in tokens), Utterance(clip.file, clip.written)
            surest[clip.language] = max(
                surest.get(clip.language, sure), sure, key=lambda pair: pair[0]
            )
    return {language: utterance for language, (_, utterance) in surest.items()}


@pytest.fixture(scope="module")
def english(utterances: dict[str, Utterance]) -> Utterance:
    return utterances["en"]


@pytest.fixture(scope="module")
def chinese(utterances: dict[str, Utterance]) -> Utterance:
    return utterances["zh"]


def is_heard(text: str | bytes | None, *utterances: Utterance) -> bool:
    """Whether it is what was said, in this order, give or take what a busy machine's sound costs.

    That an insertion is exact is another matter: what is typed is held against what is told.
    """
    heard = text.decode() if isinstance(text, bytes) else text or ""
    said = "".join(utterance.text for utterance in utterances)
    return difflib.SequenceMatcher(None, heard.strip(), said).ratio() > 0.8


def outcome_of(
    act: Callable[[], object], desktop: VirtualDesktop, program: DictationProgram, takes: int = 1
) -> Notification:
    """Does it, waits until so many takes are over, and returns what was told of the last."""
    before = len(desktop.outcomes())
    act()
    desktop.wait(lambda: len(desktop.outcomes()) >= before + takes, TEXT_S, "The outcome")
    program.wait_until("idle")
    return desktop.outcomes()[-1]


def dictate(
    desktop: VirtualDesktop, program: DictationProgram, utterance: Utterance
) -> Notification:
    return outcome_of(lambda: hold_and_speak(desktop, utterance.recording), desktop, program)


def recogniser_of(program: DictationProgram) -> int:
    """The process number of the child that has the model."""
    (found,) = (pid for pid in children_of(program.running.pid) if is_recogniser(pid))
    return found


def is_recogniser(pid: int) -> bool:
    return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()


def children_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


# --- the main thing


@pytest.mark.parametrize("language", FLAGS)
def test_what_is_said_is_typed(
    desktop: VirtualDesktop,
    program: DictationProgram,
    editor: Editor,
    utterances: dict[str, Utterance],
    language: str,
) -> None:
    utterance = utterances[language]
    desktop.set_clipboard("UTF8_STRING", "vorher · 之前".encode())
    told = dictate(desktop, program, utterance)
    assert editor.text.strip() == told.text
    assert is_heard(told.text, utterance)
    assert told.summary.startswith(FLAGS[language])
    assert told.summary.endswith("Typed")
    assert desktop.clipboard() == "vorher · 之前".encode()


def test_a_picture_on_the_clipboard_is_the_same_afterwards(
    desktop: VirtualDesktop,
    program: DictationProgram,
    open_editor: Callable[..., Editor],
    english: Utterance,
) -> None:
    picture = np.random.default_rng(3).bytes(700_000)
    editor = open_editor()
    desktop.set_clipboard("image/png", picture)
    dictate(desktop, program, english)
    assert is_heard(editor.text, english)
    assert desktop.clipboard("image/png") == picture


def test_two_takes_are_typed_in_the_order_in_which_they_were_spoken(
    desktop: VirtualDesktop,
    program: DictationProgram,
    open_editor: Callable[..., Editor],
    english: Utterance,
    chinese: Utterance,
) -> None:
    editor, recogniser = open_editor(), recogniser_of(program)

    def speak_twice() -> None:
        os.kill(recogniser, signal.SIGSTOP)  # the first is still undecoded while the second begins
        try:
            hold_and_speak(desktop, english.recording)
            hold_and_speak(desktop, chinese.recording)
            assert editor.text == ""
        finally:
            os.kill(recogniser, signal.SIGCONT)

    outcome_of(speak_twice, desktop, program, takes=2)
    assert is_heard(editor.text, english, chinese)


def test_a_second_take_right_after_the_first_loses_nothing(
    desktop: VirtualDesktop,
    program: DictationProgram,
    open_editor: Callable[..., Editor],
    english: Utterance,
) -> None:
    editor = open_editor()

    def speak_twice() -> None:
        hold_and_speak(desktop, english.recording)
        hold_and_speak(desktop, english.recording)

    outcome_of(speak_twice, desktop, program, takes=2)
    assert is_heard(editor.text, english, english)


def test_what_was_said_while_the_model_was_loading_is_typed(
    desktop: VirtualDesktop,
    stopped_program: DictationProgram,
    open_editor: Callable[..., Editor],
    english: Utterance,
) -> None:
    program, editor = stopped_program, open_editor()
    program.start()
    desktop.wait(lambda: desktop.is_grabbed("F9"), what="The hotkey")
    assert program.status()["model"] != "ready"
    dictate(desktop, program, english)
    assert is_heard(editor.text, english)


def test_silence_types_nothing_and_says_so(
    desktop: VirtualDesktop,
    program: DictationProgram,
    open_editor: Callable[..., Editor],
    clips: list[Clip],
) -> None:
    editor = open_editor()
    quiet = min(
        (clip for clip in clips if clip.language == "nospeech"),
        key=lambda clip: float(np.abs(clip.samples).max()),
    )
    told = outcome_of(lambda: hold_and_speak(desktop, quiet.file), desktop, program)
    assert editor.text == ""
    assert told.summary.endswith("No speech heard")


# --- other ways to begin and to end


def test_escape_cancels(
    desktop: VirtualDesktop,
    program: DictationProgram,
    open_editor: Callable[..., Editor],
    english: Utterance,
) -> None:
    editor = open_editor()
    desktop.press("F9")
    program.wait_until("listening")
    heard = desktop.play(english.recording)
    wait_for_last_word(heard, english.recording)
    desktop.type_keys("Escape")
    program.wait_until("idle")
    desktop.release("F9")
    assert program.takes(1)[0].stage is Stage.CANCELLED
    assert not desktop.is_grabbed("Escape")
    # Whatever came late of it would be there before the words of the next take.
    dictate(desktop, program, english)
    assert is_heard(editor.text, english)


def test_the_command_line_begins_and_ends_a_take(
    desktop: VirtualDesktop,
    program: DictationProgram,
    open_editor: Callable[..., Editor],
    english: Utterance,
) -> None:
    editor = open_editor()

    def speak_between_toggles() -> None:
        assert program.command("toggle").returncode == 0
        assert program.status()["state"] == "listening"
        wait_for_last_word(desktop.play(english.recording), english.recording)
        assert program.command("toggle").returncode == 0

    outcome_of(speak_between_toggles, desktop, program)
    assert is_heard(editor.text, english)


def test_only_copied_where_that_is_wanted(
    desktop: VirtualDesktop,
    stopped_program: DictationProgram,
    open_editor: Callable[..., Editor],
    chinese: Utterance,
) -> None:
    program, editor = stopped_program, open_editor()
    program.start(COPY_ONLY)
    program.wait_until_ready()
    told = dictate(desktop, program, chinese)
    assert told.summary.endswith("Copied")
    assert is_heard(desktop.clipboard(), chinese)
    assert editor.text == ""


def test_text_goes_in_while_one_still_speaks(
    desktop: VirtualDesktop,
    stopped_program: DictationProgram,
    open_editor: Callable[..., Editor],
    english: Utterance,
    tmp_path: Path,
) -> None:
    program, editor = stopped_program, open_editor()
    program.start(LIVE)
    program.wait_until_ready()
    spoken, _ = soundfile.read(english.recording, dtype="float32")
    pause = np.zeros(SAMPLE_RATE_HZ, np.float32)
    recording = tmp_path / "three.wav"
    soundfile.write(recording, np.concatenate([spoken, pause] * 3), SAMPLE_RATE_HZ)

    desktop.press("F9")
    heard = desktop.play(recording)
    desktop.wait(lambda: editor.text, TEXT_S, "The first words")
    assert program.status()["state"] == "listening"
    wait_for_last_word(heard, recording)
    told = outcome_of(lambda: desktop.release("F9"), desktop, program)

    (take,) = program.takes(1)
    assert editor.text == take.text
    assert is_heard(take.text, english, english, english)
    assert told.summary.endswith("Typed")


@pytest.mark.parametrize("kind", [qt_editor, terminal])
def test_a_rule_has_text_typed_key_by_key_and_nothing_is_claimed_that_nobody_knows(
    desktop: VirtualDesktop,
    stopped_program: DictationProgram,
    open_editor: Callable[..., Editor],
    chinese: Utterance,
    kind: Callable[[VirtualDesktop], Editor],
) -> None:
    program, editor = stopped_program, open_editor(kind)
    program.start(TYPED)
    program.wait_until_ready()
    desktop.set_clipboard("UTF8_STRING", b"before")
    told = dictate(desktop, program, chinese)
    (take,) = program.takes(1)
    desktop.wait(lambda: editor.text.strip() == take.text, what="The text")
    assert is_heard(take.text, chinese)
    if kind is qt_editor:
        assert told.summary.endswith("Typed")
        assert desktop.clipboard() == b"before"
    else:  # a terminal answers no pings
        assert told.summary.endswith("Typed, and kept on the clipboard")
        assert "does not tell" in told.text
        assert desktop.clipboard().decode() == take.text


def test_without_a_window_the_text_is_on_the_clipboard(
    desktop: VirtualDesktop, program: DictationProgram, english: Utterance
) -> None:
    told = dictate(desktop, program, english)
    assert "clipboard" in told.summary
    assert is_heard(desktop.clipboard(), english)


def test_the_notification_copies_the_text(
    desktop: VirtualDesktop,
    program: DictationProgram,
    open_editor: Callable[..., Editor],
    english: Utterance,
) -> None:
    open_editor()
    desktop.set_clipboard("UTF8_STRING", b"before")
    told = dictate(desktop, program, english)
    assert "copy" in told.actions
    assert desktop.clipboard() == b"before"
    desktop.invoke_notification_action(told, "copy")
    desktop.wait(lambda: is_heard(desktop.clipboard(), english), what="The copied text")


# --- the program's life


def test_a_second_start_hands_over_to_the_first(
    desktop: VirtualDesktop, program: DictationProgram
) -> None:
    before = len(desktop.notifications())
    second = program.command()
    assert (second.returncode, second.stdout) == (0, "")
    desktop.wait(lambda: len(desktop.notifications()) > before, what="The greeting")
    assert "F9" in desktop.notifications()[-1].text
    assert program.status()["pid"] == program.running.pid


def test_a_take_that_was_cut_short_is_offered_and_not_typed(
    desktop: VirtualDesktop,
    stopped_program: DictationProgram,
    open_editor: Callable[..., Editor],
    english: Utterance,
) -> None:
    program, editor = stopped_program, open_editor()
    program.start()
    program.wait_until_ready()
    recogniser = recogniser_of(program)
    desktop.press("F9")
    wait_for_last_word(desktop.play(english.recording), english.recording)
    time.sleep(1.2)  # the journal is flushed each second
    os.kill(program.running.pid, signal.SIGKILL)
    desktop.wait(lambda: not program.running.alive, what="The program's end")
    desktop.wait(lambda: is_gone(recogniser), 10, "The end of the recogniser")
    desktop.release("F9")

    told = outcome_of(program.start, desktop, program)
    assert told.summary.endswith("Recovered")
    assert is_heard(told.text.partition("\n")[0], english)
    assert "copy" in told.actions
    assert program.takes(1)[0].stage is Stage.RECOVERED
    assert editor.text == ""
    dictate(desktop, program, english)
    assert is_heard(editor.text, english)


def test_a_recogniser_that_dies_while_one_speaks_costs_no_word(
    desktop: VirtualDesktop,
    program: DictationProgram,
    open_editor: Callable[..., Editor],
    english: Utterance,
) -> None:
    editor = open_editor()

    def speak_and_kill() -> None:
        desktop.press("F9")
        heard = desktop.play(english.recording)
        time.sleep(0.8)
        os.kill(recogniser_of(program), signal.SIGKILL)
        wait_for_last_word(heard, english.recording)
        desktop.release("F9")

    outcome_of(speak_and_kill, desktop, program)
    assert is_heard(editor.text, english)


def test_a_server_that_dies_while_one_speaks_costs_no_word(
    desktop: VirtualDesktop,
    stopped_program: DictationProgram,
    open_editor: Callable[..., Editor],
    english: Utterance,
) -> None:
    program, editor = stopped_program, open_editor()
    with running() as server:
        recognition = replace(DEMO_SETTINGS.recognition, server=server.at().address)
        program.start(replace(DEMO_SETTINGS, recognition=recognition))
        program.wait_until_ready()
        assert not any(map(is_recogniser, children_of(program.running.pid)))
        dictate(desktop, program, english)
        first = program.takes(1)[0].text
        assert is_heard(first, english)

        def speak_and_kill() -> None:
            desktop.press("F9")
            heard = desktop.play(english.recording)
            time.sleep(0.8)
            server.kill()
            wait_for_last_word(heard, english.recording)
            desktop.release("F9")

        outcome_of(speak_and_kill, desktop, program, takes=2)  # one is that the server is away
    second = program.takes(1)[0].text
    assert is_heard(second, english)
    assert editor.text == f"{first} {second}"
    away, typed = desktop.outcomes()[-2:]
    assert away.summary == "The server is away"
    assert typed.summary.endswith("Typed")


def test_asked_to_end_it_lets_everything_go(
    desktop: VirtualDesktop, stopped_program: DictationProgram, english: Utterance
) -> None:
    program = stopped_program
    program.start()
    program.wait_until_ready()
    children = children_of(program.running.pid)
    assert desktop.is_grabbed("F9")
    desktop.press("F9")
    wait_for_last_word(desktop.play(english.recording), english.recording)
    assert desktop.is_grabbed("Escape")
    os.kill(program.running.pid, signal.SIGTERM)
    assert program.running.wait(10) == 0
    assert program.running.output == ""
    assert not desktop.is_grabbed("F9")
    assert not desktop.is_grabbed("Escape")
    assert desktop.keys_down() == {"F9"}  # that is our finger
    desktop.release("F9")
    desktop.wait(lambda: all(is_gone(child) for child in children), what="The end of all children")
    assert desktop.tray_icons() == ()
    told = outcome_of(program.start, desktop, program)
    assert told.summary.endswith("Recovered")
    assert is_heard(told.text.partition("\n")[0], english)


def test_quit_ends_it(desktop: VirtualDesktop, stopped_program: DictationProgram) -> None:
    program = stopped_program
    program.start()
    assert program.command("quit").returncode == 0
    assert program.running.wait(10) == 0
    unanswered = program.command("toggle")
    assert unanswered.returncode != 0
    assert "not running" in unanswered.stderr.lower()


def test_each_take_has_one_bubble(
    desktop: VirtualDesktop,
    program: DictationProgram,
    open_editor: Callable[..., Editor],
    english: Utterance,
) -> None:
    open_editor()
    before = len(desktop.notifications())
    dictate(desktop, program, english)
    forms = desktop.notifications()[before:]
    assert [form.summary for form in forms[:2]] == ["Listening…", "Transcribing…"]
    assert all(later.replaces == earlier.id for earlier, later in pairwise(forms))


def test_logs_tell_what_happened_and_never_what_was_said(
    desktop: VirtualDesktop,
    program: DictationProgram,
    open_editor: Callable[..., Editor],
    chinese: Utterance,
) -> None:
    open_editor()
    told = dictate(desktop, program, chinese)
    folder = Path(desktop.environment["XDG_STATE_HOME"])
    logs = "".join(log.read_text(encoding="utf-8") for log in folder.rglob("*.log"))
    assert "characters delivered by paste" in logs
    assert told.text not in logs
    assert not any(character in logs for character in told.text if character >= "\u4e00")
    assert all(log.stat().st_mode & 0o077 == 0 for log in folder.rglob("*.log"))
