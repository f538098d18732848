"""What the overlay says in words of its own; the rest is said as in notifications."""

from __future__ import annotations

OPENING = "Opening the microphone…"
LISTENING = "Listening…"
LOADING = "Speak; the model is still loading"
WORKING = "Transcribing…"
WORKING_LATER = "Waiting for the speech model…"
