"""The conductor: key, microphone, recogniser, insertion and notification play together."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from dictation import paths, settings
from dictation.audio.journal import Journal
from dictation.audio.line import Standby
from dictation.desktop.conductor import Conductor, Parts
from dictation.desktop.history_window import HistoryWindow
from dictation.desktop.insertion_thread import Way
from dictation.desktop.live import is_possible
from dictation.desktop.notices import (
    AGAIN,
    COPY,
    HISTORY,
    UNDO_LAST,
    Notice,
    listening,
    password,
    trouble,
)
from dictation.desktop.tray.wishes import Wishes
from dictation.errors import (
    HotkeyLost,
    HotkeyTaken,
    InsertedInPieces,
    MicrophoneLost,
    MicrophoneSilent,
    ModelMissing,
    NotConfirmed,
    NotPasted,
    NotTheLastText,
    ServerAway,
    TypedInPart,
)
from dictation.history import History
from dictation.native.contracts import Listeners, Target
from dictation.recognition.messages import Stage, Unusable
from dictation.recognition.options import Options
from dictation.settings import (
    AppRule,
    Elsewhere,
    FinalPunctuation,
    HistorySettings,
    HotkeyMode,
    HotkeySettings,
    InsertionSettings,
    InsertionWay,
    MicrophoneSettings,
    NotificationSettings,
    Notify,
    Settings,
    SpokenLanguage,
)
from dictation.speech import AudioChunk, Hypothesis, Language, Outcome, Transcript, Verdict

PATIENCE_S = 10
SPEAKING = True
DELIVERED = Verdict(Outcome.DELIVERED, "paste")
EDITOR = Target(7, "editor")


class FakeRecogniser(QObject):
    recognised = Signal(object)
    failed = Signal(int, object)
    hypothesis = Signal(object)
    voice = Signal(int, bool)
    stage = Signal(object)
    prepared = Signal(float)
    advanced = Signal(int, float)
    substituted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, int]] = []
        self.heard: list[AudioChunk] = []

    def open(self, take: int, options: Options, replay: object) -> None:
        self.options = options
        self.asked.append(("open", take))

    def submit(self, take: int, options: object, replay: Callable[[], Any]) -> None:
        self.asked.append(("recover", take))
        assert sum(len(samples) for samples in replay())

    def hear(self, chunk: AudioChunk) -> None:
        self.heard.append(chunk)

    def finish(self, take: int) -> None:
        self.asked.append(("finish", take))

    def drop(self, take: int) -> None:
        self.asked.append(("drop", take))

    def end(self) -> None:
        self.asked.append(("end", 0))


class FakeInsertion(QObject):
    inserted = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[int, str, Target | None, Way]] = []
        self.verdict = DELIVERED
        self.at_once = True

    def insert(self, take: int, text: str, target: Target | None, way: Way) -> None:
        self.asked.append((take, text, target, way))
        if self.at_once:
            self.inserted.emit(take, self.verdict)

    def end(self) -> None:
        self.asked.append((0, "end", None, Way.COPY))


class FakeTray(Wishes):
    def __init__(self) -> None:
        super().__init__()
        self.states: list[str] = []
        self.last_text: str | None = None

    def show_state(self, state: Any, prepared: float | None = None) -> None:
        self.states.append(state.value)

    def set_last_text(self, text: str | None) -> None:
        self.last_text = text

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


class FakeNotifier(QObject):
    acted = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[int, Notice] = {}

    def show(self, take: int, notice: Notice) -> None:
        self.shown[take] = notice

    def close(self, take: int) -> None:
        self.shown.pop(take, None)

    def choose(self, chosen: NotificationSettings, *, has_history: bool) -> None:
        self.chosen, self.has_history = chosen, has_history

    def stop(self) -> None: ...


class FakeHotkey:
    def __init__(self) -> None:
        self.error: Exception | None = None
        self.escape: Callable[[], None] | None = None

    def start(self, listeners: Listeners) -> None:
        if self.error:
            raise self.error
        self.press, self.release = listeners.pressed, listeners.released
        self.lose = listeners.lost

    def watch_escape(self, on_escape: Callable[[], None] | None) -> None:
        self.escape = on_escape

    def stop(self) -> None:
        self.press = self.release = lambda: None


class FakeActiveWindow:
    def __init__(self) -> None:
        self.here: Target | None = EDITOR

    def target(self) -> Target | None:
        return self.here


class FakeCapture:
    """Writes a second of audio to the journal as soon as it is started."""

    def __init__(self, journal: Journal, listener: Any) -> None:
        self.journal, self.listener = journal, listener
        self.recording: dict[int, Any] = {}

    def start(self, take: int, device: str = "") -> None:
        self.recording[take] = self.journal.begin(take)
        samples = np.full(16_000, 0.25, np.float32)
        self.recording[take].append(samples)
        self.listener.began(take)
        self.listener.heard(AudioChunk(take, samples))

    def stop(self, take: int) -> None:
        if take in self.recording:
            self.recording.pop(take).seal()
            self.listener.ended(take)

    def stand_by(self, standby: Standby) -> None:
        self.standby = standby

    def close(self) -> None:
        for take in list(self.recording):
            self.recording.pop(take).seal()


class FakeApp:
    def __init__(self) -> None:
        self.has_quit = False

    def quit(self) -> None:
        self.has_quit = True


class Played:
    """The program with everything outside it played by fakes."""

    def __init__(self, qt: QApplication, folder: Path, chosen: Settings) -> None:
        self.qt = qt
        self.journal = Journal(folder / "journal")
        self.history = History(folder / "history.sqlite3")
        self.recogniser, self.insertion = FakeRecogniser(), FakeInsertion()
        self.tray, self.notifier, self.hotkey = FakeTray(), FakeNotifier(), FakeHotkey()
        self.order_keys = {command: FakeHotkey() for command in ("undo", "language")}
        self.app, self.window = FakeApp(), FakeActiveWindow()
        parts: Any = Parts(
            self.journal,
            self.history,
            self.recogniser,  # type: ignore[arg-type]
            self.insertion,  # type: ignore[arg-type]
            self.hotkey,
            self.order_keys,
            self.window,
            dict(chosen.apps),
            self.tray,  # type: ignore[arg-type]
            self.notifier,  # type: ignore[arg-type]
        )
        self.conductor = Conductor(
            parts,
            lambda listener: FakeCapture(self.journal, listener),  # type: ignore[arg-type,return-value]
            chosen,
            self.app,
        )

    def ready(self) -> Played:
        self.conductor.begin()
        self.recogniser.stage.emit(Stage.READY)
        self.settle()
        return self

    def settle(self) -> None:
        for _ in range(5):
            self.qt.processEvents()

    def wait(self, true: Callable[[], object]) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < until_s
            self.qt.processEvents()
            time.sleep(0.005)

    def speak(self) -> int:
        take = self.begin()
        self.release()
        return take

    def begin(self) -> int:
        self.hotkey.press()
        self.settle()
        return self.recogniser.asked[-1][1]

    def release(self) -> None:
        time.sleep(0.04)  # longer than a bounce
        self.hotkey.release()
        self.settle()

    def guess(self, take: int, final: str, tentative: str) -> None:
        self.recogniser.hypothesis.emit(Hypothesis(take, final, tentative))
        self.settle()

    def say(self, take: int, text: str) -> None:
        self.recogniser.recognised.emit(Transcript(take, (), text))
        self.settle()

    def end(self) -> None:
        self.conductor.end()


def kept(stage: Played, take: int) -> bool:
    return any(True for _ in stage.journal.read(take))


@pytest.fixture
def played(qt: QApplication, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    made: list[Played] = []

    def make(chosen: Settings | None = None) -> Played:
        made.append(Played(qt, tmp_path, chosen or Settings()))
        return made[-1]

    yield make
    for stage in made:
        stage.end()


def test_what_is_said_while_the_key_is_held_is_inserted_where_it_was_meant(played: Any) -> None:
    stage = played().ready()

    take = stage.speak()
    assert stage.recogniser.asked == [("open", take), ("finish", take)]
    assert sum(len(chunk.samples) for chunk in stage.recogniser.heard) == 16_000
    stage.say(take, "Hello there.")

    assert stage.insertion.asked == [(take, "Hello there.", EDITOR, Way.INSERT)]
    assert "Typed" in stage.notifier.shown[take].title
    assert stage.tray.last_text == "Hello there."
    assert stage.tray.states[-1] == "idle"
    stage.wait(lambda: not kept(stage, take))
    assert stage.history.last_text() == "Hello there."


def test_the_audio_stays_until_the_text_is_delivered(played: Any) -> None:
    stage = played().ready()

    take = stage.speak()

    assert kept(stage, take)


def test_copying_only_copies(played: Any) -> None:
    stage = played(Settings(insertion=InsertionSettings(copy_only=True))).ready()

    stage.say(stage.speak(), "Hello.")

    assert stage.insertion.asked[0][3] is Way.COPY


def test_a_text_that_could_not_be_inserted_is_told_with_the_reason(played: Any) -> None:
    stage = played().ready()
    stage.insertion.verdict = Verdict(Outcome.FAILED, "paste", NotPasted())

    take = stage.speak()
    stage.say(take, "Hello.")

    notice = stage.notifier.shown[take]
    assert "clipboard" in notice.title
    assert NotPasted.template in notice.body
    assert stage.history.last_text() == "Hello."


def test_escape_forgets_the_take(played: Any) -> None:
    stage = played().ready()
    stage.hotkey.press()
    stage.settle()
    take = stage.recogniser.asked[-1][1]
    assert stage.notifier.shown[take] == listening()

    stage.hotkey.escape()
    stage.settle()

    assert ("drop", take) in stage.recogniser.asked
    assert take not in stage.notifier.shown
    assert stage.hotkey.escape is None
    stage.say(take, "Hello.")
    assert not stage.insertion.asked
    stage.wait(lambda: not kept(stage, take))


def test_a_voice_that_goes_on_at_release_is_recorded_until_it_falls(played: Any) -> None:
    stage = played().ready()
    stage.hotkey.press()
    stage.settle()
    take = stage.recogniser.asked[-1][1]
    stage.recogniser.voice.emit(take, True)  # noqa: FBT003
    time.sleep(0.04)
    stage.hotkey.release()
    stage.settle()
    assert ("finish", take) not in stage.recogniser.asked

    stage.recogniser.voice.emit(take, False)  # noqa: FBT003
    stage.settle()

    assert ("finish", take) in stage.recogniser.asked


def test_without_a_loaded_model_the_last_word_gets_its_time(played: Any) -> None:
    stage = played()
    stage.conductor.begin()
    take = stage.speak()
    began_s = time.monotonic()

    stage.wait(lambda: ("finish", take) in stage.recogniser.asked)

    assert time.monotonic() - began_s > 0.3


def test_a_missing_model_is_told_and_the_recording_is_kept(played: Any) -> None:
    stage = played()
    stage.conductor.begin()
    missing = ModelMissing(name="SenseVoiceSmall", size="937 MB")
    stage.recogniser.stage.emit(Unusable(missing))
    stage.settle()
    assert stage.tray.states[-1] == "no-model"

    stage.hotkey.press()
    stage.settle()
    take = stage.recogniser.asked[-1][1]
    stage.recogniser.failed.emit(take, missing)
    stage.settle()

    notice = stage.notifier.shown[take]
    assert notice.title == "Not transcribed yet"
    assert "Set up…" in notice.lines
    assert kept(stage, take)


def test_what_was_said_without_a_model_is_transcribed_when_it_has_come_and_never_typed(
    played: Any,
) -> None:
    stage = played()
    stage.conductor.begin()
    take = stage.speak()
    stage.recogniser.failed.emit(take, ModelMissing(name="SenseVoiceSmall", size="937 MB"))
    stage.settle()

    stage.recogniser.stage.emit(Stage.READY)
    stage.settle()
    assert stage.recogniser.asked[-1] == ("recover", take)
    stage.say(take, "at last")

    assert stage.notifier.shown[take].title == "Transcribed at last"
    assert "at last" in stage.notifier.shown[take].lines
    assert [asked for asked in stage.insertion.asked if asked[1] == "at last"] == []
    assert stage.history.recent(1)[0].text == "at last"
    stage.wait(lambda: not kept(stage, take))


def test_what_a_window_tells_anyway_needs_no_notification(played: Any) -> None:
    stage = played()
    stage.conductor.is_told = lambda error: isinstance(error, ModelMissing)
    stage.conductor.begin()
    stage.recogniser.stage.emit(Unusable(ModelMissing(name="SenseVoiceSmall", size="937 MB")))
    stage.settle()
    assert stage.notifier.shown == {}


def test_what_an_earlier_run_left_is_offered_and_never_typed(played: Any, tmp_path: Path) -> None:
    earlier = Journal(tmp_path / "journal")
    writer = earlier.begin(41)
    writer.append(np.zeros(8_000, np.float32))
    writer.seal()
    earlier.close()
    stage = played().ready()
    assert ("recover", 41) in stage.recogniser.asked

    stage.say(41, "What I said before.")

    assert not stage.insertion.asked
    assert "Recovered" in stage.notifier.shown[41].title
    stage.notifier.acted.emit(41, COPY.key)
    stage.settle()
    assert stage.insertion.asked == [(0, "What I said before.", None, Way.COPY)]
    stage.wait(lambda: not kept(stage, 41))
    assert stage.speak() > 41


def test_a_text_that_was_not_typed_is_typed_where_the_focus_is_now(played: Any) -> None:
    stage = played().ready()
    stage.insertion.verdict = Verdict(Outcome.FAILED, "paste", NotPasted())
    take = stage.speak()
    stage.say(take, "Where to?")
    assert AGAIN in stage.notifier.shown[take].actions
    stage.insertion.verdict = Verdict(Outcome.DELIVERED, "paste")

    stage.notifier.acted.emit(take, AGAIN.key)
    stage.settle()

    assert stage.insertion.asked[-1] == (0, "Where to?", EDITOR, Way.INSERT)
    assert stage.notifier.shown[0].title == "Typed"


def test_the_last_text_can_be_typed_once_more(played: Any) -> None:
    stage = played().ready()
    stage.conductor.asked.emit("repeat", Future())  # nothing was said yet
    assert not stage.insertion.asked
    stage.say(stage.speak(), "Once more.")

    stage.conductor.asked.emit("repeat", Future())

    assert stage.insertion.asked[-1] == (0, "Once more.", EDITOR, Way.INSERT)


def test_keys_for_single_commands(played: Any) -> None:
    stage = played().ready()

    stage.order_keys["undo"].press()
    stage.settle()
    assert stage.insertion.asked[-1][3] is Way.UNDO
    for language in ("普通话", "English", "粵語", "日本語", "한국어", "Automatic"):
        stage.order_keys["language"].press()
        stage.settle()
        assert language in stage.notifier.shown[0].title


def test_text_goes_where_the_focus_is_if_that_is_chosen(played: Any) -> None:
    anywhere = Settings(insertion=InsertionSettings(elsewhere=Elsewhere.INSERT))
    stage = played(anywhere).ready()

    stage.say(stage.speak(), "Anywhere.")

    assert stage.insertion.asked[-1][2] is None


def test_a_rule_keeps_dictation_out_of_a_program(played: Any) -> None:
    rules = {EDITOR.app: AppRule(insert=InsertionWay.OFF)}
    stage = played(Settings(apps=rules)).ready()

    stage.hotkey.press()
    stage.settle()

    assert "off in" in stage.notifier.shown[0].title
    assert not [asked for asked in stage.recogniser.asked if asked[0] == "open"]


def test_nothing_is_recorded_in_a_password_field(played: Any) -> None:
    stage = played().ready()
    stage.window.here = replace(EDITOR, is_password=True)

    stage.hotkey.press()
    stage.settle()

    assert stage.notifier.shown[0] == password()
    assert not stage.recogniser.heard
    assert not stage.journal.leftovers()
    stage.hotkey.release()
    stage.window.here = EDITOR
    stage.speak()
    assert stage.recogniser.heard


def test_a_program_has_its_own_language(played: Any) -> None:
    rules = {EDITOR.app: AppRule(language=SpokenLanguage.JAPANESE)}
    stage = played(Settings(apps=rules)).ready()

    stage.speak()

    assert stage.recogniser.options.language is Language.JAPANESE


def test_what_is_written_is_what_the_user_wants_for_what_was_heard(
    played: Any, tmp_path: Path
) -> None:
    rules = {EDITOR.app: AppRule(replacements={"mail": "e-mail"})}
    everywhere = {"mail": "letter", "deep seek": "DeepSeek"}
    stage = played(Settings(apps=rules, replacements=everywhere)).ready()

    take = stage.speak()
    stage.say(take, "Mail Deep Seek.")
    assert stage.insertion.asked[-1][1] == "e-mail DeepSeek."
    assert stage.history.last_text() == "e-mail DeepSeek."
    assert "e-mail DeepSeek." in stage.notifier.shown[take].lines

    stage.window.here = Target(8, "another")
    stage.say(stage.speak(), "Mail Deep Seek.")
    assert stage.insertion.asked[-1][1] == "letter DeepSeek."


def test_what_was_recovered_is_written_so_too(played: Any, tmp_path: Path) -> None:
    earlier = Journal(tmp_path / "journal")
    writer = earlier.begin(41)
    writer.append(np.zeros(8_000, np.float32))
    writer.seal()
    earlier.close()
    stage = played(Settings(replacements={"deep seek": "DeepSeek"})).ready()

    stage.say(41, "Deep seek.")

    assert stage.history.last_text() == "DeepSeek."


LIVE = Settings(insertion=InsertionSettings(live=True))


def test_text_goes_in_while_one_still_speaks(played: Any) -> None:
    stage = played(LIVE).ready()
    take = stage.begin()

    stage.guess(take, "One.", " Tw")
    stage.guess(take, "One. Two.", "")
    stage.release()
    stage.say(take, "One. Two. Three.")

    assert [(number, text) for number, text, *_ in stage.insertion.asked] == [
        (-take, "One."),
        (-take, " Two."),
        (take, " Three."),
    ]
    assert stage.history.last_text() == "One. Two. Three."
    assert "Typed" in stage.notifier.shown[take].title


def test_pieces_are_written_as_the_user_wants_and_the_end_fits_them(played: Any) -> None:
    stage = played(replace(LIVE, replacements={"one": "1", "three": "3", "um": ""})).ready()
    stage.insertion.at_once = False
    take = stage.begin()
    stage.guess(take, "One.", "")
    stage.release()
    stage.say(take, "One. Two. Three um.")
    stage.insertion.at_once = True
    stage.insertion.inserted.emit(-take, DELIVERED)
    stage.settle()

    assert [text for _, text, *_ in stage.insertion.asked] == ["1.", " Two. 3."]
    assert stage.history.last_text() == "1. Two. 3."


def test_a_piece_of_which_nothing_is_written_waits_for_the_next(played: Any) -> None:
    stage = played(replace(LIVE, replacements={"um": ""})).ready()
    take = stage.begin()
    stage.guess(take, "um", "")
    assert not stage.insertion.asked
    stage.guess(take, "um one.", "")
    stage.release()
    stage.say(take, "um one. um")

    assert [text for _, text, *_ in stage.insertion.asked] == ["one."]
    assert "Typed" in stage.notifier.shown[take].title


def test_a_piece_that_may_have_arrived_is_not_inserted_once_more(played: Any) -> None:
    stage = played(LIVE).ready()
    take = stage.begin()
    stage.insertion.verdict = Verdict(Outcome.UNVERIFIED, "keyboard", NotConfirmed())
    stage.guess(take, "One.", "")
    stage.guess(take, "One. Two.", "")
    stage.release()
    stage.say(take, "One. Two. Three.")

    assert [text for _, text, *_ in stage.insertion.asked] == ["One.", " Two. Three."]


def test_behind_a_piece_that_was_torn_the_text_is_copied(played: Any) -> None:
    stage = played(LIVE).ready()
    take = stage.begin()
    torn = TypedInPart(done=2, total=4, reason="It hangs")
    stage.insertion.verdict = Verdict(Outcome.FAILED, "keyboard", torn)
    stage.guess(take, "One.", "")
    stage.release()
    stage.say(take, "One. Two.")

    assert stage.insertion.asked[-1][1:] == ("One. Two.", EDITOR, Way.COPY)


def test_nothing_is_left_for_the_end_if_all_of_it_is_there(played: Any) -> None:
    stage = played(LIVE).ready()
    take = stage.begin()

    stage.guess(take, "All of it.", "")
    stage.release()
    stage.say(take, "All of it.")

    assert len(stage.insertion.asked) == 1
    assert "Typed" in stage.notifier.shown[take].title
    assert stage.tray.states[-1] == "idle"


def test_the_end_waits_for_what_is_on_its_way(played: Any) -> None:
    stage = played(LIVE).ready()
    stage.insertion.at_once = False
    take = stage.begin()
    stage.guess(take, "One.", "")
    stage.release()
    stage.say(take, "One. Two.")
    assert len(stage.insertion.asked) == 1

    stage.insertion.at_once = True
    stage.insertion.inserted.emit(-take, DELIVERED)
    stage.settle()

    assert stage.insertion.asked[-1][:2] == (take, " Two.")


def test_what_did_not_arrive_is_among_the_rest(played: Any) -> None:
    stage = played(LIVE).ready()
    take = stage.begin()
    stage.guess(take, "One.", "")
    stage.insertion.verdict = Verdict(Outcome.FAILED, "paste", NotPasted())
    stage.guess(take, "One. Two.", "")
    stage.guess(take, "One. Two. Three.", "")
    stage.release()
    stage.say(take, "One. Two. Three. Four.")

    assert [text for _, text, *_ in stage.insertion.asked] == [
        "One.",
        " Two.",
        " Two. Three. Four.",
    ]


@pytest.mark.parametrize(
    ("key", "mode"), [("Right Ctrl", HotkeyMode.HOLD), ("Ctrl+Alt+D", HotkeyMode.TAP_OR_HOLD)]
)
def test_a_modifier_that_is_held_would_join_what_is_typed(key: str, mode: HotkeyMode) -> None:
    assert not is_possible(HotkeySettings(key=key, mode=mode))
    assert is_possible(HotkeySettings(key=key, mode=HotkeyMode.TOGGLE))
    assert is_possible(HotkeySettings(key="F9", mode=mode))


def test_a_take_ends_when_the_user_leaves(played: Any) -> None:
    stage = played().ready()
    take = stage.begin()

    stage.conductor.left.emit()
    stage.settle()

    assert ("finish", take) in stage.recogniser.asked
    stage.say(take, "Up to here.")
    assert stage.insertion.asked[-1][1] == "Up to here."


def test_a_rule_from_the_menu_counts_at_once_and_is_saved(played: Any) -> None:
    stage = played().ready()
    stage.tray.menu_opening.emit()

    stage.tray.rule_chosen.emit(EDITOR.app, AppRule(insert=InsertionWay.OFF))
    stage.hotkey.press()
    stage.settle()

    assert "off in" in stage.notifier.shown[0].title
    stage.conductor._choices.end()
    assert settings.load(paths.settings_file()).apps == {
        EDITOR.app: AppRule(insert=InsertionWay.OFF)
    }


def test_a_silent_microphone_is_told_and_the_take_goes_on(played: Any) -> None:
    stage = played().ready()
    stage.hotkey.press()
    stage.settle()
    take = stage.recogniser.asked[-1][1]

    stage.conductor.lost.emit(take, MicrophoneSilent())
    stage.settle()
    assert stage.tray.states[-1] == "listening"
    assert MicrophoneSilent.template in stage.notifier.shown[take].lines

    stage.conductor.lost.emit(take, MicrophoneLost())
    stage.settle()
    assert ("finish", take) in stage.recogniser.asked


def test_a_taken_hotkey_is_named(played: Any) -> None:
    stage = played()
    stage.hotkey.error = HotkeyTaken(key="F9")

    stage.conductor.begin()

    assert "F9" in stage.notifier.shown[0].body


def test_a_hotkey_that_is_lost_is_told(played: Any) -> None:
    stage = played().ready()

    stage.hotkey.lose(HotkeyLost(reason="the desktop has ended it"))

    assert "tray icon" in stage.notifier.shown[0].body


def test_a_paused_hotkey_starts_nothing_until_it_is_resumed(played: Any) -> None:
    stage = played().ready()

    stage.tray.pause_asked.emit()
    stage.hotkey.press()
    stage.settle()
    assert not stage.recogniser.asked

    stage.tray.resume_asked.emit()
    take = stage.speak()
    assert stage.recogniser.asked == [("open", take), ("finish", take)]


def test_what_is_being_dictated_ends_with_the_pause_and_is_not_lost(played: Any) -> None:
    """Nobody would hear the hotkey come up."""
    stage = played().ready()
    take = stage.begin()

    stage.tray.pause_asked.emit()
    stage.settle()

    assert ("finish", take) in stage.recogniser.asked


def test_the_tray_still_toggles_while_the_hotkey_is_paused(played: Any) -> None:
    stage = played().ready()
    stage.tray.pause_asked.emit()
    stage.tray.toggle_asked.emit()
    stage.settle()
    assert stage.tray.states[-1] == "listening"


def test_a_hotkey_that_another_program_took_meanwhile_is_told(played: Any) -> None:
    stage = played().ready()
    stage.tray.pause_asked.emit()
    stage.hotkey.error = HotkeyTaken(key="F9")

    stage.tray.resume_asked.emit()

    assert "F9" in stage.notifier.shown[0].body


def test_toggling(played: Any) -> None:
    toggled = Settings(hotkey=HotkeySettings(mode=HotkeyMode.TOGGLE))
    stage = played(toggled).ready()

    take = stage.speak()
    assert ("finish", take) not in stage.recogniser.asked
    time.sleep(0.04)
    stage.speak()

    assert ("finish", take) in stage.recogniser.asked


def test_commands_from_outside_do_what_the_key_does(played: Any) -> None:
    stage = played().ready()
    with ThreadPoolExecutor() as pool:

        def ask(command: str) -> dict[str, Any]:
            answer = pool.submit(stage.conductor.answer, command)
            stage.wait(answer.done)
            return answer.result()

        assert ask("status")["state"] == "idle"
        assert ask("start")["state"] == "listening"
        take = stage.recogniser.asked[-1][1]
        assert ask("stop")["state"] == "working"
        stage.say(take, "")
        assert ask("toggle")["state"] == "listening"
        assert ask("cancel")["state"] == "idle"
        ask("quit")
    stage.wait(lambda: stage.app.has_quit)


def test_what_is_chosen_in_the_tray_is_saved(played: Any) -> None:
    stage = played().ready()

    stage.tray.language_chosen.emit("yue")
    stage.tray.copy_only_chosen.emit(True)  # noqa: FBT003
    stage.wait(lambda: settings.load(paths.settings_file()).insertion.copy_only)

    saved = settings.load(paths.settings_file())
    assert saved == replace(
        Settings(),
        recognition=replace(saved.recognition, language=settings.SpokenLanguage.CANTONESE),
        insertion=InsertionSettings(copy_only=True),
    )


def away() -> ServerAway:
    return ServerAway(server="http://box:2002", reason="connection refused")


def test_a_take_that_no_server_transcribed_is_kept_and_offered_when_one_is_back(
    played: Any,
) -> None:
    stage = played().ready()
    take = stage.speak()

    stage.recogniser.failed.emit(take, away())
    stage.settle()
    assert stage.notifier.shown[take].title == "Not transcribed yet"
    assert "kept" in stage.notifier.shown[take].lines
    assert kept(stage, take)
    assert ("recover", take) not in stage.recogniser.asked

    stage.recogniser.stage.emit(Stage.READY)
    stage.settle()
    assert stage.recogniser.asked[-1] == ("recover", take)
    stage.recogniser.failed.emit(take, away())  # it was back for a moment only
    stage.recogniser.stage.emit(Stage.READY)
    stage.settle()
    assert stage.recogniser.asked.count(("recover", take)) == 2
    stage.say(take, "Kept words.")

    assert "Recovered" in stage.notifier.shown[take].title
    assert not stage.insertion.asked
    assert stage.history.last_text() == "Kept words."
    stage.wait(lambda: not kept(stage, take))
    stage.recogniser.stage.emit(Stage.READY)
    stage.settle()
    assert stage.recogniser.asked.count(("recover", take)) == 2


def test_who_is_heard_here_because_the_server_is_away_is_told_so(played: Any) -> None:
    stage = played().ready()

    stage.recogniser.substituted.emit(away())

    (notice,) = stage.notifier.shown.values()
    assert notice.title == "The server is away"
    assert "http://box:2002" in notice.body
    assert "this computer" in notice.body


# --- the past


def test_the_recording_is_kept_before_the_journal_gives_it_up(played: Any) -> None:
    stage = played().ready()
    stage.history.keep(HistorySettings())

    take = stage.speak()
    stage.say(take, "Hello.")
    stage.wait(lambda: not kept(stage, take))

    stage.wait(lambda: stage.history.recent(1)[0].has_sound)
    assert stage.history.recent(1)[0].app == EDITOR.app
    assert stage.history.sound_file(take).exists()


def test_in_private_mode_the_last_text_is_still_there_until_the_end(played: Any) -> None:
    stage = played().ready()
    stage.say(stage.speak(), "Known.")
    stage.history.keep(HistorySettings(private=True))
    stage.say(stage.speak(), "Secret.")
    stage.tray.copy_last_asked.emit()

    assert stage.insertion.asked[-1][1] == "Secret."
    assert stage.history.last_text() == "Known."


def past_window(stage: Played) -> HistoryWindow:
    """Opened from the tray."""
    stage.tray.history_asked.emit()
    windows = [each for each in stage.qt.topLevelWidgets() if isinstance(each, HistoryWindow)]
    (window,) = (each for each in windows if each.isVisible())
    return window


def test_a_deleted_text_cannot_be_copied_from_the_tray_any_more(played: Any) -> None:
    stage = played().ready()
    take = stage.speak()
    stage.say(take, "Secret.")
    past_window(stage).deleted.emit([take])

    stage.history.delete([take]).result(PATIENCE_S)
    stage.tray.copy_last_asked.emit()
    assert stage.insertion.asked[-1][3] is Way.INSERT


def test_a_recording_is_recognised_again_as_another_language(played: Any) -> None:
    stage = played().ready()
    stage.history.keep(HistorySettings())
    take = stage.speak()
    stage.say(take, "Hello.")
    stage.wait(lambda: stage.history.recent(1)[0].has_sound)
    window = past_window(stage)
    window.again_asked.emit(take, "yue")

    (recovering, number) = stage.recogniser.asked[-1]
    assert (recovering, number > take) == ("recover", True)
    before = list(stage.insertion.asked)
    stage.say(number, "哈囉")
    assert stage.insertion.asked == before
    assert stage.history.recent(1)[0].text == "Hello."


def test_private_mode_is_chosen_in_the_window_and_saved(played: Any) -> None:
    stage = played().ready()
    past_window(stage).private_chosen.emit(True)  # noqa: FBT003 - a signal's

    assert stage.history.is_private
    stage.end()
    assert settings.load(paths.settings_file()).history.private


def test_a_silence_ends_a_take_that_was_tapped_and_it_is_transcribed(played: Any) -> None:
    microphone = MicrophoneSettings(silence_stop_s=1)
    hotkey = HotkeySettings(mode=HotkeyMode.TOGGLE)
    stage = played(Settings(microphone=microphone, hotkey=hotkey)).ready()
    take = stage.begin()
    stage.recogniser.voice.emit(take, SPEAKING)
    time.sleep(0.04)
    stage.hotkey.release()
    stage.recogniser.voice.emit(take, not SPEAKING)

    stage.wait(lambda: ("finish", take) in stage.recogniser.asked)
    stage.say(take, "Hello.")

    assert stage.insertion.asked == [(take, "Hello.", EDITOR, Way.INSERT)]


def test_what_is_wished_of_the_microphone_reaches_it_at_once(played: Any) -> None:
    stage = played().ready()
    capture: Any = stage.conductor._capture
    assert capture.standby == Standby()
    chosen = Settings(microphone=MicrophoneSettings(device="headset", keep_open=True))

    stage.conductor._choices.choose(chosen)

    assert capture.standby == Standby("headset", keep_open=True)


def test_what_is_wished_of_notifications_reaches_them_at_once(played: Any) -> None:
    stage = played().ready()
    assert stage.notifier.has_history
    quiet = NotificationSettings(takes=Notify.PROBLEMS, text=False)

    stage.conductor._choices.choose(
        Settings(notifications=quiet, history=HistorySettings(private=True))
    )

    assert stage.notifier.chosen == quiet
    assert not stage.notifier.has_history


def test_the_last_text_is_taken_away_from_its_bubble(played: Any) -> None:
    stage = played().ready()
    take = stage.speak()
    stage.say(take, "Hello.")

    stage.notifier.acted.emit(take, UNDO_LAST.key)
    stage.settle()

    assert stage.insertion.asked[-1] == (0, "", None, Way.UNDO)


def test_an_older_text_is_not_taken_away_and_it_is_said_why(played: Any) -> None:
    stage = played().ready()
    older = stage.speak()
    stage.say(older, "One.")
    newer = stage.speak()
    stage.say(newer, "Two.")

    stage.notifier.acted.emit(older, UNDO_LAST.key)
    stage.settle()

    assert stage.insertion.asked[-1][0] == newer
    assert stage.notifier.shown[0] == trouble(NotTheLastText())


def test_a_text_that_was_inserted_while_it_was_spoken_is_not_taken_away(played: Any) -> None:
    stage = played(Settings(insertion=InsertionSettings(live=True))).ready()
    take = stage.begin()
    stage.guess(take, "One. ", "two")
    stage.release()
    stage.say(take, "One. Two.")

    stage.notifier.acted.emit(take, UNDO_LAST.key)
    stage.settle()

    assert all(way is not Way.UNDO for *_, way in stage.insertion.asked)
    assert stage.notifier.shown[0] == trouble(InsertedInPieces())


def test_the_history_opens_from_a_bubble(played: Any) -> None:
    stage = played().ready()
    take = stage.speak()
    stage.say(take, "Hello.")

    stage.notifier.acted.emit(take, HISTORY.key)

    windows = [w for w in stage.qt.topLevelWidgets() if isinstance(w, HistoryWindow)]
    stage.wait(lambda: any(window.isVisible() for window in windows))
    for window in windows:
        window.close()


def test_a_text_ends_as_is_wished_where_it_is_inserted_and_where_it_is_kept(played: Any) -> None:
    insertion = InsertionSettings(final_punctuation=FinalPunctuation.REMOVE_STOP)
    stage = played(Settings(insertion=insertion)).ready()
    take = stage.speak()
    stage.say(take, "One. Two.")

    assert stage.insertion.asked == [(take, "One. Two", EDITOR, Way.INSERT)]
    assert stage.history.last_text() == "One. Two"
    assert stage.notifier.shown[take].said == "One. Two"


def test_live_text_has_the_sign_at_its_end_only_where_that_is_wished(played: Any) -> None:
    insertion = InsertionSettings(live=True, final_punctuation=FinalPunctuation.REMOVE_STOP)
    stage = played(Settings(insertion=insertion)).ready()
    take = stage.begin()
    stage.guess(take, "One.", "")
    stage.guess(take, "One. Two.", "")
    stage.release()
    stage.say(take, "One. Two.")

    assert [text for _, text, _, _ in stage.insertion.asked] == ["One", ". Two"]
    assert stage.history.last_text() == "One. Two"
