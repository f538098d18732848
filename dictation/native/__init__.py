"""What each platform does in its own way: global hotkeys, insertion, the window that has focus."""
