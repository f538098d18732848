"""``dictation evaluate``: what was said is read in three forms and compared with what is heard."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from dictation.cli import main
from dictation.lab.evaluate import ways
from dictation.lab.evaluate.errors import ReferenceBad, ReferencesUnreadable
from dictation.lab.evaluate.evaluation import FUNASR, INCREMENTAL, Column, Evaluation
from dictation.lab.evaluate.hearing import ClosedUnit, Closing, Heard, heard, heard_units
from dictation.lab.evaluate.raw_text import Piece, read_pieces
from dictation.lab.evaluate.recordings import Recording, find_recordings, spread
from dictation.lab.evaluate.references import Reference, read_references
from dictation.lab.evaluate.scores import ALL, Share, summary
from dictation.lab.evaluate.spelling import characters, has_words, words, wrong_words
from dictation.lab.evaluate.table import table
from dictation.recognition.backends.processor import thread_environment
from dictation.recognition.options import LIVE, Options
from dictation.recognition.recogniser import Recogniser
from dictation.recognition.units import Unit
from dictation.speech import SAMPLE_RATE_HZ, Emotion, Event, Language, Samples, TextStyle

from .conftest import CLIPS, Clip

REFERENCES = CLIPS / "references.json"


@pytest.fixture(autouse=True)
def same_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command chooses a number of threads for the whole process."""
    for name in thread_environment(1):
        monkeypatch.setenv(name, os.environ.get(name, ""))


def written(folder: Path, name: str, content: str) -> Path:
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return file


# --- references


def test_json_has_a_text_for_each_style_and_all_tags() -> None:
    by_style = {style: read_references(REFERENCES, style) for style in TextStyle}

    one = by_style[TextStyle.WRITTEN][3]
    assert one.name == "en-015.flac"
    assert one.text == "The computer costs $79."
    assert (one.language, one.emotion, one.event) == (
        Language.ENGLISH,
        Emotion.ANGRY,
        Event.SPEECH,
    )
    assert by_style[TextStyle.SPOKEN][3].text == "the computer costs seventy nine dollars"
    assert len(by_style[TextStyle.SPOKEN]) == 120


def test_lines_with_tabs_may_name_a_language(tmp_path: Path) -> None:
    file = written(
        tmp_path, "said.tsv", "file\ttext\nsub/a.wav\tHello, you.\ten\n\nb.flac\t你好\nc.wav\t\n"
    )

    assert read_references(file, TextStyle.WRITTEN) == (
        Reference("sub/a.wav", "Hello, you.", Language.ENGLISH),
        Reference("b.flac", "你好"),
        Reference("c.wav", ""),
    )


@pytest.mark.parametrize("gap", [" ", "  ", "\t"])
def test_kaldi_lines_begin_with_the_id_of_an_utterance(tmp_path: Path, gap: str) -> None:
    file = written(tmp_path, "text", f"\ufeffBAC009{gap}而 对 楼市\nBAC010\n")

    assert read_references(file, TextStyle.WRITTEN) == (
        Reference("BAC009", "而 对 楼市"),
        Reference("BAC010", ""),
    )


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.tsv", "a.wav\tone\nb.wav two\n", "Line 2 of {file} is no reference: no tab is in it."),
        ("a.tsv", "a.wav\tone\ten\tmore\n", "Line 1 of {file} is no reference: it has 4 columns."),
        (
            "a.tsv",
            "a.wav\tone\n\na.wav\ttwo\n",
            "Line 3 of {file} is no reference: a.wav stands in line 1 already.",
        ),
        (
            "a.tsv",
            "a.wav\tone\tfr\n",
            "Line 1 of {file} is no reference: language fr is none of zh, en, yue, ja, ko, "
            "nospeech.",
        ),
        ("a.tsv", "a.wav\tone\n\ttwo\n", "Line 2 of {file} is no reference: it names no file."),
        ("text", "u1 one\nu2 two\nu1 three\n", "Line 3 of {file} is no reference: u1 stands in"),
        ("a.json", '[\n{"file": "a.wav",}]', "Line 2 of {file} is no reference: "),
        ("a.json", "{}", "Line 1 of {file} is no reference: it begins no list."),
        ("a.json", '[{"text": "one"}]', "Entry 1 of {file} is no reference: it names no file."),
        ("a.json", '[{"file": "a.wav"}]', "Entry 1 of {file} is no reference: it has no text."),
        (
            "a.json",
            '[{"file": "a", "text": ""}, {"file": "b", "text": "", "event": "Rain"}]',
            "Entry 2 of {file} is no reference: event Rain is none of Speech, BGM",
        ),
    ],
)
def test_a_bad_line_is_named_with_its_number(
    tmp_path: Path, name: str, content: str, sentence: str
) -> None:
    file = written(tmp_path, name, content)

    with pytest.raises(ReferenceBad) as caught:
        read_references(file, TextStyle.WRITTEN)

    assert str(caught.value).startswith(sentence.format(file=file))
    assert caught.value.remedy


def test_references_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"\xff\xfe\x00a")

    for file in (tmp_path / "text", tmp_path / "none", tmp_path):
        with pytest.raises(ReferencesUnreadable):
            read_references(file, TextStyle.WRITTEN)


# --- recordings


def test_audio_is_found_with_and_without_its_suffix(tmp_path: Path) -> None:
    second = np.zeros(SAMPLE_RATE_HZ)
    for name in ("a.wav", "b.flac", "84-1.2.wav", "more.wav"):
        soundfile.write(tmp_path / name, second, SAMPLE_RATE_HZ)
    (tmp_path / "c.wav").write_text("not audio")
    said = [Reference(name, "") for name in ("a.wav", "b", "84-1.2", "c.wav", "d.wav", "..")]

    found = find_recordings(tmp_path, said)

    assert [each.audio.path.name for each in found.recordings] == ["a.wav", "b.flac", "84-1.2.wav"]
    assert [type(error).__name__ for error in found.unusable] == [
        "AudioUnreadable",
        "AudioMissing",
        "AudioIsFolder",
    ]
    assert [path.name for path in found.unlisted] == ["more.wav"]


def test_a_few_are_taken_from_all_over_the_list() -> None:
    said = [Reference(str(number), "") for number in range(10)]

    assert [each.name for each in spread(said, 3)] == ["0", "3", "6"]
    assert spread(said, 20) == said


# --- spelling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Don’t panic!", "dont PANIC"),
        ("3.5 — 1,000", "35 1000"),
        ("ＡＢＣ，１２３", "abc 123"),
        ("well-known", "well known"),
        ("우리는 합니까?", "우리는 합니까"),
    ],
)
def test_case_width_and_punctuation_are_no_mistakes(one: str, other: str) -> None:
    assert words(one) == words(other)


def test_characters_are_counted_without_spaces() -> None:
    assert characters("週末、 田中さん。") == "週末田中さん"


def test_words_are_compared_where_spaces_part_them() -> None:
    assert has_words(Language.KOREAN, "")
    assert not has_words(Language.CHINESE, "hello")
    assert has_words(None, "hello")
    assert not has_words(None, "你好")
    assert wrong_words("the cat sat on mat", "The cat sits on the mat.") == 2


# --- what was heard


def test_raw_text_is_parted_at_its_tags() -> None:
    raw = (
        "<|en|><|HAPPY|><|Speech|><|withitn|>We met. "
        "<|zh|><|EMO_UNKNOWN|><|BGM|><|woitn|>很 好<|nospeech|>"
    )

    assert read_pieces(raw) == [
        Piece("We met.", "en", "HAPPY", "Speech"),
        Piece("很 好", "zh", "EMO_UNKNOWN", "BGM"),
        Piece("", "nospeech"),
    ]
    assert read_pieces("") == []
    assert read_pieces("bare words") == [Piece("bare words")]


def test_the_tags_are_those_of_most_of_the_text() -> None:
    pieces = [Piece("嗯。", "zh", "SAD", "BGM"), Piece("It went well.", "en", "HAPPY", "Speech")]

    told = heard(pieces, (), 0.1, 0.2)

    assert told.text == "嗯。It went well."
    assert (told.language, told.emotion, told.event) == ("en", "HAPPY", "Speech")
    assert heard([Piece("", "en", "HAPPY", "Speech")], (), 0, 0).language == "nospeech"


def test_a_unit_that_touches_the_next_was_cut_for_its_length() -> None:
    def unit(start_s: float, length_s: float) -> Unit:
        return Unit.of(start_s, np.zeros(round(length_s * SAMPLE_RATE_HZ), np.float32))

    closed = [
        ClosedUnit(unit(1, 4), at_s=5.4, at_end=False),
        ClosedUnit(unit(5, 15), at_s=25, at_end=False),  # 20 s were heard of it
        ClosedUnit(unit(20, 2), at_s=30, at_end=True),
    ]

    told = heard_units(closed, longest_s=20)

    assert [each.closing for each in told] == [Closing.PAUSE, Closing.LIMIT, Closing.END]
    assert [each.length_s for each in told] == [4, 15, 2]


def test_incremental_hearing_gives_the_text_of_a_dictation(
    demo_recogniser: Recogniser, clips: list[Clip], tmp_path: Path
) -> None:
    spoken = [clip.samples for clip in clips if clip.language != "nospeech"][:50:10]
    silence = np.zeros(SAMPLE_RATE_HZ, np.float32)
    take: Samples = np.concatenate([part for one in spoken for part in (one, silence)] * 2)
    soundfile.write(tmp_path / "take.flac", take, SAMPLE_RATE_HZ)
    (recording,) = find_recordings(tmp_path, [Reference("take", "")]).recordings

    live = ways.incremental(demo_recogniser, TextStyle.WRITTEN)(recording.audio)
    whole = ways.whole_buffer(demo_recogniser, TextStyle.WRITTEN)(recording.audio)

    assert live.text == demo_recogniser.transcribe([take], Options(profile=LIVE)).text
    assert len(live.units) > 3
    assert live.after_end_s < live.computing_s
    assert recording.audio.duration_s > ways.LONGEST_WHOLE_S
    assert whole.text == demo_recogniser.transcribe([take]).text  # in units: it is too long for one
    assert whole.after_end_s == whole.computing_s


# --- scores


def evaluation(*said_and_heard: tuple[Reference, Heard]) -> Evaluation:
    class Audio:
        path = Path("a.wav")
        duration_s = 2.0

    recordings = tuple(Recording(Audio(), said) for said, _ in said_and_heard)  # type: ignore[arg-type]
    column = Column(INCREMENTAL, "", tuple(told for _, told in said_and_heard))
    return Evaluation(recordings, (column,), ())


def told(text: str, language: str = "nospeech", emotion: str = "", event: str = "") -> Heard:
    return Heard(text, language, emotion, event, (), 0.05, 0.1)


def test_scores_are_sums_over_the_recordings_of_a_language() -> None:
    result = evaluation(
        (
            Reference("a", "Two words.", Language.ENGLISH, Emotion.SAD),
            told("two wards", "en", "SAD", "BGM"),
        ),
        (Reference("b", "One.", Language.ENGLISH, Emotion.SAD), told("One.", "zh", "HAPPY")),
        (Reference("c", "很好。", Language.CHINESE), told("很好。", "zh")),
        (Reference("d", "", Language.NO_SPEECH, Emotion.UNKNOWN), told("嗯", "zh")),
        (Reference("e", "", Language.NO_SPEECH), told("")),
        (Reference("f", "free words"), told("free", "en")),
    )

    scores = summary(result, result.columns[0]).scores

    assert list(scores) == ["zh", "en", "nospeech", "unknown", ALL]
    english = scores["en"]
    assert english.characters == Share(1, 11)
    assert english.words == Share(1, 3)
    assert english.exact == Share(1, 2)
    assert english.language == Share(1, 2)
    assert english.emotion == Share(1, 2)
    assert english.event == Share(0, 0)
    assert english.event.percent is None
    assert scores["zh"].words == Share(0, 0)
    assert scores["nospeech"].made_up == Share(1, 2)
    assert scores["nospeech"].emotion == Share(0, 0)
    assert scores["unknown"].words == Share(1, 2)
    every = scores[ALL]
    assert every.characters == Share(1 + 1 + 5, 11 + 2 + 9)  # what was made up counts
    assert every.language == Share(3, 5)
    assert (every.recordings, every.with_words) == (6, 3)


def test_backends_are_compared_with_the_first_and_with_funasr() -> None:
    said = [Reference(str(number), "") for number in range(3)]
    texts = {"fp32": ("a", "b", "c"), "int8": ("a", "b", "x"), "": ("a", "y", "z")}
    base = evaluation(*((each, told("")) for each in said))
    columns = tuple(
        Column(INCREMENTAL if backend else FUNASR, backend, tuple(told(text) for text in heard_))
        for backend, heard_ in texts.items()
    )

    lines = table(Evaluation(base.recordings, columns, ())).splitlines()

    assert lines[0].split() == ["fp32", "int8"]
    assert lines[1].split() == ["recordings", INCREMENTAL, INCREMENTAL, FUNASR]
    assert lines[-2].split()[-3:] == ["2", "2", "-"]
    assert lines[-1].split()[-3:] == ["-", "1", "-"]


# --- the command


def evaluated(
    capfd: pytest.CaptureFixture[str], *arguments: str | Path
) -> tuple[int, Any, list[str]]:
    code = main(["evaluate", "--model=demo", "--backend=fp32", "--json", *map(str, arguments)])
    captured = capfd.readouterr()
    return code, json.loads(captured.out or "null"), captured.err.splitlines()


def test_one_command_tells_how_right_and_how_fast(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    plot = tmp_path / "plot.png"

    code, report, _ = evaluated(capfd, CLIPS, "--refs", REFERENCES, "--limit", "24", "--plot", plot)

    assert code == 0
    names = [each["name"] for each in report["columns"]]
    assert names == ["fp32 incremental", "fp32 whole buffer", "FunASR"]
    for column in report["columns"]:
        every = column["scores"]["all"]
        assert every["recordings"] == 24
        assert every["characters"]["percent"] < 5
        assert every["language"]["percent"] == 100
        assert every["made_up"] == {"count": 0, "of": 4, "percent": 0}
        assert set(column["scores"]) == {"zh", "en", "yue", "ja", "ko", "nospeech", "all"}
        assert 0 < column["left_at_the_end_s"]["median"] < 5
    assert report["columns"][0]["units"]["number"] >= 20
    assert report["heard"][0]["columns"]["FunASR"]["text"]
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_what_is_missing_or_broken_is_told_and_the_rest_is_done(
    clips: list[Clip], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    clip = next(clip for clip in clips if clip.language == "en")
    for name in ("good", "extra"):
        soundfile.write(tmp_path / f"{name}.wav", clip.samples, SAMPLE_RATE_HZ)
    broken = tmp_path / "broken.flac"
    soundfile.write(broken, clip.samples, SAMPLE_RATE_HZ)
    broken.write_bytes(broken.read_bytes()[:20_000])
    refs = written(tmp_path, "text", f"good {clip.written}\nnone one two\nbroken one\n")

    code, report, said = evaluated(capfd, tmp_path, "--refs", refs, "--no-reference")

    assert code == 3
    assert report["recordings"] == 1
    assert [Path(each["file"]).name for each in report["unusable"]] == ["none", "broken.flac"]
    assert [Path(each).name for each in report["unlisted"]] == ["extra.wav"]
    assert f"dictation: There is no file {tmp_path / 'none'}." in said
    assert "dictation: recordings without a reference: 1 (extra.wav)" in said


@pytest.fixture
def folder_with_clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The current one; refs.tsv names a recording that is not there."""
    (tmp_path / "clips").symlink_to(CLIPS)
    written(tmp_path, "refs.tsv", "a.wav\tone\n")
    monkeypatch.chdir(tmp_path)


LISTED = ["clips", "--refs", "clips/references.json"]


@pytest.mark.parametrize(
    ("code", "arguments", "sentence"),
    [
        (9, ["nowhere", "--refs", "refs.tsv"], "There is no folder"),
        (9, [".", "--refs", "none.tsv"], "The references none.tsv cannot be read"),
        (9, [".", "--refs", "refs.tsv"], "No recording that refs.tsv names can be used"),
        (9, [*LISTED, "--backend", "fp32,fast"], "There is no backend fast."),
        (7, [*LISTED, "--plot", "a.svg"], "The plot cannot be written to a.svg"),
        (7, [*LISTED, "--plot", "no/a.png"], "there is no such folder"),
    ],
)
@pytest.mark.usefixtures("folder_with_clips")
def test_a_mistake_is_told_before_any_model_loads(
    capfd: pytest.CaptureFixture[str], code: int, arguments: list[str], sentence: str
) -> None:
    assert main(["evaluate", *arguments]) == code
    assert sentence in capfd.readouterr().err


def test_without_matplotlib_only_a_plot_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    chosen = [CLIPS, "--refs", REFERENCES, "--no-reference", "--limit", "1"]

    without, *_ = evaluated(capfd, *chosen)
    wanted, _, said = evaluated(capfd, *chosen, "--plot", tmp_path / "plot.png")

    assert (without, wanted) == (0, 7)
    assert said[0] == "dictation: The plot needs matplotlib, which is not installed here."
