"""The pages of the settings window, in its order."""
