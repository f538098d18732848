"""One value among all settings: how it is looked up, and how settings differ when it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass, fields, replace
from typing import Any

from dictation.settings import AppRule, Settings

_DEFAULTS = Settings()


@dataclass(frozen=True, slots=True)
class Lens:
    """key: as the settings file calls it. owner: whose value it is at the moment, if there are
    several of that key."""

    key: str
    get: Callable[[Settings], Any]
    put: Callable[[Settings, Any], Settings]
    least: int = 0
    most: int = 0
    """Of numbers."""
    owner: Callable[[], str] = str

    def restored(self, settings: Settings) -> Settings:
        """With the default."""
        return self.put(settings, self.get(_DEFAULTS))


def of(section: str, name: str) -> Lens:
    """``[section] name``."""

    def get(settings: Settings) -> Any:
        return getattr(getattr(settings, section), name)

    def put(settings: Settings, value: Any) -> Settings:
        changed = replace(getattr(settings, section), **{name: value})
        return replace(settings, **{section: changed})

    bounds = _field(getattr(_DEFAULTS, section), name).metadata
    least, most = bounds.get("least", 0), bounds.get("most", 0)
    return Lens(f"{section}.{name}", get, put, least, most)


def of_rule(app: Callable[[], str], name: str) -> Lens:
    """``[apps."…"] name``. app: whose rule is meant at the moment."""

    def get(settings: Settings) -> Any:
        return getattr(settings.apps.get(app(), AppRule()), name)

    def put(settings: Settings, value: Any) -> Settings:
        rule = replace(settings.apps.get(app(), AppRule()), **{name: value})
        return replace(settings, apps={**settings.apps, app(): rule})

    return Lens(f"apps.{name}", get, put, owner=app)


def _field(section: Any, name: str) -> Field[Any]:
    return next(each for each in fields(section) if each.name == name)
