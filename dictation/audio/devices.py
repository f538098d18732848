"""Names the microphones of this machine."""

from __future__ import annotations

from dictation.audio.microphone import portaudio_lock
from dictation.errors import AudioSystemMissing, NoMicrophone, SoundSystemBusy

_PATIENCE_S = 0.2  # a menu that opens waits for this, and not for a frozen sound server


def input_names() -> list[str]:
    """All devices that record, the default first.

    Raises AudioSystemMissing, NoMicrophone or SoundSystemBusy.
    """
    try:
        import sounddevice
    except OSError as error:  # how sounddevice says that it found no PortAudio
        raise AudioSystemMissing from error
    # Held while a microphone is opened, and for as long as a frozen sound server hangs in it.
    if not portaudio_lock.acquire(timeout=_PATIENCE_S):
        raise SoundSystemBusy
    try:
        devices = sounddevice.query_devices()
        default = sounddevice.default.device[0]
    except sounddevice.PortAudioError as error:
        raise NoMicrophone from error
    finally:
        portaudio_lock.release()
    found = [device for device in devices if device["max_input_channels"] > 0]
    if not found:
        raise NoMicrophone
    found.sort(key=lambda device: device["index"] != default)
    return [str(device["name"]) for device in found]
