"""Sound comes out of videos and their like, by PyAV or by ffmpeg, and what is damaged is told."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from dictation.audio import media
from dictation.audio.av_decoding import AvFile
from dictation.audio.decoding import Damaged, Decoding
from dictation.audio.ffmpeg_decoding import FfmpegFile
from dictation.audio.files import AudioFile
from dictation.errors import AudioUnreadable, AudioWithoutSound, DecoderMissing
from dictation.speech import SAMPLE_RATE_HZ

FFMPEG = shutil.which("ffmpeg")
FFPROBE = shutil.which("ffprobe")
TONE = "sine=frequency=440:sample_rate=44100:duration=4"
FORMATS = {
    "m4a": ["-c:a", "aac"],
    "mp4": ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=5:duration=4", "-c:a", "aac"],
    "webm": ["-c:a", "libopus"],
    "mkv": ["-c:a", "flac"],
    "avi": ["-c:a", "mp3"],
    "ts": ["-c:a", "aac"],
    "wma": ["-c:a", "wmav2"],
}


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tone of four seconds in every format."""
    folder = tmp_path_factory.mktemp("videos")
    if FFMPEG is None or FFPROBE is None:
        if "CI" in os.environ:
            pytest.fail("there is no ffmpeg; packaging/bootstrap.py installs it")
        pytest.skip("no ffmpeg makes the files")
    for suffix, arguments in FORMATS.items():
        make(folder / f"tone.{suffix}", arguments)
    return folder


def make(path: Path, arguments: list[str], tone: str = TONE) -> None:
    command = [FFMPEG, "-v", "error", "-y", "-f", "lavfi", "-i", tone, *arguments, str(path)]
    subprocess.run(command, check=True)


def by_av(path: Path) -> Decoding:
    return AvFile(path)


def by_ffmpeg(path: Path) -> Decoding:
    assert FFMPEG is not None
    assert FFPROBE is not None
    return FfmpegFile(path, FFMPEG, FFPROBE)


WAYS = [by_av, by_ffmpeg]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("suffix", FORMATS)
def test_sound_comes_out_of_each_format(videos: Path, suffix: str, way: object) -> None:
    decoding = way(videos / f"tone.{suffix}")  # type: ignore[operator]
    frames = np.concatenate(list(decoding.blocks()))
    assert decoding.duration_s == pytest.approx(4, abs=0.2)
    assert len(frames) / decoding.rate_hz == pytest.approx(4, abs=0.2)
    spectrum = np.abs(np.fft.rfft(frames[decoding.rate_hz : 3 * decoding.rate_hz, 0]))
    assert np.argmax(spectrum) / 2 == pytest.approx(440, abs=1)


@pytest.mark.parametrize("way", WAYS)
def test_a_name_is_neither_an_option_nor_an_address(
    videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: object
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("-i", "concat:a|b.mp4", "http:x.mp4", "%d.mp4", "-loglevel debug.m4a"):
        shutil.copy(videos / "tone.m4a", name)
        assert sum(map(len, way(Path(name)).blocks())) > 3 * SAMPLE_RATE_HZ  # type: ignore[operator]


@pytest.mark.parametrize("way", WAYS)
def test_a_playlist_opens_no_other_file(videos: Path, tmp_path: Path, way: object) -> None:
    shutil.copy(videos / "tone.ts", tmp_path / "secret.ts")
    listed = tmp_path / "list.mp4"
    listed.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nsecret.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(AudioUnreadable):
        way(listed)  # type: ignore[operator]


@pytest.mark.parametrize("way", WAYS)
def test_a_video_without_sound_is_told(videos: Path, tmp_path: Path, way: object) -> None:
    path = tmp_path / "silent.mp4"
    silent = ["-map", "0:v", "-c:v", "mpeg4"]
    make(path, silent, "testsrc=size=64x64:rate=5:duration=1")
    with pytest.raises(AudioWithoutSound, match="no sound track"):
        way(path)  # type: ignore[operator]


@pytest.mark.parametrize("way", WAYS)
def test_a_video_that_was_cut_off_gives_what_is_there_and_says_so(
    videos: Path, tmp_path: Path, way: object
) -> None:
    path = tmp_path / "cut.mp4"
    make(path, ["-c:a", "aac", "-movflags", "faststart"])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    decoding = way(path)  # type: ignore[operator]
    lengths: list[int] = []
    with pytest.raises(Damaged):
        lengths.extend(map(len, decoding.blocks()))
    assert 1 < sum(lengths) / decoding.rate_hz < 3


@pytest.mark.parametrize("way", WAYS)
def test_a_pause_in_the_track_stays_a_pause(videos: Path, tmp_path: Path, way: object) -> None:
    """As when a player skipped while it recorded: times are those of the video."""
    path = tmp_path / "gap.mkv"
    cut = "aselect='not(between(t,1,3))'"
    make(path, ["-af", cut, "-c:a", "pcm_s16le"])
    frames = np.concatenate(list(way(path).blocks()))  # type: ignore[operator]
    rate_hz = way(path).rate_hz  # type: ignore[operator]
    assert len(frames) / rate_hz == pytest.approx(4, abs=0.2)
    assert not frames[round(1.2 * rate_hz) : round(2.8 * rate_hz)].any()
    assert frames[round(3.2 * rate_hz) : round(3.8 * rate_hz)].any()


def test_a_recording_of_a_browser_has_a_length_too(videos: Path, tmp_path: Path) -> None:
    path = tmp_path / "live.webm"
    make(path, ["-c:a", "libopus", "-live", "1", "-f", "webm"])
    assert AvFile(path).duration_s == pytest.approx(4, abs=0.2)


def test_without_a_decoder_the_extra_is_named_for_videos_alone(
    videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    for suffix in FORMATS:
        with pytest.raises(DecoderMissing) as caught:
            AudioFile(videos / f"tone.{suffix}")
        assert "dictation[media]" in caught.value.remedy
        assert "ffmpeg" in caught.value.remedy
    text = tmp_path / "text.mp4"
    text.write_text("This is a text that somebody renamed.\n" * 100)
    with pytest.raises(AudioUnreadable):
        AudioFile(text)


def test_without_pyav_an_installed_ffmpeg_decodes(
    videos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media.importlib.util, "find_spec", lambda _name: None)
    file = AudioFile(videos / "tone.mp4")
    assert isinstance(file._decoding, FfmpegFile)
    samples = np.concatenate(list(file.chunks()))
    assert len(samples) / SAMPLE_RATE_HZ == pytest.approx(4, abs=0.2)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_no_media_at_all_is_told(tmp_path: Path, videos: Path, way: object) -> None:
    path = tmp_path / "text.mp4"
    path.write_text("This is a text that somebody renamed.\n" * 100)
    with pytest.raises(AudioUnreadable) as caught:
        way(path)  # type: ignore[operator]
    assert str(caught.value).count(str(path)) == 1


def test_ffmpeg_ends_with_whoever_stops_to_read(videos: Path) -> None:
    before = children()
    blocks = by_ffmpeg(videos / "tone.avi").blocks()
    next(blocks)
    (ffmpeg,) = children() - before
    blocks.close()  # type: ignore[attr-defined]
    assert not Path("/proc", ffmpeg).exists()


def children() -> set[str]:
    """Processes of ours, by number."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {number for task in tasks for number in task.read_text().split()}
