"""Asks whether something is meant that deletes; "no" is what a hasty key says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QMessageBox, QWidget

from dictation.translation import N_, _

_CANCEL = N_("Cancel")


@dataclass(frozen=True, slots=True)
class Question:
    """In the user's language.

    Attributes:
        more: what there is to know before one answers.
        no: empty: "Cancel".
        loses: whether "yes" gives up what cannot be had again.
    """

    asked: str
    more: str
    yes: str
    no: str = ""
    loses: bool = True


def ask(parent: QWidget, question: Question, then: Callable[[], object]) -> None:
    """Returns at once. then: called if the user says yes."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning if question.loses else QMessageBox.Icon.Question)
    box.setText(question.asked)
    box.setInformativeText(question.more)
    yes = box.addButton(question.yes, QMessageBox.ButtonRole.DestructiveRole)
    no = box.addButton(QMessageBox.StandardButton.Cancel)
    no.setText(question.no or _(_CANCEL))
    box.setDefaultButton(no)
    box.setEscapeButton(no)
    yes.clicked.connect(lambda: then())
    box.finished.connect(box.deleteLater)
    box.open()
