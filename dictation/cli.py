"""The command line: what can be asked, and how an error is told."""

from __future__ import annotations

import argparse
import importlib
import io
import ipaddress
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dictation import __version__
from dictation.commands.help import Parser
from dictation.commands.language import choose_language
from dictation.commands.telling import tell
from dictation.errors import DictationError
from dictation.translation import N_, _

_WITHOUT = N_("Without a command the program starts in the system tray.")
BACKENDS = ["auto", "cuda", "amx", "int8", "fp32", "reference"]
_BACKEND = N_("what computes the model (default: as in the settings, else the best here)")
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells have it
EXIT_UNREAD = 141  # 128 + SIGPIPE


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, or that of the first error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What a terminal's encoding lacks is written as its code: odd, but nothing is lost.
            stream.reconfigure(errors="backslashreplace")
    choose_language(sys.argv[1:] if arguments is None else arguments)
    chosen = _parser().parse_args(arguments)
    # A command's module is imported when it is asked for: a light command answers at once.
    command = importlib.import_module(f"dictation.commands.{chosen.command or 'desktop'}")
    try:
        code = int(command.run(chosen))
        sys.stdout.flush()
        return code
    except DictationError as error:
        return tell(error)
    except BrokenPipeError:
        # Whoever read it, such as head, has enough; Python must not complain at its exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_UNREAD
    except KeyboardInterrupt:
        print(_("Interrupted."), file=sys.stderr)
        return EXIT_INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="dictation", description=_("Local dictation with SenseVoice: speech in, text out.")
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"dictation {__version__}",
        help=_("show program's version number and exit"),
    )
    parser.add_argument(
        "--model",
        metavar="FOLDER",
        dest="app_model",
        help=_("for the program in the tray: a model folder, or 'demo' for the bundled one"),
    )
    parser.add_argument(
        "--backend",
        choices=BACKENDS,
        dest="app_backend",
        help=_("for the program in the tray: {what}").format(what=_(_BACKEND)),
    )
    commands = parser.add_subparsers(
        title=_("commands"), metavar="COMMAND", dest="command", description=_(_WITHOUT)
    )
    _add_transcribe(commands)
    _add_serve(commands)
    _add_model(commands)
    _add_doctor(commands)
    _add_control(commands)
    _add_demo(commands)
    _add_bench(commands)
    _add_evaluate(commands)
    return parser


def _add_transcribe(commands: Any) -> None:
    command = commands.add_parser(
        "transcribe",
        help=_("turn audio and video files into text"),
        description=_(
            "Turns audio and video files into text, on this machine or at a server. Of a folder, "
            "all audio files below it; `-` is standard input: WAV, or raw samples with --rate."
        ),
    )
    command.add_argument("files", metavar="FILE", nargs="+", type=Path)
    command.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        type=Path,
        help=_(
            "write a file for each into this folder, instead of printing; what is there is replaced"
        ),
    )
    command.add_argument(
        "--format",
        choices=["txt", "json", "srt", "vtt", "tsv"],
        default="txt",
        help=_(
            "text; JSON with segments, probabilities and the time of each word; subtitles; or a "
            "table of segments (default: txt)"
        ),
    )
    command.add_argument(
        "--json",
        action="store_const",
        const="json",
        dest="format",
        help=_("the same as --format json: one object a line for each file"),
    )
    command.add_argument(
        "--rich",
        action="store_true",
        help=_("the language, emotion and sound event of each segment too, as emoji"),
    )
    command.add_argument(
        "--language",
        choices=["auto", "zh", "en", "yue", "ja", "ko"],
        help=_("what is spoken (default: as in the settings, else auto)"),
    )
    command.add_argument(
        "--no-itn",
        action="store_true",
        help=_("the bare words: no punctuation, numbers spelled out"),
    )
    command.add_argument(
        "--rate",
        metavar="HZ",
        type=_at_least_one,
        help=_("standard input is raw: 16-bit samples of one channel, so many a second"),
    )
    _add_model_choice(command)
    command.add_argument("--backend", choices=BACKENDS, help=_(_BACKEND))
    command.add_argument(
        "--server",
        metavar="URL",
        help=_("at a machine on which `dictation serve` runs, such as http://192.168.1.20:2002"),
    )
    command.add_argument(
        "--token-file",
        metavar="FILE",
        type=Path,
        help=_(
            "what that server wants to know (default: as in the settings, if it is the server "
            "named there)"
        ),
    )
    command.add_argument(
        "--ca-file",
        metavar="FILE",
        type=Path,
        help=_("certificates to trust there, instead of the system's"),
    )


def _add_model_choice(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--model",
        metavar="FOLDER",
        help=_("a model folder, or 'demo' for the small bundled demonstration model"),
    )


def _add_serve(commands: Any) -> None:
    command = commands.add_parser(
        "serve",
        help=_("recognise for other programs and machines"),
        description=_(
            "Recognises for other programs, and for other machines where --host says so: "
            "POST /asr, OpenAI's /v1/audio/transcriptions, FunASR's websocket protocol, and "
            "Wyoming for Home Assistant. The page at / shows how to call it."
        ),
    )
    command.add_argument(
        "--host", default="127.0.0.1", help=_("what to listen on (default: %(default)s)")
    )
    command.add_argument(
        "--port", type=int, default=2002, help=_("default: %(default)s; 0: a free one")
    )
    command.add_argument(
        "--token-file",
        metavar="FILE",
        type=Path,
        help=_(
            "what clients must show, made if it is not there; always needed unless only this "
            "machine can reach the server"
        ),
    )
    command.add_argument(
        "--allow-host",
        metavar="NAME",
        action="append",
        default=[],
        help=_("a name by which clients may ask for this server, besides its addresses"),
    )
    command.add_argument(
        "--tls-cert", metavar="FILE", type=Path, help=_("encrypt, with this certificate")
    )
    command.add_argument("--tls-key", metavar="FILE", type=Path, help=_("and its key"))
    command.add_argument(
        "--wyoming-port", metavar="PORT", type=int, help=_("speak Wyoming there; usually 10300")
    )
    command.add_argument(
        "--wyoming-allow",
        metavar="ADDRESS",
        action="append",
        type=_network,
        default=[],
        help=_("who may use Wyoming, which knows no token, from other machines"),
    )
    command.add_argument(
        "--threads",
        type=_at_least_one,
        help=_("takes that are decoded side by side (default: one for each core)"),
    )
    _add_model_choice(command)
    command.add_argument("--backend", choices=BACKENDS, help=_(_BACKEND))


def _network(typed: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(typed, strict=False)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            _("{typed} is no address or network").format(typed=typed)
        ) from error


def _add_model(commands: Any) -> None:
    command = commands.add_parser(
        "model",
        help=_("fetch and check the speech models"),
        description=_("Fetches, checks and tells about SenseVoiceSmall and FSMN-VAD."),
    )
    actions = command.add_subparsers(
        title=_("actions"), metavar="ACTION", dest="action", required=True
    )
    status = actions.add_parser("status", help=_("what is there, and in which state"))
    status.add_argument("--json", action="store_true", help=_("as a JSON array"))
    download = actions.add_parser(
        "download", help=_("fetch what is missing, from ModelScope or else Hugging Face; resumes")
    )
    download.add_argument(
        "--hub",
        choices=["modelscope", "huggingface"],
        help=_(
            "ask this one alone (default: the second when the first is down); "
            "MODELSCOPE_ENDPOINT and HF_ENDPOINT name mirrors"
        ),
    )
    importing = actions.add_parser("import", help=_("take over files that you already have"))
    importing.add_argument("folder", metavar="FOLDER", type=Path)
    actions.add_parser("verify", help=_("read every file again and compare its checksum"))
    remove = actions.add_parser(
        "remove",
        help=_("delete what was downloaded, and what was prepared of it"),
        description=_(
            "Deletes the files of SenseVoiceSmall that a download would fetch again, and "
            "what was prepared of them for this machine; never a folder of your own."
        ),
    )
    remove.add_argument("--yes", action="store_true", help=_("without asking"))


def _add_doctor(commands: Any) -> None:
    command = commands.add_parser(
        "doctor",
        help=_("look at this machine: what is installed, what works, what to do"),
    )
    command.add_argument("--json", action="store_true", help=_("as a JSON array"))


_ORDERS = {
    "toggle": N_("start to dictate, or stop"),
    "press": N_("as if the hotkey went down"),
    "release": N_("as if the hotkey came up"),
    "start": N_("start to dictate"),
    "stop": N_("stop, and insert the text"),
    "cancel": N_("stop, and forget what was said"),
    "undo": N_("take the last text away again, if nothing was typed since"),
    "language": N_("go on to the next language"),
    "repeat": N_("insert the last text once more, where the focus is now"),
    "history": N_("open the window with past dictations"),
    "settings": N_("open the window with the settings"),
    "setup": N_("open the window of the first steps: microphone, hotkey, model"),
    "pause": N_("let the hotkey go to other programs, until resume"),
    "resume": N_("hear the hotkey again"),
    "quit": N_("end the running program"),
    "status": N_("what the running program is doing"),
}


def _add_control(commands: Any) -> None:
    for order, told in _ORDERS.items():
        command = commands.add_parser(
            order, help=_("{told} (of the running program)").format(told=_(told))
        )
        command.add_argument("--json", action="store_true", help=_("the answer as a JSON object"))
        command.set_defaults(command="control", order=order)


def _add_demo(commands: Any) -> None:
    command = commands.add_parser(
        "demo",
        help=_("watch the program type a recording, on a virtual desktop"),
        description=_(
            "Starts the program and an editor on a virtual desktop of their own, plays a "
            "recording into its microphone while the hotkey is held, and shows what was typed. It "
            "needs neither a screen nor a sound card, and touches nothing of your own desktop."
        ),
    )
    command.add_argument("--json", action="store_true", help=_("what was seen, as a JSON object"))
    command.add_argument(
        "--keep", action="store_true", help=_("leave the virtual desktop running until Ctrl-C")
    )
    command.add_argument(
        "--wav", metavar="FILE", type=Path, help=_("another recording than the bundled one")
    )


def _add_evaluate(commands: Any) -> None:
    command = commands.add_parser(
        "evaluate",
        help=_("measure how right recognition is, on recordings of which the words are known"),
        description=_(
            "Hears recordings in three ways, as while dictating, as a whole, and by "
            "FunASR's own AutoModel, and compares what they give with the words that were said."
        ),
    )
    command.add_argument("folder", metavar="DIR", type=Path, help=_("where the recordings are"))
    command.add_argument(
        "--refs",
        metavar="FILE",
        type=Path,
        required=True,
        help=_(
            "what was said: a JSON list of objects with file, text and language; lines of "
            "file<TAB>text[<TAB>language]; or lines of id and text as Kaldi has them"
        ),
    )
    _add_model_choice(command)
    command.add_argument(
        "--backend",
        metavar="NAME[,NAME]",
        default="",
        help=_(
            "cuda, amx, int8, fp32 or reference (default: as in the settings, else the best "
            "here); of several, each is compared with the first"
        ),
    )
    command.add_argument(
        "--no-itn",
        action="store_true",
        help=_("the bare words: no punctuation, numbers spelled out"),
    )
    command.add_argument(
        "--no-reference", action="store_true", help=_("without FunASR's AutoModel, which is slow")
    )
    command.add_argument(
        "--limit",
        metavar="N",
        type=_at_least_one,
        help=_("N recordings only, from all over the list"),
    )
    command.add_argument("--json", action="store_true", help=_("all of it, as a JSON object"))
    command.add_argument("--plot", metavar="FILE", type=Path, help=_("draw the figures as a PNG"))


def _at_least_one(typed: str) -> int:
    if not typed.isdecimal() or int(typed) < 1:
        raise argparse.ArgumentTypeError(_("must be a whole number, at least 1"))
    return int(typed)


def _add_bench(commands: Any) -> None:
    command = commands.add_parser(
        "bench",
        help=_("measure how long the text takes to come, beside FunASR's own way"),
        description=_(
            "Measures waiting times, decoding, start and memory, ours and FunASR's AutoModel "
            "side by side on the same audio, and draws how the wait grows with the length of a "
            "dictation. Without the published model it makes one of its size with random "
            "weights, which is good for speed alone. Nothing else should run meanwhile."
        ),
    )
    command.add_argument(
        "what",
        nargs="?",
        choices=["dictation", "serve", "history"],
        default="dictation",
        help=_(
            "how long the text of a dictation takes (default), how many clients a server bears, "
            "or how fast a history of 100,000 dictations is opened and searched"
        ),
    )
    command.add_argument(
        "--quick", action="store_true", help=_("at most 8 minutes instead of about 50")
    )
    command.add_argument("--json", action="store_true", help=_("the rows as a JSON array"))
    command.add_argument(
        "--plot", metavar="FILE", type=Path, help=_("where to write the plot, a PNG")
    )
    _add_model_choice(command)
    command.add_argument(
        "--backend",
        choices=BACKENDS,
        default="auto",
        help=_("what to measure waiting times with (default: what is chosen for this machine)"),
    )
    command.add_argument(
        "--only", metavar="WORD", default="", help=_("only figures with this word in their name")
    )
