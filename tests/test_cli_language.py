"""Which language the command line speaks, and that it speaks nothing else."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dictation import paths, translation
from dictation.cli import main
from dictation.commands.help import wrapped

# What stays as it is in Chinese: names of programs, formats, options and their values.
_NAMES = re.compile(
    r"--?[a-z][\w-]*|\{[\w,-]+\}|`[^`]*`|'[^']*'|https?://\S+|[\w/.]*/[\w/.]+|<TAB>"
    r"|\b[A-Z]+[A-Za-z]*\d*\b|\b[a-z]+\d+\b"
    r"|\b(dictation|emoji|websocket|auto|file|text|language|id|reference|matplotlib|cuda|amx"
    r"|txt|zh|en|yue|ja|ko|null)\b"
)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    translation.use("en", paths.resource("locale"))


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def choose_in_settings(language: str) -> None:
    file = paths.settings_file()
    file.parent.mkdir(parents=True)
    file.write_text(f'[interface]\nlanguage = "{language}"\n', encoding="utf-8")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with contextlib.suppress(SystemExit):
        main(arguments)
    output = capsys.readouterr()
    return output.out + output.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--lang", "zh_CN", "transcribe", "nowhere.wav"],
        ["--lang=zh_CN", "transcribe", "nowhere.wav"],
        ["transcribe", "nowhere.wav", "--lang", "zh_CN"],
        ["--lang", "en", "transcribe", "--lang", "zh_CN", "nowhere.wav"],
    ],
)
def test_the_option_may_stand_before_or_behind_the_command(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert "没有文件 nowhere.wav。" in told(capsys, *arguments)


def test_without_it_the_settings_decide(capsys: pytest.CaptureFixture[str]) -> None:
    choose_in_settings("zh_CN")
    assert "没有文件" in told(capsys, "transcribe", "nowhere.wav")
    assert "There is no file" in told(capsys, "--lang", "en", "transcribe", "nowhere.wav")


def test_else_the_system_does(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "zh_CN")
    assert "没有文件" in told(capsys, "transcribe", "nowhere.wav")
    choose_in_settings("system")
    assert "没有文件" in told(capsys, "transcribe", "nowhere.wav")
    monkeypatch.setenv("LANGUAGE", "de")
    assert "There is no file" in told(capsys, "transcribe", "nowhere.wav")


@pytest.mark.parametrize("settings", ["interface = 3", "not toml", "[interface]\nlanguage = 7"])
def test_settings_that_cannot_be_read_are_told_of_in_some_language(
    settings: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "zh_CN")
    file = paths.settings_file()
    file.parent.mkdir(parents=True)
    file.write_text(settings, encoding="utf-8")
    assert "settings.toml" in told(capsys, "transcribe", __file__)


def test_an_unknown_language_is_refused_with_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "zh_CN" in told(capsys, "--lang", "tlh", "status").partition("error:")[2]


COMMANDS = ["", "transcribe", "serve", "model", "doctor", "toggle", "status", "demo", "bench"]


@pytest.mark.parametrize("command", [*COMMANDS, "evaluate"])
def test_the_help_is_chinese_throughout(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = told(capsys, *([command] if command else []), "--help", "--lang", "zh_CN")

    body = shown.partition("\n\n")[2]  # behind the line of usage, which is names alone
    assert "选项" in shown
    assert not english_in(body)
    assert max(map(columns, shown.splitlines())) <= 80


def english_in(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]{3,} [a-z]{2,}", _NAMES.sub("·", text))


def test_english_help_would_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(english_in(told(capsys, "transcribe", "--help"))) > 10


def columns(line: str) -> int:
    return sum(2 if ord(character) > 0x2E80 else 1 for character in line)


def test_a_wrong_call_is_told_of_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, sentence in (
        (["transcribe"], "错误：缺少以下参数：FILE"),
        (["transcribe", "--format", "doc", "x.wav"], "无效的选择"),
        (["transcribe", "--rate", "much", "-"], "不小于 1 的整数"),
        (["status", "--loud"], "无法识别的参数"),
    ):
        assert sentence in told(capsys, "--lang", "zh_CN", *arguments)


def test_what_programs_read_is_english_in_any_language(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["doctor", "--lang", "zh_CN"]) in (0, 1)
    assert "语音模型" in capsys.readouterr().out
    assert main(["doctor", "--json", "--lang", "zh_CN"]) in (0, 1)
    findings = json.loads(capsys.readouterr().out)
    assert {"engine", "speech model", "settings"} <= {finding["name"] for finding in findings}
    assert not re.search(r"[\u4e00-\u9fff]", json.dumps(findings, ensure_ascii=False))


def test_the_program_itself_speaks_it(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "dictation", "--lang", "zh_CN", "transcribe", tmp_path / "no.wav"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 3
    assert "没有文件" in ran.stderr


@pytest.mark.parametrize("width", [20, 31, 80])
def test_lines_are_broken_by_what_they_take_on_a_terminal(width: int) -> None:
    text = "把音频和视频文件转成文字，或配合 --rate 的原始采样；已有的文件（如果有）会被替换。"
    lines = list(wrapped(text, width))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(columns(line) <= width + 2 for line in lines)
    assert not any(line[0] in "，。；）" for line in lines)


def test_english_is_broken_as_ever() -> None:
    assert list(wrapped("turn audio and  video files\n into text", 16)) == [
        "turn audio and",
        "video files into",
        "text",
    ]
