"""Names the microphones of this machine."""

from __future__ import annotations

from dictation.errors import AudioSystemMissing, NoMicrophone


def input_names() -> list[str]:
    """All devices that record, the default first. Raises AudioSystemMissing or NoMicrophone."""
    try:
        import sounddevice
    except OSError as error:  # how sounddevice says that it found no PortAudio
        raise AudioSystemMissing from error
    try:
        devices = sounddevice.query_devices()
        default = sounddevice.default.device[0]
    except sounddevice.PortAudioError as error:
        raise NoMicrophone from error
    found = [device for device in devices if device["max_input_channels"] > 0]
    if not found:
        raise NoMicrophone
    found.sort(key=lambda device: device["index"] != default)
    return [str(device["name"]) for device in found]
