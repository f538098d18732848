"""Settings are read strictly, told precisely when wrong, and written with comments kept."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dictation import settings
from dictation.errors import SettingInvalid, SettingsError, SettingsTooNew, SettingsUnreadable
from dictation.settings import (
    AppRule,
    InsertionWay,
    LineBreaks,
    RecognitionSettings,
    Settings,
    SpokenLanguage,
    load,
    save,
)
from dictation.speech import LANGUAGES, Language, TextStyle


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def write(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_no_file_means_the_defaults(file: Path) -> None:
    assert settings.load(file) == Settings()


def test_what_is_saved_is_loaded(file: Path) -> None:
    chosen = Settings(
        RecognitionSettings(
            language=SpokenLanguage.CANTONESE,
            languages=(Language.KOREAN, Language.ENGLISH),
            style=TextStyle.SPOKEN,
            model="/a b/ü",
            threads=3,
        )
    )

    settings.save(file, chosen)

    assert settings.load(file) == chosen


def test_comments_and_keys_of_others_stay(file: Path) -> None:
    write(file, "# mine\n[recognition]\nlanguage = 'en' # always\nlater = 7\n[x]\ny=1\n")

    settings.save(file, Settings(RecognitionSettings(language=SpokenLanguage.JAPANESE)))

    text = file.read_text(encoding="utf-8")
    assert "# mine" in text
    assert "# always" in text
    assert "later = 7" in text
    assert "[x]\ny=1" in text
    assert settings.load(file).recognition.language is SpokenLanguage.JAPANESE


def test_a_list_that_did_not_change_is_left_as_it_was_written(file: Path) -> None:
    lines = "[recognition]\nlanguages = [\n  'en',  # at work\n  'zh',\n]\n"
    write(file, lines)

    settings.save(file, settings.load(file))

    assert lines in file.read_text(encoding="utf-8")


def test_all_languages_are_enabled_unless_some_are_chosen(file: Path) -> None:
    write(file, "[recognition]\nlanguages = ['en', 'zh']\n")

    assert settings.load(file).recognition.languages == (Language.ENGLISH, Language.CHINESE)
    assert Settings().recognition.languages == LANGUAGES


def test_the_default_told_for_a_list_is_a_list(file: Path) -> None:
    write(file, "[recognition]\nlanguages = 3\n")

    with pytest.raises(SettingInvalid) as caught:
        settings.load(file)

    assert '["zh", "en", "yue", "ja", "ko"]' in caught.value.remedy


def test_the_default_told_for_a_switch_is_as_toml_has_it(file: Path) -> None:
    write(file, "[sounds]\non = 7\n")

    with pytest.raises(SettingInvalid) as told:
        settings.load(file)

    assert told.value.remedy.endswith("the default, true.")


def test_a_rule_that_is_gone_is_taken_out_of_the_file_and_the_others_stay_as_they_are(
    file: Path,
) -> None:
    write(file, '[apps."Firefox"] # browser\nenter = true\n\n[apps.wechat] # chat\nnews = 1\n')
    chosen = settings.load(file)

    settings.save(file, replace(chosen, apps={"wechat": chosen.apps["wechat"]}))

    assert "Firefox" not in file.read_text()
    assert "[apps.wechat] # chat\nnews = 1\n" in file.read_text()
    settings.save(file, replace(chosen, apps={}))
    assert settings.load(file) == replace(chosen, apps={})


def test_defaults_are_not_written_down(file: Path) -> None:
    settings.save(file, Settings())

    assert "recognition" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("language = 'fr'", ["recognition.language", '"fr"', '"auto", "zh"']),
        ("threads = 65", ["recognition.threads", "65", "0 to 64"]),
        ("threads = true", ["recognition.threads", "true", "0 to 64"]),
        ("model = 3", ["recognition.model", "3", "text in quotes"]),
        ("style = 1", ["recognition.style", '"written", "spoken"']),
        ("languages = 'zh'", ["recognition.languages", '"zh"', 'one or more of "zh", "en"']),
        ("languages = ['zh', 'fr']", ["recognition.languages", '["zh", "fr"]', '"ja", "ko"']),
        ("languages = ['nospeech']", ["recognition.languages", '["nospeech"]']),
        ("languages = []", ["recognition.languages", "[]"]),
        ("languages = [['zh'], 1]", ["recognition.languages", '[["zh"], 1]']),
    ],
)
def test_a_wrong_value_is_told_with_file_key_value_and_range(
    file: Path, line: str, words: list[str]
) -> None:
    write(file, f"[recognition]\n{line}\n")

    with pytest.raises(SettingInvalid) as caught:
        settings.load(file)

    for word in [str(file), *words]:
        assert word in str(caught.value)


@pytest.mark.parametrize("use", [settings.load, lambda file: settings.save(file, Settings())])
def test_why_a_file_cannot_be_read_is_said_in_words(
    tmp_path: Path, use: Callable[[Path], object]
) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"\xff\xfe[hotkey]")
    with pytest.raises(SettingsUnreadable, match=r"cannot be read: it is not plain text\."):
        use(file)
    file.unlink()
    file.mkdir()
    with pytest.raises(SettingsUnreadable, match=r"cannot be read: Is a directory\."):
        use(file)


@pytest.mark.parametrize("text", ["recognition = 3", "apps = 3", "[apps]\nfirefox = 3"])
def test_a_value_in_place_of_a_section_is_not_written_over(file: Path, text: str) -> None:
    write(file, text)
    with pytest.raises(SettingInvalid, match="a section"):
        save(file, Settings(apps={"firefox": AppRule(enter=True)}))
    assert file.read_text() == text


def test_a_key_that_is_there_twice_is_told_when_saving_too(file: Path) -> None:
    write(file, '[hotkey]\nkey = "F8"\nkey = "F9"\n')
    for use in (load, lambda file: save(file, Settings())):
        with pytest.raises(SettingsUnreadable):
            use(file)


def test_a_file_that_is_no_toml_is_told(file: Path) -> None:
    write(file, "[recognition\n")

    with pytest.raises(SettingsUnreadable, match="line 1"):
        settings.load(file)


def test_a_file_of_a_newer_version_is_left_alone(file: Path) -> None:
    write(file, "version = 99\n")

    with pytest.raises(SettingsTooNew):
        settings.load(file)


def test_a_section_that_is_no_section_is_told(file: Path) -> None:
    write(file, "recognition = 3\n")

    with pytest.raises(SettingInvalid, match="recognition"):
        settings.load(file)


@given(st.binary(max_size=60))
def test_no_file_brings_anything_but_our_errors(tmp_path_factory: object, content: bytes) -> None:
    file = tmp_path_factory.mktemp("any") / "settings.toml"  # type: ignore[attr-defined]
    file.write_bytes(b"[recognition]\n" + content)

    with contextlib.suppress(SettingsError):
        assert isinstance(settings.load(file), Settings)


def test_rules_for_programs_are_read_and_written(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(
        '# mine\n[apps."Code-*"]\nkeys = "Ctrl+V"  # it has its own\nenter = true\n'
        '[apps.slack]\ninsert = "copy"\nlanguage = "zh"\n',
        encoding="utf-8",
    )

    loaded = load(file)
    assert loaded.apps == {
        "code-*": AppRule(keys="Ctrl+V", enter=True),
        "slack": AppRule(insert=InsertionWay.COPY, language=SpokenLanguage.CHINESE),
    }
    more = replace(loaded, apps={**loaded.apps, "gedit": AppRule(line_breaks=LineBreaks.SPACES)})
    save(file, more)

    assert load(file) == more
    written = file.read_text(encoding="utf-8")
    assert "# mine" in written
    assert "# it has its own" in written


def test_replacements_are_read_and_written(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(
        '[replacements]\n"deep seek" = "DeepSeek"  # a name\n"new line" = "\\n"\n'
        '[apps.code.replacements]\n"arrow" = "=>"\n',
        encoding="utf-8",
    )

    loaded = load(file)
    assert loaded.replacements == {"deep seek": "DeepSeek", "new line": "\n"}
    assert loaded.apps == {"code": AppRule(replacements={"arrow": "=>"})}
    save(file, replace(loaded, apps={"code": replace(loaded.apps["code"], enter=True)}))

    assert load(file).apps == {"code": AppRule(replacements={"arrow": "=>"}, enter=True)}
    assert load(file).replacements == loaded.replacements
    assert "# a name" in file.read_text(encoding="utf-8")
    another = tmp_path / "another.toml"
    save(another, loaded)
    assert load(another) == loaded


def test_a_first_rule_makes_its_section(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    rules = {"org.gnome.gedit": AppRule(keys="Ctrl+V"), "*": AppRule(enter=True)}

    save(file, Settings(apps=rules))

    assert load(file).apps == rules


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('[apps.slack]\ninsert = "never"', ['apps."slack".insert', "copy"]),
        ("[apps]\nslack = 3", ['apps."slack"', "a section"]),
        ("apps = 3", ["apps", "a section"]),
        ("replacements = 3", ["replacements", "a section"]),
        ('[replacements]\n"two" = 2', ["replacements", "two", "texts in quotes"]),
        ('[apps.slack]\nreplacements = "no"', ['apps."slack".replacements', "texts in quotes"]),
    ],
)
def test_a_wrong_rule_is_named(tmp_path: Path, line: str, named: list[str]) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(line + "\n", encoding="utf-8")

    with pytest.raises(SettingInvalid) as caught:
        load(file)

    assert all(part in str(caught.value) + caught.value.remedy for part in named)
