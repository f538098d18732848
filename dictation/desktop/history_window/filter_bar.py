"""What the list is narrowed by: words, program, language, emotion, sound and date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QDate, QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dictation.desktop.history_window import wording
from dictation.desktop.history_window.flow_layout import FlowLayout
from dictation.desktop.symbols import symbol
from dictation.history import Facets, Query
from dictation.translation import N_, _

_SEARCH = N_("Search dictations")
_APP = (N_("Any program"), N_("Program"))
_LANGUAGE = (N_("Any language"), N_("Language"))
_EMOTION = (N_("Any emotion"), N_("Emotion"))
_EVENT = (N_("Any sound"), N_("Sound"))
_DATE = N_("Date")
_FROM, _TO = N_("From"), N_("to")
_CLEAR = N_("Clear filters")
_SPACING_PX = 6


class Period(StrEnum):
    """From when on takes are looked for."""

    ANY = N_("Any date")
    TODAY = N_("Today")
    YESTERDAY = N_("Yesterday")
    WEEK = N_("Last 7 days")
    MONTH = N_("Last 30 days")
    BETWEEN = N_("Between two dates…")


class FilterBar(QWidget):
    """Emits what is looked for, at each key.

    Signals:
        changed(): ``query`` is another one now.
    """

    changed = Signal()

    def __init__(self, more: QWidget, parent: QWidget | None = None) -> None:
        """more: a button that stands beside the search field."""
        super().__init__(parent)
        self.search = QLineEdit(self, placeholderText=_(_SEARCH), clearButtonEnabled=True)
        self.search.setAccessibleName(_(_SEARCH))
        self._sign = QAction(self.search)
        self.search.addAction(self._sign, QLineEdit.ActionPosition.LeadingPosition)
        self._app = _Choice(self, *_APP)
        self._language = _Choice(self, *_LANGUAGE)
        self._emotion = _Choice(self, *_EMOTION)
        self._event = _Choice(self, *_EVENT)
        self._period = QComboBox(self)
        self._period.setAccessibleName(_(_DATE))
        for period in Period:
            self._period.addItem(_(period.value), period)
        self._between = QWidget(self)
        today = QDate.currentDate()
        self._first = date_edit(self._between, _(_FROM), today.addDays(-7))
        self._last = date_edit(self._between, _(_TO), today)
        between = QHBoxLayout(self._between)
        between.setContentsMargins(0, 0, 0, 0)
        for widget in (QLabel(_(_FROM)), self._first, QLabel(_(_TO)), self._last):
            between.addWidget(widget)
        self._between.hide()
        self._clear = QToolButton(self)
        self._clear.setText(_(_CLEAR))
        self._clear.setAutoRaise(True)
        self._clear.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._clear.hide()
        self._lay_out(more)
        self._connect()
        self._draw()

    def _lay_out(self, more: QWidget) -> None:
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(more)
        self._filters = QWidget(self)
        flow = FlowLayout(self._filters, _SPACING_PX)
        for widget in (*self._choices(), self._period, self._between, self._clear):
            flow.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_SPACING_PX)
        layout.addLayout(top)
        layout.addWidget(self._filters)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_changed)
        for choice in (*self._choices(), self._period):
            choice.activated.connect(self._on_changed)
        for edit in (self._first, self._last):
            edit.dateChanged.connect(self._on_changed)
        self._clear.clicked.connect(self.clear)

    def query(self) -> Query:
        """What is looked for now."""
        since, until = self._dates()
        return Query(
            self.search.text(),
            self._app.chosen,
            self._language.chosen,
            self._emotion.chosen,
            self._event.chosen,
            since,
            until,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return self.query() != Query()

    def show_filters(self, wanted: bool) -> None:  # noqa: FBT001 - as setVisible
        """Whether there is anything to filter."""
        self._filters.setVisible(wanted)

    def offer(self, facets: Facets) -> None:
        """What there is; what is chosen stays so."""
        self._app.offer((app, app) for app in facets.apps)
        self._language.offer((_(wording.LANGUAGES[each]), each) for each in facets.languages)
        self._emotion.offer((_(wording.EMOTIONS[each]), each) for each in facets.emotions)
        self._event.offer((_(wording.EVENTS[each]), each) for each in facets.events)

    @Slot()
    def clear(self) -> None:
        """Everything is looked for."""
        self.search.clear()
        for choice in (*self._choices(), self._period):
            choice.setCurrentIndex(0)
        self._on_changed()
        self.search.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        self._sign.setIcon(symbol("search", self.palette()))

    def _choices(self) -> tuple[_Choice, ...]:
        return self._app, self._language, self._emotion, self._event

    @Slot()
    def _on_changed(self) -> None:
        is_between = self._period.currentData() == Period.BETWEEN
        self._between.setVisible(is_between)
        query = self.query()
        self._clear.setVisible(query != Query(query.words))
        self.changed.emit()

    def _dates(self) -> tuple[datetime | None, datetime | None]:
        today = midnight(QDate.currentDate())
        day = timedelta(days=1)
        match Period(self._period.currentData()):
            case Period.TODAY:
                return today, None
            case Period.YESTERDAY:
                return _local(today - day), today
            case Period.WEEK:
                return _local(today - 6 * day), None
            case Period.MONTH:
                return _local(today - 29 * day), None
            case Period.BETWEEN:
                return dates(self._first, self._last)
        return None, None


def date_edit(parent: QWidget, name: str, day: QDate) -> QDateEdit:
    edit = QDateEdit(day, parent)
    edit.setCalendarPopup(True)
    edit.setAccessibleName(name)
    return edit


def dates(first: QDateEdit, last: QDateEdit) -> tuple[datetime, datetime]:
    """From the beginning of the one day to the end of the other, whichever comes first."""
    days = sorted((first.date(), last.date()), key=QDate.toJulianDay)
    return midnight(days[0]), midnight(days[1].addDays(1))


def midnight(day: QDate) -> datetime:
    """The beginning of that day here."""
    return datetime.combine(day.toPython(), time()).astimezone()  # type: ignore[arg-type]


def _local(at: datetime) -> datetime:
    """Midnight again, where the clocks were changed between."""
    return datetime.combine((at + timedelta(hours=2)).date(), time()).astimezone()


class _Choice(QComboBox):
    """Anything, or one of what there is."""

    def __init__(self, parent: QWidget, anything: str, name: str) -> None:
        super().__init__(parent)
        self.setAccessibleName(_(name))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.addItem(_(anything), None)

    @property
    def chosen(self) -> Any:
        return self.currentData()

    def offer(self, offered: Iterable[tuple[str, Any]]) -> None:
        named = list(offered)
        chosen, label = self.currentData(), self.currentText()
        if chosen is not None and chosen not in [value for _, value in named]:
            named.append((label, chosen))
        if named == [(self.itemText(at), self.itemData(at)) for at in range(1, self.count())]:
            return
        while self.count() > 1:
            self.removeItem(1)
        for text, value in named:
            self.addItem(text, value)
        self.setCurrentIndex(
            next((at for at in range(self.count()) if self.itemData(at) == chosen), 0)
        )
