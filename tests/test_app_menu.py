"""The tray's submenu for the program that one is in."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QMenu

from dictation.desktop.app_menu import AppMenu
from dictation.settings import AppRule, InsertionWay, LineBreaks, SpokenLanguage

from .test_tray import shown


@pytest.fixture
def menu(qt: QApplication) -> tuple[AppMenu, QMenu, list[tuple[str, AppRule]]]:
    parent, chosen = QMenu(), []
    app_menu = AppMenu(parent)
    app_menu.chosen.connect(lambda app, rule: chosen.append((app, rule)))
    return app_menu, parent, chosen


def entries(parent: QMenu) -> dict[str, bool]:
    """Each label, and whether it is marked."""
    (submenu,) = (action.menu() for action in parent.actions())
    return {shown(action): action.isChecked() for action in submenu.actions() if action.text()}


def click(parent: QMenu, label: str) -> None:
    (submenu,) = (action.menu() for action in parent.actions())
    next(action for action in submenu.actions() if shown(action) == label).trigger()


def test_without_a_program_there_is_nothing_to_choose(menu: tuple) -> None:
    _, parent, _ = menu

    (submenu,) = parent.actions()
    assert shown(submenu) == "For this app…"
    assert not submenu.isEnabled()


def test_the_rule_of_the_program_is_marked(menu: tuple) -> None:
    app_menu, parent, _ = menu

    app_menu.show_rule("r&d", AppRule(keys="Ctrl+Y", enter=True))

    assert shown(parent.actions()[0]) == "For “r&d”"
    marked = [label for label, is_marked in entries(parent).items() if is_marked]
    assert marked == ["Paste with Ctrl+Y", "Press Enter after the text"]


def test_the_language_of_the_program_is_marked_and_chosen(menu: tuple) -> None:
    app_menu, parent, chosen = menu
    app_menu.show_rule("code", AppRule(language=SpokenLanguage.JAPANESE))
    (submenu,) = (action.menu() for action in parent.actions())
    (languages,) = (action.menu() for action in submenu.actions() if action.menu())
    marked = [action.text() for action in languages.actions() if action.isChecked()]
    assert marked == ["日本語 (Japanese)"]

    languages.actions()[0].trigger()

    assert languages.actions()[0].text() == "As everywhere"
    assert chosen == [("code", AppRule())]


def test_in_a_terminal_line_breaks_are_spaces_and_enter_is_not_offered(menu: tuple) -> None:
    app_menu, parent, _ = menu

    app_menu.show_rule("xterm", AppRule(enter=True))

    assert entries(parent)["Line breaks become spaces"]
    assert not entries(parent)["Press Enter after the text"]
    (submenu,) = (action.menu() for action in parent.actions())
    usable = {shown(action) for action in submenu.actions() if action.isEnabled()}
    assert not usable & {"Line breaks become spaces", "Press Enter after the text"}


def test_a_choice_changes_one_thing_and_keeps_the_rest(menu: tuple) -> None:
    app_menu, parent, chosen = menu
    app_menu.show_rule("code", AppRule(replacements={"arrow": "=>"}))

    click(parent, "Line breaks become spaces")
    click(parent, "Paste with Ctrl+V")
    click(parent, "Press Enter after the text")
    click(parent, "No dictation here")
    click(parent, "Type it key by key")
    click(parent, "Line breaks become spaces")
    click(parent, "Insert as usual")

    words = {"replacements": {"arrow": "=>"}}
    kept = {"line_breaks": LineBreaks.SPACES, **words}
    assert chosen == [
        ("code", AppRule(**kept)),
        ("code", AppRule(keys="Ctrl+V", **kept)),
        ("code", AppRule(keys="Ctrl+V", enter=True, **kept)),
        ("code", AppRule(insert=InsertionWay.OFF, enter=True, **kept)),
        ("code", AppRule(insert=InsertionWay.TYPE, enter=True, **kept)),
        ("code", AppRule(insert=InsertionWay.TYPE, enter=True, **words)),
        ("code", AppRule(enter=True, **words)),
    ]
