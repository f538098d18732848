"""``dictation serve``: this machine recognises for others, and for programs on it."""

from __future__ import annotations

import argparse
import importlib.util
import logging
from dataclasses import replace
from pathlib import Path

from dictation import paths, settings
from dictation.commands.telling import DEMO_MODEL, note
from dictation.errors import ServerExtraMissing, WyomingOpen
from dictation.recognition.messages import Aim
from dictation.recognition.options import FILE, chosen_options
from dictation.recognition.setup import DEMO, find_setup
from dictation.translation import EnglishLog, _

_NEEDED = ("fastapi", "uvicorn", "python_multipart", "websockets")


def run(chosen: argparse.Namespace) -> int:
    """0 when it was told to end."""
    for package in _NEEDED:
        if importlib.util.find_spec(package) is None:
            raise ServerExtraMissing(package=package.replace("_", "-"))
    from dictation.server import access
    from dictation.server.serving import Bound, Place, Service, serve

    usual = settings.load(paths.settings_file()).recognition
    recognition = replace(
        usual,
        model=chosen.model or usual.model,
        backend=settings.BackendName(chosen.backend or usual.backend),
        threads=usual.threads if chosen.threads is None else chosen.threads,
    )
    if recognition.model == DEMO:
        note(_(DEMO_MODEL))
    setup = replace(find_setup(recognition), aim=Aim.THROUGHPUT)  # said now if it is not there
    handler = logging.StreamHandler()
    handler.setFormatter(EnglishLog("%(asctime)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    is_open = not access.is_loopback(chosen.host)
    allowed = tuple(chosen.wyoming_allow)
    if is_open and chosen.wyoming_port is not None and not allowed:
        raise WyomingOpen(host=chosen.host)
    place = Place(
        host=chosen.host,
        port=chosen.port,
        access=access.Access(
            token=_token(chosen.token_file, is_open=is_open),
            names=access.own_names(chosen.allow_host),
        ),
        certificate=chosen.tls_cert,
        key=chosen.tls_key,
        wyoming_port=chosen.wyoming_port,
        wyoming_allowed=allowed,
    )
    if is_open and chosen.tls_cert is None:
        note(
            _(
                "token and speech travel in the clear, and whoever is on the way can read them; "
                "--tls-cert and --tls-key encrypt them."
            )
        )

    if is_open and chosen.wyoming_port is not None:
        note(_("what is said over Wyoming always travels in the clear."))

    def tell(bound: Bound) -> None:
        scheme = "http" if chosen.tls_cert is None else "https"
        name = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
        print(
            _("Listening on {address}").format(address=f"{scheme}://{name}:{bound.port}/"),
            flush=True,
        )
        if bound.wyoming_port is not None:
            wyoming = f"tcp://{name}:{bound.wyoming_port}"
            print(_("Wyoming on {address}").format(address=wyoming), flush=True)

    serve(place, Service(lambda: setup, chosen_options(recognition, FILE)), tell)
    return 0


def _token(file: Path | None, *, is_open: bool) -> str | None:
    """None where none is needed: only this machine can come, and its owner asked for none."""
    from dictation.server import access

    if file is None:
        if not is_open:
            return None
        file = paths.state_folder() / "server-token"
    token = access.read_token(file)
    if token is None:
        token = access.make_token(file)
        note(_("a token was made; clients find it in {file}").format(file=file))
    elif is_open:
        note(_("clients need the token in {file}").format(file=file))
    return token
