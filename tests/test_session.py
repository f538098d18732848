"""The session: takes overlap, their texts come in order, and no text is ever lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dictation.errors import DictationError, NotPasted, RecogniserFault
from dictation.session import (
    Activity,
    AwaitLastWord,
    BeginCapture,
    CancelAsked,
    Captured,
    CaptureLost,
    Command,
    DropTake,
    EndCapture,
    Event,
    FinishTake,
    Insert,
    Inserted,
    Listening,
    NotRecognised,
    Recognised,
    Session,
    StartAsked,
    StopAsked,
    TellDone,
    TellFailed,
    TellNoSpeech,
    TellTrouble,
    TrailingOver,
    VoiceFell,
    activity,
)
from dictation.speech import Outcome, Transcript, Verdict

DELIVERED = Verdict(Outcome.DELIVERED, "paste")
FAULT = RecogniserFault(reason="X", log="y")


def said(take: int, text: str = "words") -> Transcript:
    return Transcript(take, (), text)


def after(*events: Event) -> tuple[Session, list[Command]]:
    session = Session()
    commands: list[Command] = []
    for event in events:
        commands += session.handle(event)
    return session, commands


def spoken(take: int) -> tuple[Event, ...]:
    return StartAsked(take), StopAsked(still_speaking=False), Captured(take)


def test_one_take_from_start_to_end() -> None:
    session, commands = after(*spoken(1), Recognised(said(1)), Inserted(1, DELIVERED))

    assert commands == [
        BeginCapture(1),
        EndCapture(1),
        FinishTake(1),
        Insert(said(1)),
        TellDone(said(1), DELIVERED),
    ]
    assert activity(session.state) is Activity.IDLE


def test_a_voice_that_goes_on_at_release_is_waited_for() -> None:
    _, commands = after(StartAsked(1), StopAsked(still_speaking=True), VoiceFell(1))
    assert commands == [BeginCapture(1), AwaitLastWord(1), EndCapture(1)]

    _, commands = after(StartAsked(1), StopAsked(still_speaking=True), TrailingOver(1))
    assert commands[-1] == EndCapture(1)


def test_a_trailing_that_is_over_twice_ends_once() -> None:
    _, commands = after(
        StartAsked(1), StopAsked(still_speaking=True), VoiceFell(1), TrailingOver(1)
    )

    assert commands.count(EndCapture(1)) == 1


def test_texts_come_in_the_order_in_which_they_were_spoken() -> None:
    _, commands = after(
        *spoken(1), *spoken(2), Recognised(said(2)), Recognised(said(1)), Inserted(1, DELIVERED)
    )

    inserts = [command for command in commands if isinstance(command, Insert)]
    assert inserts == [Insert(said(1)), Insert(said(2))]


def test_one_insertion_at_a_time() -> None:
    _, commands = after(*spoken(1), *spoken(2), Recognised(said(1)), Recognised(said(2)))

    assert [command for command in commands if isinstance(command, Insert)] == [Insert(said(1))]


def test_a_press_during_the_last_word_begins_the_next_take() -> None:
    session, commands = after(StartAsked(1), StopAsked(still_speaking=True), StartAsked(2))

    assert commands[-2:] == [EndCapture(1), BeginCapture(2)]
    assert session.state.capture == Listening(2)
    assert session.handle(Captured(1)) == (FinishTake(1),)


def test_starting_twice_is_starting_once() -> None:
    assert after(StartAsked(1), StartAsked(2))[1] == [BeginCapture(1)]


def test_a_transcript_that_arrives_after_cancel_is_not_typed() -> None:
    _, commands = after(*spoken(1), CancelAsked(), Recognised(said(1)))

    assert commands[-1] == DropTake(1)


def test_cancel_while_listening_leaves_older_takes_alone() -> None:
    _, commands = after(*spoken(1), StartAsked(2), CancelAsked(), Recognised(said(1)))

    assert DropTake(2) in commands
    assert commands[-1] == Insert(said(1))


def test_cancelling_the_take_in_the_way_lets_the_next_one_through() -> None:
    _, commands = after(*spoken(1), *spoken(2), Recognised(said(2)), CancelAsked(), CancelAsked())

    assert commands[-2:] == [DropTake(2), DropTake(1)]


def test_no_speech_is_told_and_nothing_is_typed() -> None:
    assert after(*spoken(1), Recognised(said(1, "")))[1][-1] == TellNoSpeech(1)


def test_a_take_that_fails_does_not_hold_up_the_next() -> None:
    _, commands = after(*spoken(1), *spoken(2), Recognised(said(2)), NotRecognised(1, FAULT))

    assert commands[-2:] == [TellFailed(1, FAULT), Insert(said(2))]


def test_a_lost_microphone_keeps_what_was_said() -> None:
    error = DictationError()
    session, commands = after(StartAsked(1), CaptureLost(1, error), Captured(1))

    assert commands == [BeginCapture(1), TellTrouble(1, error), EndCapture(1), FinishTake(1)]
    assert activity(session.state) is Activity.WORKING


def test_a_model_that_cannot_be_loaded_ends_the_recording_and_keeps_it() -> None:
    assert after(StartAsked(1), NotRecognised(1, FAULT))[1][1:] == [
        EndCapture(1),
        TellFailed(1, FAULT),
    ]


def test_a_failed_insertion_is_told_with_its_text() -> None:
    verdict = Verdict(Outcome.FAILED, "paste", NotPasted())

    _, commands = after(*spoken(1), Recognised(said(1)), Inserted(1, verdict))

    assert commands[-1] == TellDone(said(1), verdict)


numbers = st.integers(1, 3)
events = st.one_of(
    st.just(CancelAsked()),
    st.builds(StartAsked, numbers),
    st.builds(StopAsked, st.booleans()),
    st.builds(VoiceFell, numbers),
    st.builds(TrailingOver, numbers),
    st.builds(Captured, numbers),
    st.builds(CaptureLost, numbers, st.just(FAULT)),
    st.builds(Recognised, st.builds(Transcript, numbers, st.just(()), st.sampled_from(["", "a"]))),
    st.builds(NotRecognised, numbers, st.just(FAULT)),
    st.builds(Inserted, numbers, st.just(DELIVERED)),
)


@given(st.lists(events, max_size=60))
def test_whatever_happens_every_take_that_began_ends_in_exactly_one_way(
    happened: list[Event],
) -> None:
    """A world that keeps its promises answers every command; then nothing is left over."""
    session = Session()
    begun: list[int] = []
    ended: list[int] = []
    queue: list[Event] = []
    number = 0

    def carry_out(commands: tuple[Command, ...]) -> None:
        for command in commands:
            match command:
                case BeginCapture(take):
                    begun.append(take)
                case EndCapture(take):
                    queue.append(Captured(take))
                case FinishTake(take):
                    queue.append(Recognised(said(take)))
                case Insert(transcript):
                    queue.append(Inserted(transcript.take, DELIVERED))
                case TellDone(transcript, _):
                    ended.append(transcript.take)
                case DropTake(take) | TellNoSpeech(take) | TellFailed(take, _):
                    ended.append(take)

    for event in happened:
        if isinstance(event, StartAsked):  # numbers are given out once
            number += 1
            event = StartAsked(number)
        carry_out(session.handle(event))
    carry_out(session.handle(StopAsked(still_speaking=False)))
    for take in range(number + 1):
        carry_out(session.handle(TrailingOver(take)))
    while queue:
        carry_out(session.handle(queue.pop(0)))

    assert activity(session.state) is Activity.IDLE
    assert sorted(ended) == sorted(begun)
