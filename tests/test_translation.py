"""The language in use, how it is found, and what is told in it."""

from __future__ import annotations

import logging
import pickle
import threading
from collections.abc import Iterator

import pytest

from dictation import translation
from dictation.errors import (
    AudioForbidden,
    DictationError,
    ModelDamaged,
    SettingInvalid,
    system_words,
)
from dictation.paths import resource
from dictation.translation import N_, EnglishLog, Phrase, _, accepted, nearest, ngettext, told_in

DAMAGED = ModelDamaged(folder="/models", reason=Phrase("{file} cannot be loaded", file="model.pt"))


@pytest.fixture(autouse=True)
def catalogues() -> Iterator[None]:
    translation.use("en", resource("locale"))
    yield
    translation.use("en", resource("locale"))


def use(language: str) -> None:
    translation.use(language, resource("locale"))


@pytest.mark.parametrize(
    ("wished", "language"),
    [
        (["zh_CN.UTF-8"], "zh_CN"),
        (["zh_CN.GB18030@stroke"], "zh_CN"),
        (["zh"], "zh_CN"),
        (["zh-Hans-HK"], "zh_CN"),
        (["zh_SG"], "zh_CN"),
        (["zh_TW.UTF-8"], "en"),
        (["zh-Hant"], "en"),
        (["zh_HK", "zh_CN"], "zh_CN"),
        (["de_DE.UTF-8", "zh_CN"], "zh_CN"),
        (["en_GB.UTF-8", "zh_CN"], "en"),
        (["C.UTF-8"], "en"),
        (["POSIX"], "en"),
        (["de_DE"], "en"),
        ([""], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_that_there_is_counts(wished: list[str], language: str) -> None:
    assert nearest(wished) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_CN"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("en;q=0.2, zh-CN;q=0.8", "zh_CN"),
        ("fr-FR, zh-CN;q=0.5, en;q=0.3", "zh_CN"),
        ("zh-CN;q=0, en", "en"),
        ("zh-CN;q=much, en;q=0.1", "en"),
        ("fr", "en"),
    ],
)
def test_a_browser_s_wishes_are_weighed(header: str, language: str) -> None:
    assert accepted(header) == language


@pytest.mark.parametrize("header", ["", "*", "*;q=0.5"])
def test_who_wishes_for_nothing_gets_the_language_in_use(header: str) -> None:
    use("zh_CN")
    assert accepted(header) == "zh_CN"


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LC_MESSAGES": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "zh_CN"),
        ({"LANGUAGE": "de:zh_CN:en", "LC_ALL": "en_US.UTF-8"}, "zh_CN"),
        ({"LANGUAGE": "", "LANG": "zh_CN.UTF-8"}, "zh_CN"),
    ],
)
def test_the_system_is_asked_as_gettext_asks_it(
    variables: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    use(translation.SYSTEM)

    assert translation.used() == language


def test_a_sentence_that_is_kept_is_told_in_the_language_of_the_moment() -> None:
    kept = N_("Something went wrong.")
    assert _(kept) == "Something went wrong."
    use("zh_CN")
    assert _(kept) == "出错了。"
    use("en")
    assert _(kept) == "Something went wrong."


def test_what_has_no_translation_stays_itself() -> None:
    use("zh_CN")
    assert _("No catalogue has this.") == "No catalogue has this."
    assert _("") == ""


def test_chinese_has_one_form_and_english_two() -> None:
    forms = ("{count} file", "{count} files")
    assert [ngettext(*forms, number).format(count=number) for number in (1, 2)] == [
        "1 file",
        "2 files",
    ]
    use("zh_CN")
    assert {ngettext(*forms, number) for number in (1, 2)} == {"{count} 个文件"}


def test_an_error_is_told_whole_in_either_language() -> None:
    assert str(DAMAGED) == "The model in /models is damaged: model.pt cannot be loaded."
    use("zh_CN")
    assert str(DAMAGED) == "/models 中的模型已损坏：无法加载 model.pt。"


def test_an_error_that_crossed_the_pipe_is_told_in_the_language_there() -> None:
    crossed: DictationError = pickle.loads(pickle.dumps(DAMAGED))
    use("zh_CN")
    assert str(crossed) == str(DAMAGED)
    assert crossed.fields["reason"] == DAMAGED.fields["reason"]


def test_what_the_system_says_of_a_refusal_is_translated() -> None:
    refused = AudioForbidden(file="a.wav", reason="Permission denied")
    lower = AudioForbidden(file="a.wav", reason="permission denied")
    assert str(lower) == "a.wav may not be read: permission denied."
    use("zh_CN")
    assert str(refused) == str(lower) == "不允许读取 a.wav：权限不足。"
    assert system_words("Whatever else") == "Whatever else"


def test_what_a_setting_may_be_is_told_in_chinese_too() -> None:
    use("zh_CN")
    error = SettingInvalid(
        file="settings.toml",
        key="microphone.keep_warm_s",
        value="true",
        allowed=Phrase("a number from {least} to {most}", least=0, most=600),
        default="0",
    )
    assert str(error) == (
        "settings.toml 中的 microphone.keep_warm_s = true 无效；允许的值：0 到 600 之间的数。"
    )


def test_another_language_for_one_request_is_nobody_else_s() -> None:
    meanwhile: list[str] = []
    with told_in("zh_CN"):
        other = threading.Thread(target=lambda: meanwhile.append(str(DAMAGED)))
        other.start()
        other.join()
        assert "已损坏" in str(DAMAGED)
    assert "damaged" in meanwhile[0]
    assert "damaged" in str(DAMAGED)


def test_a_log_stays_english() -> None:
    use("zh_CN")
    record = logging.LogRecord("x", logging.WARNING, "x", 1, "not usable: %s", (DAMAGED,), None)
    assert EnglishLog("%(message)s").format(record) == (
        "not usable: The model in /models is damaged: model.pt cannot be loaded."
    )
    assert "已损坏" in str(DAMAGED)


def test_sentences_follow_each_other_as_the_language_has_it() -> None:
    error = AudioForbidden(file="a.wav", reason="Permission denied")
    assert error.whole == (
        "a.wav may not be read: Permission denied. Check the permissions of the file."
    )
    assert DictationError().whole == "Something went wrong."
    use("zh_CN")
    assert error.whole == "不允许读取 a.wav：权限不足。请检查文件的权限。"
