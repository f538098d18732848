"""What the overlay shows, and for how long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dictation import session
from dictation.desktop.overlay import words
from dictation.desktop.overlay.scene import (
    Face,
    Flowing,
    Mute,
    Scene,
    Waiting,
    clock,
    passed,
    settled,
    told,
)
from dictation.errors import (
    FocusMoved,
    MicrophoneLost,
    MicrophoneSilent,
    ModelMissing,
    NotPasted,
    RecogniserFault,
)
from dictation.session import Idle, Listening, Phase, State
from dictation.speech import Hypothesis, Language, Outcome, Transcript, Verdict

from .segments import segment

DELIVERED = Verdict(Outcome.DELIVERED, "paste")


def transcript(take: int = 1) -> Transcript:
    return Transcript(take, (), "Hello.")


def after(*news: object, at_s: float = 100.0) -> Scene:
    scene = Scene()
    for one in news:
        scene = told(scene, one, at_s)  # type: ignore[arg-type]
    return scene


BEGUN = session.BeginCapture(1), Flowing(1)
SPOKEN = *BEGUN, Hypothesis(1, "Hello. ", "And th", ("🇬🇧",)), session.EndCapture(1)


def test_a_take_is_shown_from_the_key_press_on() -> None:
    scene = after(session.BeginCapture(1))
    assert (scene.face, scene.said) == (Face.LISTENING, words.OPENING)
    assert clock(scene, 105.0) == "0:00"


def test_time_counts_from_the_first_samples() -> None:
    scene = after(*BEGUN)
    assert scene.said == words.LISTENING
    assert [clock(scene, now_s) for now_s in (100.0, 159.9, 160.0, 725.0)] == [
        "0:00",
        "0:59",
        "1:00",
        "10:25",
    ]


def test_the_clock_stands_still_once_the_microphone_is_closed() -> None:
    scene = told(after(*BEGUN), session.EndCapture(1), 107.5)
    assert (scene.face, clock(scene, 300.0)) == (Face.WORKING, "0:07")


def test_what_will_not_change_is_told_from_what_may() -> None:
    scene = after(*BEGUN, Hypothesis(1, "Hello. ", "And then", ("🇬🇧", "😊")))
    assert scene.text == "Hello. And then"
    assert scene.text[-scene.tentative_length :] == "And then"
    assert scene.signs == ("🇬🇧", "😊")


def test_of_a_long_text_the_end_is_shown() -> None:
    scene = after(*BEGUN, Hypothesis(1, "word " * 1000, "the end"))
    assert len(scene.text) < 300
    assert scene.text.endswith("word the end")
    assert after(*BEGUN, Hypothesis(1, "", "x" * 999)).tentative_length == 200


def test_the_text_stays_while_it_is_being_transcribed() -> None:
    scene = after(*SPOKEN)
    assert (scene.face, scene.text) == (Face.WORKING, "Hello. And th")


def test_a_hypothesis_of_another_take_is_not_shown() -> None:
    assert after(*BEGUN, Hypothesis(2, "Other", "")).text == ""
    assert after(Hypothesis(1, "Nobody listens", "")) == Scene()


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (DELIVERED, "Typed"),
        (Verdict(Outcome.DELIVERED, "clipboard"), "Copied"),
        (Verdict(Outcome.UNVERIFIED, "paste", NotPasted()), "Typed, and kept on the clipboard"),
    ],
)
def test_what_became_of_the_text_is_said_and_goes(verdict: Verdict, said: str) -> None:
    scene = after(*SPOKEN, session.TellDone(transcript(), verdict))
    assert (scene.face, scene.said, scene.text) == (Face.DONE, said, "")
    assert scene.signs == ("🇬🇧",)
    assert scene.gone_s is not None
    assert passed(scene, scene.gone_s - 0.01) is scene
    assert passed(scene, scene.gone_s).face is Face.HIDDEN


def test_a_language_that_was_not_known_before_is_told_at_the_end() -> None:
    heard = Transcript(1, (segment("Hello.", language=Language.ENGLISH),), "Hello.")
    done = after(*BEGUN, session.EndCapture(1), session.TellDone(heard, DELIVERED))
    assert done.signs == ("🇬🇧",)


def test_what_went_wrong_is_said_for_longer() -> None:
    error = FocusMoved()
    scene = after(*SPOKEN, session.TellDone(transcript(), Verdict(Outcome.FAILED, "paste", error)))
    assert (scene.face, scene.said) == (Face.TROUBLE, "Not typed: it is on the clipboard")
    assert scene.detail == str(error)
    done = after(*SPOKEN, session.TellDone(transcript(), DELIVERED))
    assert scene.gone_s is not None
    assert done.gone_s is not None
    assert scene.gone_s > done.gone_s + 3


def test_a_take_without_text_says_why() -> None:
    missing = ModelMissing(name="SenseVoice", size="937 MB")
    kept = after(*SPOKEN, session.TellFailed(1, missing))
    assert (kept.face, kept.said) == (Face.TROUBLE, "Not transcribed yet")
    assert kept.detail == str(missing)
    failed = after(*SPOKEN, session.TellFailed(1, RecogniserFault(reason="Odd", log="a.log")))
    assert (failed.face, failed.said) == (Face.TROUBLE, "Not transcribed")
    silent = after(*SPOKEN, session.TellNoSpeech(1))
    assert (silent.face, silent.said) == (Face.NOTHING, "No speech heard")


def test_a_microphone_that_gives_nothing_is_told_until_it_is_back() -> None:
    mute = after(*BEGUN, Mute(1, MicrophoneSilent()))
    assert (mute.is_mute, mute.said) == (True, str(MicrophoneSilent()))
    back = told(mute, Flowing(1), 104.0)
    assert (back.is_mute, back.said, clock(back, 104.0)) == (False, words.LISTENING, "0:04")


def test_trouble_on_the_way_is_told_at_the_end_too() -> None:
    lost = MicrophoneLost()
    scene = after(*BEGUN, session.TellTrouble(1, lost), session.EndCapture(1))
    assert (scene.face, scene.said) == (Face.WORKING, str(lost))
    ended = told(scene, session.TellDone(transcript(), DELIVERED), 103.0)
    assert (ended.face, ended.said, ended.detail) == (Face.TROUBLE, "Typed", str(lost))


def test_speech_before_the_model_is_there_is_told_to_be_kept() -> None:
    scene = after(Waiting(on=True), *BEGUN)
    assert scene.said == words.LOADING
    scene = told(scene, session.EndCapture(1), 101.0)
    assert scene.said == words.WORKING_LATER
    assert told(scene, Waiting(on=False), 102.0).said == words.WORKING


def test_a_cancelled_take_goes_at_once() -> None:
    scene = after(*BEGUN, session.EndCapture(1), session.DropTake(1))
    assert settled(scene, State()).face is Face.HIDDEN


def test_after_a_cancelled_take_an_older_one_is_shown_that_is_still_being_transcribed() -> None:
    scene = after(session.BeginCapture(2), session.EndCapture(2), session.DropTake(2))
    older = State(Idle(), (session.Waiting(1, Phase.TRANSCRIBING),))
    shown = settled(scene, older)
    assert (shown.face, shown.take, shown.said) == (Face.WORKING, 1, words.WORKING)


def test_a_new_take_takes_the_place_of_the_one_before() -> None:
    scene = after(*SPOKEN, session.BeginCapture(2))
    assert (scene.face, scene.take, scene.text) == (Face.LISTENING, 2, "")
    assert settled(scene, State(Listening(2), (session.Waiting(1),))) == scene


def test_an_older_take_that_is_delivered_meanwhile_changes_nothing() -> None:
    scene = after(*SPOKEN, session.BeginCapture(2), Flowing(2))
    assert told(scene, session.TellDone(transcript(1), DELIVERED), 101.0) == scene


def test_an_older_take_that_was_not_typed_is_not_passed_over() -> None:
    scene = after(*SPOKEN, session.BeginCapture(2), Flowing(2))
    failed = Verdict(Outcome.FAILED, "paste", FocusMoved())
    scene = told(scene, session.TellDone(transcript(1), failed), 101.0)
    ended = told(scene, session.EndCapture(2), 102.0)
    ended = told(ended, session.TellDone(transcript(2), DELIVERED), 103.0)
    assert (ended.face, ended.detail) == (Face.TROUBLE, str(FocusMoved()))


def test_what_is_over_stays_to_be_read_when_the_session_is_idle() -> None:
    done = after(*SPOKEN, session.TellDone(transcript(), DELIVERED))
    assert settled(done, State()) == done
    assert replace(done, gone_s=None).face is Face.DONE
