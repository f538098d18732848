"""What the overlay says in words of its own; the rest is said as in notifications."""

from __future__ import annotations

from dictation.translation import N_

OPENING = N_("Opening the microphone…")
LISTENING = N_("Listening…")
LOADING = N_("Speak; the model is still loading")
WORKING = N_("Transcribing…")
WORKING_LATER = N_("Waiting for the speech model…")
