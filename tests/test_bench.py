"""The benchmark: what it measures, what it concludes, and how it tells it. No test is timed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dictation import paths
from dictation.cli import main
from dictation.errors import ModelFolderMissing, RecogniserFault
from dictation.lab import process_figures
from dictation.lab.bench import (
    figures,
    history,
    live,
    models,
    plot,
    serving,
    standing_by,
    table,
    waiting,
)
from dictation.lab.bench.decoding import interleaved
from dictation.lab.bench.dictations import Dictation, dictation, room
from dictation.lab.bench.figures import Figure, Kind, Limit, NoSuchFigure
from dictation.lab.bench.ground import FULL, QUICK, Ground, Plan
from dictation.lab.bench.measurement import Found, Measurement, Wait
from dictation.lab.bench.rows import Measured, NotMeasured, Outcome, Row
from dictation.lab.bench.run import measured
from dictation.lab.bench.spread import Spread
from dictation.lab.programs import random_model
from dictation.recognition.messages import Failed, Final, Setup, Up, Voice
from dictation.recognition.model_folder import read_folder
from dictation.settings import BackendName
from dictation.speech import SAMPLE_RATE_HZ, AudioChunk, Samples, Transcript

FASTER = Figure("a wait", "ms", Limit(Kind.RATIO, 10), Limit(Kind.BOUND, 5))
SMALLER = Figure("a size", "MB", Limit(Kind.BOUND, 400), None)


def row(figure: Figure, ours: float, reference: float | None, **more: object) -> Row:
    return Row(figure, Measured(ours, reference, "so and so", **more))  # type: ignore[arg-type]


# --- what is concluded


@pytest.mark.parametrize(
    ("ours", "holds", "reaches_aim"), [(4.0, True, True), (10.0, True, False), (10.1, False, False)]
)
def test_a_ratio_holds_from_so_many_times_on(
    ours: float, *, holds: bool, reaches_aim: bool
) -> None:
    found = row(FASTER, ours, 100.0)

    assert (found.holds, found.reaches_aim) == (holds, reaches_aim)
    assert found.ratio == pytest.approx(100 / ours)
    assert found.why is None


def test_a_bound_needs_no_reference() -> None:
    assert row(SMALLER, 400, None).holds is True
    assert row(SMALLER, 401, 9_000).holds is False
    assert row(SMALLER, 400, None).ratio is None


def test_a_ratio_without_a_reference_holds_neither_way() -> None:
    found = row(FASTER, 1, None)

    assert found.holds is None
    assert found.why


def test_no_wait_at_all_is_no_fault() -> None:
    found = row(FASTER, 0.0, 100.0)

    assert found.holds is True
    assert found.ratio is None


def test_what_the_limits_are_not_for_is_told_without_a_judgement() -> None:
    found = row(FASTER, 50, 100, unfit="this machine has no AMX")

    assert found.ratio == 2
    assert found.holds is None
    assert found.as_json()["why"] == "this machine has no AMX"


def test_each_row_has_the_promised_fields() -> None:
    fields = {"figure", "unit", "reference", "ours", "ratio", "must", "aim", "holds"}
    spread = Spread.of([0.001, 0.00234567], scale=1000)
    full = row(FASTER, 1.23456, 100.0, ours_all=spread, reference_all=spread).as_json()
    empty = Row(SMALLER, NotMeasured("no GPU")).as_json()

    assert fields <= full.keys()
    assert fields <= empty.keys()
    assert (full["ours"], full["ratio"], full["must"], full["must_is"]) == (
        1.235,
        81.0,
        10,
        "ratio",
    )
    assert (full["aim"], full["aim_is"], full["holds"]) == (5, "bound", True)
    assert (full["ours_n"], full["ours_lowest"], full["ours_highest"]) == (2, 1.0, 2.346)
    assert (empty["ours"], empty["holds"], empty["why"]) == (None, None, "no GPU")
    json.dumps([full, empty])


def test_a_word_chooses_figures() -> None:
    assert figures.chosen("") == figures.FIGURES
    assert figures.chosen("cuda") == (figures.CUDA, figures.CUDA_IDLE, figures.CUDA_MEMORY)
    with pytest.raises(NoSuchFigure, match="penguin"):
        figures.chosen("penguin")


def test_the_table_is_markdown_and_says_of_what() -> None:
    text = table.rendered(
        [
            row(FASTER, 1.5, 1234.0, ours_all=Spread((1.0, 1.5, 20.0))),
            row(SMALLER, 500, None),
            Row(figures.CUDA, NotMeasured("no GPU")),
        ]
    )

    lines = text.split("\n")
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[:5]]
    assert len({len(line) for line in lines[:5]}) == 1
    assert {len(each) for each in cells} == {10}
    assert cells[2] == [
        *("1", "a wait", "ms", "1,234", "1.50", "1.00 to 20.0 (n = 3)", "823 ×", "10 ×", "≤ 5"),
        "yes, and the aim",
    ]
    assert cells[3][-1] == "NO"
    assert cells[4][3:7] == ["-", "-", "-", "-"]
    assert "- 1, 2: so and so" in lines
    assert "- 3: no GPU" in lines


# --- what is measured


def measurement(asked: list[set[Figure]], its: Iterable[Figure], outcome: Outcome) -> Measurement:
    def measure(_ground: Ground, wanted: object) -> Found:
        asked.append(set(wanted))  # type: ignore[call-overload]
        return Found(dict.fromkeys(its, outcome))

    return Measurement(tuple(its), measure)


@pytest.fixture
def ground(demo_model: Path, tmp_path: Path) -> Ground:
    setup = Setup(demo_model, paths.resource("vad"), tmp_path / "log", threads=1)
    return Ground(setup, QUICK)


def test_only_what_is_wanted_is_measured(ground: Ground) -> None:
    asked: list[set[Figure]] = []
    good = Measured(1.0, 100.0, "")
    memories = measurement(asked, (figures.MEMORY_INT8, figures.MEMORY_AMX), good)
    silence = measurement(asked, (figures.SILENCE,), good)

    report = measured(ground, {figures.MEMORY_AMX}, (silence, memories))

    assert asked == [{figures.MEMORY_AMX}]
    assert report.rows == (Row(figures.MEMORY_AMX, good),)
    assert report.succeeded


def test_an_error_becomes_the_why_of_its_rows_and_the_others_go_on(ground: Ground) -> None:
    def fails(_ground: Ground, _wanted: object) -> Found:
        raise RecogniserFault(reason="MemoryError", log="a.log")

    asked: list[set[Figure]] = []
    bad = measurement(asked, (figures.SILENCE,), Measured(50.0, None, ""))

    report = measured(
        ground,
        {figures.CUDA, figures.SILENCE},
        (Measurement((figures.CUDA,), fails), bad),
    )

    told = {each.figure: each for each in report.rows}
    assert told[figures.CUDA].holds is None
    assert "MemoryError" in (told[figures.CUDA].why or "")
    assert told[figures.SILENCE].holds is False
    assert not report.succeeded


def test_every_figure_is_measured_by_exactly_one_measurement() -> None:
    from dictation.lab.bench.run import MEASUREMENTS

    covered = [figure for each in MEASUREMENTS for figure in each.figures]
    assert sorted(figure.name for figure in covered) == sorted(
        figure.name for figure in (*figures.FIGURES, *figures.SERVER_FIGURES)
    )


def test_decoders_take_turns_and_the_first_round_does_not_count() -> None:
    calls: list[str] = []

    def decoder(name: str, seconds: Iterable[float]) -> object:
        given = iter(seconds)

        def decode(_: object) -> float:
            calls.append(name)
            return next(given)

        return decode

    decoders = {"a": decoder("a", [9, 1, 2, 3]), "b": decoder("b", [9, 4, 5, 6])}
    found = interleaved(np.zeros(1, np.float32), decoders, rounds=3)  # type: ignore[arg-type]

    assert calls == ["a", "b"] * 4
    assert found["a"].values == (1000, 2000, 3000)
    assert found["b"].median == 5000


def test_a_take_that_serves_two_figures_is_spoken_once() -> None:
    everything = set(figures.FIGURES)

    quick = waiting.all_takes(QUICK, everything)
    assert len(quick) == len(set(quick)) == 9
    assert sum(take.length_s for take in quick) < 240
    full = waiting.all_takes(FULL, everything)
    assert sum(take.length_s == 600 for take in full) == 1
    assert sum(take.length_s == 60 for take in full) == 24
    assert waiting.all_takes(QUICK, {figures.WAIT_300_P95}) == [
        waiting.Take(60, 0, 300),
        *(waiting.Take(10, seed, 300) for seed in range(3)),
    ]
    assert waiting.all_takes(QUICK, {figures.SILENCE}) == []


def test_growth_is_from_the_shortest_to_the_longest() -> None:
    waits = [Wait(10, 300, 5, 900), Wait(60, 300, 50, 5_000), Wait(600, 300, 8, 50_000)]

    found = waiting.growth(waits, BackendName.AMX)

    assert (found.ours, found.reference) == (3, 49_100)
    assert "10, 60, 600 s" in found.how


# --- what is heard


@pytest.mark.parametrize("length_s", [2.0, 10.0, 33.3])
def test_a_dictation_ends_when_it_is_meant_to(length_s: float) -> None:
    spoken = dictation(length_s, seed=3)

    level = np.abs(spoken.samples)
    end = round(spoken.last_word_s * SAMPLE_RATE_HZ)
    assert spoken.last_word_s == length_s
    assert level[end - 800 : end].max() > 0.01
    assert level[end + 3_200 :].max() < 0.002
    assert len(spoken.samples) >= end + SAMPLE_RATE_HZ
    assert len(spoken.until(1.5)) == 24_000


def test_a_longer_dictation_ends_in_the_same_words() -> None:
    short, long = dictation(10, 1).samples, dictation(60, 1).samples

    assert np.array_equal(long[-len(short) :], short)
    assert not np.array_equal(dictation(10, 2).samples, short)


def test_speech_comes_in_runs_with_pauses_over_a_room_that_is_never_silent() -> None:
    samples = dictation(120, seed=0).until(120)

    frames = np.abs(samples[: len(samples) // 160 * 160].reshape(-1, 160)).max(axis=1)
    loud = np.flatnonzero(frames > 0.003)
    pauses = np.diff(loud)
    runs = np.diff(np.flatnonzero(pauses > 22)) / 100  # of bounds in loud frames of 10 ms
    assert 10 < np.count_nonzero(pauses > 22) < 60
    assert pauses.max() <= 125
    assert 1 < np.median(runs) < 8
    assert frames.min() > 0
    assert np.array_equal(samples * 32_768, np.round(samples * 32_768))
    assert np.abs(room(1)).max() < 0.003


class FakeProcess:
    """Says what it is told to once it has been sent so many samples."""

    def __init__(self, says: dict[int, Up]) -> None:
        self._says = dict(sorted(says.items()))
        self.sent: list[AudioChunk] = []
        self.finished = False

    def open(self, take: int, options: object, replay: object) -> None:
        pass

    def send(self, chunk: AudioChunk) -> None:
        self.sent.append(chunk)

    def finish(self, take: int) -> None:
        self.finished = True

    @property
    def heard(self) -> int:
        return sum(len(chunk.samples) for chunk in self.sent)

    def receive(self, timeout_s: float) -> Up | None:
        if self.finished:
            return Final(Transcript(7, (), "said"))
        due = next((at for at in self._says if at <= self.heard), None)
        if due is not None:
            return self._says.pop(due)
        live.time.sleep(timeout_s)
        return None


SPOKEN = Dictation(np.arange(16_000, dtype=np.float32) / 32_768, 0.1)


def speak(process: FakeProcess) -> live.Heard:
    return live.dictate(process, 7, SPOKEN, release_s=0.11)  # type: ignore[arg-type]


def test_silence_at_the_release_ends_the_recording() -> None:
    process = FakeProcess(
        {
            320: Voice(7, speaking=True),
            960: Voice(7, speaking=False),
            1_000: Voice(8, speaking=True),
        }
    )

    heard = speak(process)

    assert heard.recorded_s == 0.11
    assert heard.text == "said"
    assert [len(chunk.samples) for chunk in process.sent] == [320] * 5 + [160]
    assert np.array_equal(
        np.concatenate([chunk.samples for chunk in process.sent]), SPOKEN.samples[:1_760]
    )


def test_a_word_that_goes_on_is_heard_to_its_end_and_no_longer() -> None:
    assert (
        speak(
            FakeProcess({320: Voice(7, speaking=True), 2_400: Voice(7, speaking=False)})
        ).recorded_s
        == 0.15
    )


def test_a_voice_that_never_falls_is_cut_off() -> None:
    assert speak(FakeProcess({320: Voice(7, speaking=True)})).recorded_s == 0.61


def test_a_take_that_fails_fails_the_measurement() -> None:
    with pytest.raises(RecogniserFault):
        speak(FakeProcess({640: Failed(7, RecogniserFault(reason="x", log="y"))}))


def test_the_kernel_tells_memory_and_time_of_a_process() -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("no /proc")
    assert (process_figures.peak_memory_mb(os.getpid()) or 0) > 10
    assert process_figures.cpu_s(os.getpid()) is not None
    assert process_figures.peak_memory_mb(2**22 + 1) is None
    assert process_figures.cpu_s(2**22 + 1) is None


def test_other_work_ends_with_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    popen = standing_by.subprocess.Popen
    monkeypatch.setattr(
        standing_by.subprocess, "Popen", lambda *given: started.append(popen(*given)) or started[-1]
    )

    with standing_by.busy(2):
        assert [process.poll() for process in started] == [None, None]

    assert all(process.poll() is not None for process in started)


# --- the model


def test_a_model_can_be_named(demo_model: Path, tmp_path: Path) -> None:
    assert models.find("demo", print).folder == demo_model
    assert "too small" in models.find("demo", print).said
    assert models.find(str(demo_model), print) == models.Weights(demo_model, "")
    with pytest.raises(ModelFolderMissing):
        models.find(str(tmp_path / "nothing"), print)


def test_without_the_published_model_a_random_one_is_kept_and_used_again() -> None:
    kept = paths.cache_folder() / "bench" / "SenseVoiceSmall-random-weights"
    kept.mkdir(parents=True)

    found = models.find(None, print)

    assert found.folder == kept
    assert "speed only" in found.said


def test_a_random_model_is_one_that_can_be_loaded(tmp_path: Path, demo_model: Path) -> None:
    tiny = {"output_size": 8, "attention_heads": 2, "linear_units": 8, "num_blocks": 2}

    random_model.make(tmp_path, demo_model, {**tiny, "tp_blocks": 1})

    assert read_folder(tmp_path).conf("encoder_conf")["output_size"] == 8


# --- the plot

WAITS = [
    Wait(length_s, release_ms, ours_ms, length_s * 80)
    for length_s in (10, 60, 600)
    for release_ms, ours_ms in ((100, 120.0), (100, 90.0), (300, 0.0))
]


def test_the_plot_is_a_png(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")

    plot.draw(WAITS, tmp_path / "a.png", "a machine")

    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(plot.PlotUnwritable):
        plot.draw(WAITS, tmp_path / "nothing" / "a.png", "a machine")


def test_each_kind_of_release_is_a_line_beside_the_reference() -> None:
    reference, soon, later = plot.lines(WAITS)

    assert soon.medians == [(10, 105), (60, 105), (600, 105)]
    assert reference.medians[-1] == (600, 48_000)
    assert all(ms > 0 for _, ms in later.points), "an axis of powers of ten has no nought"
    assert len(plot.lines([wait for wait in WAITS if wait.release_ms == 100])) == 2


def test_a_plot_that_cannot_be_drawn_is_said_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    code = main(["bench", "--model", "demo", "--plot", str(tmp_path / "a.png")])

    assert code == plot.PlotMissing.exit_code
    assert "dictation[lab]" in capfd.readouterr().err


# --- the command


def test_the_command_measures_beside_the_reference_and_tells_it_as_json(
    capfd: pytest.CaptureFixture[str],
) -> None:
    code = main(["bench", "--quick", "--json", "--model", "demo", "--only", "vnni"])

    told = capfd.readouterr()
    (found,) = json.loads(told.out)
    assert code in (0, 1)  # the demonstration model is too small for either
    assert found["figure"] == figures.DECODE_INT8.name
    assert found["ours"] > 0
    assert found["reference"] > 0
    assert found["ratio"] == pytest.approx(found["reference"] / found["ours"], rel=0.01)
    assert found["holds"] is (found["ratio"] >= 4.5)
    assert found["ours_n"] == QUICK.decodes
    assert "too small" in told.err


class FakeReference:
    def transcribe(self, samples: Samples) -> tuple[str, float]:
        return "", len(samples) / SAMPLE_RATE_HZ / 10


def test_a_dictation_is_spoken_waited_for_and_drawn(
    demo_model: Path, tmp_path: Path, ground: Ground
) -> None:
    pytest.importorskip("matplotlib")
    ground.plan = Plan(0, 0, (1.5, 2.5), (), 1, 1, 1, 1, 1, None)
    ground.reference = FakeReference()

    with ground:
        report = measured(ground, {figures.GROWTH, figures.TRAILING_MAX, figures.SILENCE})

    assert [wait.length_s for wait in report.waits] == [1.5, 2.5]
    assert [wait.reference_ms for wait in report.waits] == pytest.approx([180, 280], abs=50)
    found = {each.figure: each.outcome for each in report.rows}
    assert all(isinstance(outcome, Measured) for outcome in found.values())
    plot.draw(report.waits, tmp_path / "a.png", "")


class Threads:
    threads = 1


def test_a_servers_clients_are_counted_and_none_gets_what_is_anothers(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our server stands in for the naive one, which takes a quarter of a minute to start."""
    pytest.importorskip("fastapi")
    monkeypatch.setattr(serving, "_naive", lambda ground, _: serving._ours(ground))
    monkeypatch.setattr(serving, "_CLIENTS", {figures.SERVE_1: 1, figures.SERVE_8: 8})
    ground.reference = FakeReference()
    ground.reference.build = Threads()
    ground.plan = replace(QUICK, requests=1)

    with ground:
        report = measured(ground, set(figures.SERVER_FIGURES) - {figures.SERVE_32})

    found = {row.figure: row.outcome for row in report.rows}
    assert len(found) == 4
    for outcome in found.values():
        assert isinstance(outcome, Measured)
        assert outcome.ours > 0
        assert outcome.reference is not None
    eight = found[figures.SERVE_8]
    assert isinstance(eight, Measured)
    assert "mixed up by ours: 0" in eight.how


def test_answers_that_are_anothers_are_counted() -> None:
    answers = tuple(serving._Answer(text, 0.1) for text in ("a", "b", "b", "b"))

    assert serving._mixed_up([serving._Load(1.0, answers)], ["a", "b"]) == 1


def test_the_history_is_measured_on_its_window(tmp_path: Path) -> None:
    folder = tmp_path / "bench"
    folder.mkdir()
    rows = history.measured(folder, takes=300)

    assert [each.figure for each in rows] == [
        history.OPEN,
        history.SEARCH,
        history.SLOWEST,
        history.COUNTED,
    ]
    for each in rows:
        assert isinstance(each.outcome, Measured)
        assert each.outcome.ours > 0
    assert rows[0].as_json()["must"] == 200
    assert list(folder.iterdir()) == []


def test_a_word_in_no_figure_and_a_folder_without_a_model_are_errors(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "--only", "penguin"]) == NoSuchFigure.exit_code
    assert main(["bench", "--model", str(tmp_path / "nothing")]) == ModelFolderMissing.exit_code
    told = capfd.readouterr()
    assert told.out == ""
    assert "penguin" in told.err
