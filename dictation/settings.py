"""What the user chose: read from TOML, checked, and written back with comments kept."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

import tomlkit
import tomlkit.exceptions

from dictation import paths
from dictation.errors import SettingInvalid, SettingsTooNew, SettingsUnreadable
from dictation.speech import LANGUAGES, Language, TextStyle
from dictation.translation import Phrase, _

VERSION = 1

_APPS = "apps"
_REPLACEMENTS = "replacements"


class SpokenLanguage(StrEnum):
    """The language that is expected; AUTO: the model finds it."""

    AUTO = "auto"
    CHINESE = "zh"
    ENGLISH = "en"
    CANTONESE = "yue"
    JAPANESE = "ja"
    KOREAN = "ko"


class BackendName(StrEnum):
    """What computes the model; AUTO: the fastest that proved itself on this machine."""

    AUTO = "auto"
    CUDA = "cuda"
    """bfloat16 on an NVIDIA GPU."""
    AMX = "amx"
    """bfloat16 on processors that multiply its matrices in hardware."""
    INT8 = "int8"
    """Weights and activations in eight bits, by ONNX Runtime."""
    FP32 = "fp32"
    """Exact: the same tokens as FunASR's own classes."""
    REFERENCE = "reference"
    """FunASR's own classes."""


def _number(default: int, least: int, most: int) -> Any:
    return field(default=default, metadata={"least": least, "most": most})


def _some_of(choices: tuple[StrEnum, ...]) -> Any:
    """A list of one or more of these; the default is all."""
    return field(default=choices, metadata={"choices": choices})


def _phrases() -> Any:
    """Texts by texts; the default is none."""
    return field(default_factory=dict, metadata={"phrases": True})


@dataclass(frozen=True, slots=True)
class RecognitionSettings:
    """How speech becomes text."""

    language: SpokenLanguage = SpokenLanguage.AUTO
    languages: tuple[Language, ...] = _some_of(LANGUAGES)
    """Those among which the model looks for it."""
    style: TextStyle = TextStyle.WRITTEN
    model: str = ""
    """A folder, or ``demo``; empty: the published model."""
    threads: int = _number(0, 0, 64)
    """Of one decode, at most; 0: as many as make it faster on this machine."""
    backend: BackendName = BackendName.AUTO
    unload_minutes: int = _number(0, 0, 10_080)
    """Without a dictation, then the model is unloaded and its memory free; 0: never."""
    server: str = ""
    """Where speech is recognised, such as http://192.168.1.20:2002; empty: on this machine."""
    use_server: bool = True
    """Whether it is asked, if there is one."""
    server_token_file: str = ""
    """Holds what the server wants to know; empty: one that the program itself keeps."""
    server_ca_file: str = ""
    """Certificates to trust there; empty: the system's."""


class HotkeyMode(StrEnum):
    """What the hotkey does: dictate while it is held, or from one press to the next, or both."""

    HOLD = "hold"
    TOGGLE = "toggle"
    TAP_OR_HOLD = "tap-or-hold"


@dataclass(frozen=True, slots=True)
class HotkeySettings:
    """How dictation is started."""

    key: str = "F9"
    mode: HotkeyMode = HotkeyMode.HOLD
    undo: str = ""
    """A key that takes the last text away again; empty: there is none. So the next ones."""
    repeat: str = ""
    """… that inserts the last text once more."""
    cancel: str = ""
    """… that forgets what is being dictated; while dictating, Escape always does."""
    language: str = ""
    """… that goes on to the next language."""
    evdev: bool = False
    """Whether keys are read from the kernel's input devices (Linux), for desktops that tell of no
    hotkey. They reach the focused program as well, and are heard while the screen is locked; the
    user needs leave to read all keyboards, mostly by the group input."""


@dataclass(frozen=True, slots=True)
class MicrophoneSettings:
    """Where speech comes from."""

    device: str = ""
    """A name as the system lists it; empty: the system's default."""
    keep_open: bool = False
    """Whether it always listens, so that the 300 ms before the hotkey are there too; they are kept
    in memory alone, and forgotten as they age."""
    keep_warm_s: int = _number(0, 0, 600)
    """How long it stays open after a take, for headsets that wake up slowly."""
    longest_take_minutes: int = _number(60, 1, 600)
    """A take ends there, and is transcribed; nothing is lost."""
    silence_stop_s: int = _number(0, 0, 600)
    """A take that no held key keeps going ends after so much silence; 0: never."""
    pause_media: bool = False
    """Whether music and films pause while one dictates, and go on after it."""


class Elsewhere(StrEnum):
    """What becomes of text when another program has the focus than at the start."""

    COPY = "copy"
    """It goes on the clipboard, and the user is told."""
    INSERT = "insert"
    """It is inserted where the focus is now."""


class FinalPunctuation(StrEnum):
    """What becomes of the sign that ends a text."""

    KEEP = "keep"
    REMOVE_STOP = "remove-stop"
    """A full stop goes, question and exclamation marks stay."""
    REMOVE = "remove"
    """It goes."""


@dataclass(frozen=True, slots=True)
class InsertionSettings:
    """Where text goes."""

    copy_only: bool = False
    """To the clipboard, and nowhere else."""
    elsewhere: Elsewhere = Elsewhere.COPY
    live: bool = False
    """Whether text is inserted at each pause while one still speaks."""
    final_punctuation: FinalPunctuation = FinalPunctuation.KEEP


class Notify(StrEnum):
    """Of which takes a notification is shown."""

    ALL = "all"
    PROBLEMS = "problems"
    """Of those alone that did not go well."""


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """What a notification tells."""

    takes: Notify = Notify.ALL
    text: bool = True
    """Whether it shows what was said; else only how it went."""


class InterfaceLanguage(StrEnum):
    """What windows, menus and messages are in."""

    SYSTEM = "system"
    ENGLISH = "en"
    CHINESE = "zh_CN"


@dataclass(frozen=True, slots=True)
class InterfaceSettings:
    """What the program itself looks like."""

    language: InterfaceLanguage = InterfaceLanguage.SYSTEM


class Edge(StrEnum):
    """Of the screen."""

    BOTTOM = "bottom"
    TOP = "top"


class Motion(StrEnum):
    """How lively the overlay is; SYSTEM: as the desktop is asked to be."""

    SYSTEM = "system"
    FULL = "full"
    REDUCED = "reduced"


@dataclass(frozen=True, slots=True)
class OverlaySettings:
    """The pill that shows what is being dictated."""

    on: bool = True
    position: Edge = Edge.BOTTOM
    motion: Motion = Motion.SYSTEM


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """What is heard when dictation starts, stops or fails."""

    on: bool = True
    volume_percent: int = _number(60, 0, 100)


class Form(StrEnum):
    """How the transcript of a file is written; each value is what its name ends in too."""

    TXT = "txt"
    JSON = "json"
    SRT = "srt"
    VTT = "vtt"
    TSV = "tsv"


@dataclass(frozen=True, slots=True)
class FileSettings:
    """What becomes of files that the program in the tray transcribes."""

    beside: bool = False
    """Whether the text is saved beside the file; it is on the clipboard in any case."""
    format: Form = Form.TXT


class InsertionWay(StrEnum):
    """How text gets into a program."""

    USUAL = "usual"
    """As it is best on this desktop."""
    TYPE = "type"
    """Key by key, where the desktop lets us; for programs that paste nothing."""
    COPY = "copy"
    """To the clipboard alone."""
    OFF = "off"
    """There is no dictation while that program has the focus."""


class LineBreaks(StrEnum):
    """What line breaks in a text become."""

    USUAL = "usual"
    """Kept; in programs known as terminals, where one would run a command, spaces."""
    KEEP = "keep"
    SPACES = "spaces"


@dataclass(frozen=True, slots=True)
class AppRule:
    """What is different in one program."""

    insert: InsertionWay = InsertionWay.USUAL
    keys: str = ""
    """What pastes there, such as Ctrl+Shift+V; empty: as usual."""
    line_breaks: LineBreaks = LineBreaks.USUAL
    enter: bool = False
    """Whether Enter is pressed behind the text; never in a terminal."""
    language: SpokenLanguage = SpokenLanguage.AUTO
    """What is spoken there; AUTO: as everywhere."""
    replacements: Mapping[str, str] = _phrases()
    """What is written there, by what is spoken; before those for all programs."""


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """What is kept of dictations that are over."""

    private: bool = False
    """Nothing at all, from now on."""
    text_days: int = _number(0, 0, 36_500)
    """Older texts are deleted; 0: never."""
    audio_days: int = _number(30, 0, 36_500)
    """Older recordings are deleted; 0: only when there is no room for them."""
    audio_mb: int = _number(1_000, 0, 1_000_000)
    """Room for recordings, some 18 hours of speech; 0: none is kept."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All of them, in sections as in the file."""

    recognition: RecognitionSettings = RecognitionSettings()
    hotkey: HotkeySettings = HotkeySettings()
    microphone: MicrophoneSettings = MicrophoneSettings()
    insertion: InsertionSettings = InsertionSettings()
    overlay: OverlaySettings = OverlaySettings()
    sounds: SoundSettings = SoundSettings()
    notifications: NotificationSettings = NotificationSettings()
    interface: InterfaceSettings = InterfaceSettings()
    replacements: Mapping[str, str] = _phrases()
    """What is written, by what is spoken."""
    files: FileSettings = FileSettings()
    history: HistorySettings = HistorySettings()
    apps: Mapping[str, AppRule] = field(default_factory=dict)
    """By window class or application id, in lower case; ``*`` stands for anything."""


# One function for each step: takes the parsed file of version n, gives that of n + 1.
_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def load(file: Path) -> Settings:
    """The settings in the file, defaults where it says nothing or is not there.

    Keys that are not known are left alone: a newer version may have written them. Raises
    SettingsUnreadable, SettingInvalid or SettingsTooNew.
    """
    try:
        parsed = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsUnreadable(file=file, reason=_why(error)) from error
    return _built(file, _upgraded(file, parsed))


def save(file: Path, settings: Settings) -> None:
    """Writes what differs from the file's values, and keeps the rest of it, comments included.

    The file is replaced as a whole, so that a crash leaves the old or the new one. Raises
    SettingsUnreadable, or SettingInvalid where a value stands in place of a section.
    """
    document = _document(file)
    document["version"] = VERSION
    defaults = Settings()
    for section in fields(Settings):
        if section.name not in (_APPS, _REPLACEMENTS):
            values, usual = getattr(settings, section.name), getattr(defaults, section.name)
            _write_section(document, section.name, values, usual)
    if document.get(_REPLACEMENTS, {}) != settings.replacements:
        document[_REPLACEMENTS] = dict(settings.replacements)
    if settings.apps and _APPS not in document:
        document[_APPS] = tomlkit.table(is_super_table=True)
    as_written = {name.lower(): name for name in document.get(_APPS, {})}
    for app in as_written.keys() - settings.apps.keys():
        del document[_APPS][as_written[app]]
    for app, rule in settings.apps.items():
        _write_section(document[_APPS], as_written.get(app, app), rule, AppRule())
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths.replace_file(file, tomlkit.dumps(document), mode=0o600)


def _document(file: Path) -> tomlkit.TOMLDocument:
    """The file as it is, to be changed; a new one where there is none. Raises as ``save`` does."""
    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        document = tomlkit.document()
        document.add(tomlkit.comment(_("Settings of Dictation. Changes apply at once.")))
    except (OSError, UnicodeDecodeError, tomlkit.exceptions.TOMLKitError) as error:
        raise SettingsUnreadable(file=file, reason=_why(error)) from error
    for section in fields(Settings):
        _section(file, section.name, document.get(section.name, {}))
    for app, rule in document.get(_APPS, {}).items():
        _section(file, _rule_name(app), rule)
    return document


def _why(error: Exception) -> object:
    """What a person can make something of."""
    match error:
        case OSError():
            return error.strerror
        case UnicodeDecodeError():
            return Phrase("it is not plain text")
    return str(error)


def _write_section(parent: Any, name: str, values: Any, usual: Any) -> None:
    table = parent.get(name, {})
    for key in fields(values):
        value = getattr(values, key.name)
        if key.name in table or value != getattr(usual, key.name):
            if name not in parent:
                parent[name] = tomlkit.table()
            if table.get(key.name) != (plain := _plain(value)):
                parent[name][key.name] = plain


def _upgraded(file: Path, parsed: dict[str, Any]) -> dict[str, Any]:
    version = parsed.get("version", VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise SettingInvalid(
            file=file, key="version", value=_shown(version), allowed="1", default=VERSION
        )
    if version > VERSION:
        raise SettingsTooNew(file=file, version=version)
    while version < VERSION:
        parsed = _UPGRADES[version](parsed)
        version += 1
    return parsed


def _built(file: Path, parsed: dict[str, Any]) -> Settings:
    settings = Settings()
    for section in fields(Settings):
        table = _section(file, section.name, parsed.get(section.name, {}))
        if section.name == _REPLACEMENTS:
            settings = _checked_section(file, "", settings, {_REPLACEMENTS: table})
        elif section.name != _APPS:
            checked = _checked_section(file, section.name, getattr(settings, section.name), table)
            settings = replace(settings, **{section.name: checked})
    rules = {}
    for app, values in parsed.get(_APPS, {}).items():
        name = _rule_name(app)
        rules[app.lower()] = _checked_section(file, name, AppRule(), _section(file, name, values))
    return replace(settings, apps=rules)


def _rule_name(app: str) -> str:
    return f'{_APPS}."{app}"'


def _section(file: Path, name: str, table: Any) -> dict[str, Any]:
    if isinstance(table, dict):
        return table
    raise SettingInvalid(
        file=file,
        key=name,
        value=_shown(table),
        allowed=Phrase("a section, [{name}]", name=name),
        default=Phrase("empty"),
    )


def _checked_section(file: Path, name: str, defaults: Any, table: dict[str, Any]) -> Any:
    types = get_type_hints(type(defaults))
    chosen = {}
    for key in fields(defaults):
        if key.name not in table:
            continue
        value = table[key.name]
        kind, allowed = types[key.name], _allowed(types[key.name], key.metadata)
        try:
            chosen[key.name] = _checked_value(value, kind, key.metadata)
        except ValueError as error:
            raise SettingInvalid(
                file=file,
                key=f"{name}.{key.name}".lstrip("."),
                value=_shown(value),
                allowed=allowed,
                default=_shown(getattr(defaults, key.name)),
            ) from error
    return replace(defaults, **chosen)


def _checked_value(value: Any, kind: type, bounds: Any) -> Any:
    """Raises ValueError if the value is not of this kind or out of its bounds."""
    if "choices" in bounds:
        if not isinstance(value, list) or not value:
            raise ValueError(value)
        # In the order of the file, so that saving finds nothing changed.
        return tuple(bounds["choices"][bounds["choices"].index(one)] for one in value)
    if "phrases" in bounds:
        if not isinstance(value, dict) or not all(type(text) is str for text in value.values()):
            raise ValueError(value)
        return dict(value)
    if issubclass(kind, StrEnum):
        return kind(value)
    if type(value) is not kind:  # a bool is an int to isinstance
        raise ValueError(value)
    if "least" in bounds and not bounds["least"] <= value <= bounds["most"]:
        raise ValueError(value)
    return value


def _allowed(kind: type, bounds: Any) -> Phrase:
    if "choices" in bounds:
        return Phrase(
            "a list of one or more of {choices}", choices=", ".join(map(_shown, bounds["choices"]))
        )
    if "phrases" in bounds:
        return Phrase('texts in quotes, such as "deep seek" = "DeepSeek"')
    if issubclass(kind, StrEnum):
        return Phrase("one of {choices}", choices=", ".join(f'"{choice.value}"' for choice in kind))
    if "least" in bounds:
        return Phrase("a number from {least} to {most}", least=bounds["least"], most=bounds["most"])
    return {bool: Phrase("true or false"), str: Phrase("text in quotes")}.get(
        kind, Phrase("of type {kind}", kind=kind.__name__)
    )


def _plain(value: Any) -> Any:
    """As TOML has it."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return dict(value)
    return value.value if isinstance(value, StrEnum) else value


def _shown(value: object) -> str:
    plain = _plain(value)
    if isinstance(plain, dict):
        inside = ", ".join(f"{_shown(key)} = {_shown(one)}" for key, one in plain.items())
        return f"{{{inside}}}"
    if isinstance(plain, list):
        return f"[{', '.join(map(_shown, plain))}]"
    if isinstance(plain, bool):
        return str(plain).lower()
    return f'"{plain}"' if isinstance(plain, str) else str(plain)
