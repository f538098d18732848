"""The whole program in Chinese, on a desktop that is English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from dictation.lab.dictation_program import DEMO_SETTINGS, DictationProgram
from dictation.lab.virtual_desktop import VirtualDesktop
from dictation.settings import InterfaceLanguage, InterfaceSettings

TEXT_S = 30.0
CHINESE = replace(DEMO_SETTINGS, interface=InterfaceSettings(InterfaceLanguage.CHINESE))


@pytest.fixture
def program(desktop: VirtualDesktop) -> Iterator[DictationProgram]:
    program = DictationProgram(desktop)
    program.start(CHINESE)
    yield program
    program.running.end()


def test_windows_and_commands_are_in_the_language_that_the_settings_name(
    desktop: VirtualDesktop, program: DictationProgram
) -> None:
    assert program.command("history").returncode == 0

    def titles() -> list[str]:
        return [each.title for each in desktop.windows() if each.pid == program.running.pid]

    desktop.wait(titles, TEXT_S, "The history's window")
    assert "听写" in titles()[0]
    assert re.match(r"(空闲|处理中)；模型", program.command("status").stdout)
    assert program.command("--lang", "en", "status").stdout.startswith("idle; model")
    assert not re.search(r"[\u4e00-\u9fff]", program.log_file.read_text(encoding="utf-8"))
