"""What is wrong with a request, or with the moment at which it came."""

from __future__ import annotations

from typing import ClassVar

from dictation.errors import AudioError, DictationError, MessageInvalid, ServerError


class RequestError(ServerError):
    """A request that gets no result."""

    status: ClassVar[int] = 400


class BadRequest(RequestError):
    template = "The request is not understood: {reason}."
    remedy_template = "See the start page, which shows how to call this server."


class AudioUnusable(RequestError):
    template = "The audio cannot be used: {reason}."
    remedy_template = "WAV, FLAC, MP3 and Ogg are read, m4a and webm where PyAV is installed."


class NoToken(RequestError):
    status = 401
    template = "This server wants a token."
    remedy_template = "Send it as Authorization: Bearer TOKEN; it is in the server's token file."


class StrangeOrigin(RequestError):
    status = 403
    template = "Pages of other sites may not use this server."
    remedy_template = "Open the server's own page instead."


class StrangeHost(RequestError):
    status = 421
    template = "This server is not known by the name that was asked for."
    remedy_template = "Start it with --allow-host NAME, or use its address."


class TooSlow(RequestError):
    status = 408
    template = "The request came too slowly."
    remedy_template = "Send it again over a better connection."


class TooLarge(RequestError):
    status = 413
    template = "The request is larger than {most} bytes."
    remedy_template = "Send a compressed format such as FLAC or MP3, or a part of it."


class TooLong(RequestError):
    status = 413
    template = "The audio is longer than {most_s:.0f} s."
    remedy_template = "Send it in parts."


class ServerBusy(RequestError):
    status = 503
    template = "The server has as much to do as it can bear."
    remedy_template = "Try again in a few seconds."


class NotInTime(RequestError):
    status = 503
    template = "The audio was not recognised within {deadline_s:.0f} s."
    remedy_template = "Try again when the server has less to do."


class ServerEnds(RequestError):
    status = 503
    template = "The server is ending."
    remedy_template = "Try again when it is back."


def status_of(error: DictationError) -> int:
    """The HTTP status that says whose fault it is."""
    if isinstance(error, RequestError):
        return error.status
    if isinstance(error, AudioError | MessageInvalid):
        return 400
    return 503  # the recogniser or its model; another moment, or the server's owner, may help
