"""The window in which everything is chosen that the settings file can say."""

from dictation.desktop.settings_dialog.window import SettingsWindow as SettingsWindow
