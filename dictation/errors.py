"""Every failure that a user can meet: what happened, and what to do about it.

    DictationError
    ├─ SettingsError, UsageError             exit 2
    ├─ AudioError                            exit 3
    ├─ ModelError                            exit 4
    ├─ RecogniserError                       exit 5
    ├─ HubError                              exit 6
    ├─ PlatformError                         exit 7
    ├─ ControlError                          exit 8
    ├─ EvaluationError (lab/evaluate)        exit 9
    ├─ ServerError                           exit 10
    ├─ RemoteError                           exit 10
    └─ HistoryError                          exit 11

An error is a template and its fields, never a finished sentence, so that the same failure can be
rendered by the command line, a notification or the server, in any language; a field that is words
of ours is a ``Phrase``. Vendors' exceptions
become one of these once, where they arise, with ``raise … from error``.
"""

from __future__ import annotations

from typing import ClassVar

from dictation.translation import N_, _

_SYSTEM_WORDS = {
    text.lower(): text
    for text in (
        N_("Permission denied"),
        N_("No such file or directory"),
        N_("No space left on device"),
        N_("Read-only file system"),
        N_("Is a directory"),
        N_("Not a directory"),
        N_("File exists"),
        N_("File name too long"),
        N_("Input/output error"),
        N_("Disk quota exceeded"),
        N_("Too many open files"),
        N_("Operation not permitted"),
        N_("Device or resource busy"),
        N_("Connection refused"),
        N_("Connection reset by peer"),
        N_("Connection timed out"),
        N_("Network is unreachable"),
        N_("No route to host"),
        N_("Name or service not known"),
        N_("Temporary failure in name resolution"),
        N_("Address already in use"),
        N_("Cannot assign requested address"),
        N_("Broken pipe"),
        # OpenSSL.
        N_("certificate has expired"),
        N_("self-signed certificate"),
        N_("self-signed certificate in certificate chain"),
        N_("unable to get local issuer certificate"),
        # libsndfile and FFmpeg.
        N_("Format not recognised"),
        N_("File contains data in an unknown format"),
        N_("File contains data in an unimplemented format"),
        N_("Supported file format but file is malformed"),
        N_("Invalid data found when processing input"),
        N_("End of file"),
    )
}


class DictationError(Exception):
    """The root. ``str(error)`` says what happened, ``error.remedy`` what to do.

    Fields are named by the templates, and plain values only: an error crosses the pipe of the
    recogniser process by pickle.
    """

    template: ClassVar[str] = "Something went wrong."
    remedy_template: ClassVar[str] = ""
    exit_code: ClassVar[int] = 1

    def __init__(self, **fields: object) -> None:
        super().__init__()
        self.fields = fields

    def __str__(self) -> str:
        return self._filled(self.template)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (type(self), self.fields)

    @property
    def remedy(self) -> str:
        """What the user can do; empty when there is nothing."""
        return self._filled(self.remedy_template)

    @property
    def whole(self) -> str:
        """The sentence and the remedy as one text."""
        return joined(str(self), self.remedy)

    def _filled(self, template: str) -> str:
        shown = {name: system_words(field) for name, field in self.fields.items()}
        return _(template).format_map(shown)


def joined(*sentences: str) -> str:
    """One behind the other, as many as there are, as the language in use has them."""
    return _("{sentence} {next}").format(sentence="", next="").join(filter(None, sentences))


def system_words(reason: object) -> object:
    """What the system, or a decoder, says of a refusal, translated where it is a common one.

    Whatever else it is stays itself.
    """
    if not isinstance(reason, str):
        return reason
    known = _SYSTEM_WORDS.get(reason.lower())
    translated = _(known) if known else reason
    return reason if translated == known else translated  # in English as it came


def _restored(kind: type[DictationError], fields: dict[str, object]) -> DictationError:
    return kind(**fields)


# --- settings


class SettingsError(DictationError):
    """A settings file or value that cannot be used."""

    exit_code = 2


class SettingsUnreadable(SettingsError):
    template = "The settings file {file} cannot be read: {reason}."
    remedy_template = "Mend it in a text editor, or delete it to start with the defaults."


class SettingsUnwritable(SettingsError):
    template = "The settings file {file} cannot be written: {reason}."
    remedy_template = (
        "What you choose holds until the program ends. Make room on that disk, or mend the "
        "permissions of the file and its folder."
    )


class NoEditor(SettingsError):
    template = "No program opens {file} on this desktop."
    remedy_template = "Open it in a text editor of your choice."


class SettingInvalid(SettingsError):
    template = "In {file}, {key} = {value} is not possible; it must be {allowed}."
    remedy_template = "Change that line, or delete it to use the default, {default}."


class SettingsTooNew(SettingsError):
    template = "The settings file {file} was written by a newer version ({version})."
    remedy_template = "Update this program, or delete the file to start with the defaults."


# --- usage


class UsageError(DictationError):
    """Something that was asked for and cannot be meant."""

    exit_code = 2


class FolderNeeded(UsageError):
    template = "{form} of several files cannot be printed one after the other."
    remedy_template = "Name a folder for them: -o DIR"


class OutputUnwritable(UsageError):
    template = "{file} cannot be written: {reason}."
    remedy_template = "Choose another folder with -o, or mend its permissions."


class ConsentNeeded(UsageError):
    template = "Nobody is there to be asked, so nothing was removed."
    remedy_template = "Say so from the start: --yes"


# --- audio


class AudioError(DictationError):
    """Audio that cannot be used."""

    exit_code = 3


class AudioMissing(AudioError):
    template = "There is no file {file}."
    remedy_template = "Check the name and the folder."


class AudioIsFolder(AudioError):
    template = "{file} is a folder, not an audio file."
    remedy_template = "Name the files in it instead."


class AudioForbidden(AudioError):
    template = "{file} may not be read: {reason}."
    remedy_template = "Check the permissions of the file."


class AudioUnreadable(AudioError):
    template = "{file} is not audio that can be read: {reason}."
    remedy_template = "Check whether another program plays it, or export it again as WAV or FLAC."


class AudioWithoutSound(AudioError):
    template = "{file} has no sound track."
    remedy_template = "Check whether it is the right file."


class DecoderMissing(AudioError):
    template = "{file} needs a decoder for videos and their like, and none is installed."
    remedy_template = (
        "Install the extra `media` into the same environment: pip install 'dictation[media]'; or "
        "the program ffmpeg."
    )


class FolderWithoutAudio(AudioError):
    template = "There is no audio file in {folder}."
    remedy_template = "Check the folder. Files in it can be named one by one, whatever they end in."


class PipedAudioWrong(AudioError):
    template = "Standard input is not audio that can be read: {reason}."
    remedy_template = (
        "A WAV stream can be read; raw 16-bit samples of one channel with `--rate HZ`. Of other "
        "formats, ffmpeg makes one: ffmpeg -i FILE -f wav - | dictation transcribe -"
    )


class AudioEmpty(AudioError):
    template = "{file} holds no audio."
    remedy_template = "Check whether the recording was finished."


class AudioTooShort(AudioError):
    template = (
        "{file} is only {duration_ms} ms long; the shortest sound with a word in it is 100 ms."
    )
    remedy_template = "Check whether the recording was cut off."


class AudioNotFinite(AudioError):
    template = "{file} holds no usable sample: every one is NaN or infinite."
    remedy_template = "Export the recording again."


class AudioSystemMissing(AudioError):
    template = "The sound library PortAudio is not installed, so nothing can be recorded."
    remedy_template = "Install it; on Debian and Ubuntu: sudo apt install libportaudio2"


class NoMicrophone(AudioError):
    template = "There is no microphone on this machine."
    remedy_template = "Connect one, or check in the system's sound settings that it is switched on."


class SoundSystemBusy(AudioError):
    template = "The sound system gives no answer."
    remedy_template = "Wait a moment; if it stays so, restart the sound server or log in again."


class MicrophoneBusy(AudioError):
    template = "Another program keeps the microphone to itself."
    remedy_template = "End that program's recording or call, or choose another microphone."


class MicrophoneMissing(AudioError):
    template = "{name} is not connected."
    remedy_template = "Until it is back, the system's default microphone is used."


class MicrophoneUnusable(AudioError):
    template = "The microphone cannot be opened: {reason}."
    remedy_template = (
        "Check in the system's sound settings that it works and that programs may use it, or "
        "choose another one."
    )


class MicrophoneSilent(AudioError):
    template = "Nothing comes from the microphone at the moment."
    remedy_template = "Check that it is connected and switched on; it is heard again by itself."


class MicrophoneLost(AudioError):
    template = "The microphone stopped and did not come back."
    remedy_template = "What you said until then is kept. Connect it again, or choose another one."


class NoSpeakers(AudioError):
    template = "There are no loudspeakers on this machine."
    remedy_template = "Connect some, or check in the system's sound settings that they are on."


class SpeakersUnusable(AudioError):
    template = "The recording cannot be played: {reason}."
    remedy_template = "Check in the system's sound settings which loudspeakers are chosen."


class JournalUnwritable(AudioError):
    template = "What you say cannot be saved in {folder} while you speak: {reason}."
    remedy_template = (
        "You can go on: it is kept in memory until it is typed. To be safe from a crash too, make "
        "room on that disk or mend the permissions of the folder."
    )


class JournalUnreadable(AudioError):
    template = "The kept recording {file} cannot be read: {reason}."
    remedy_template = "Check the disk and the permissions of the file, or delete it."


# --- model


class ModelError(DictationError):
    """A model that is missing, damaged, or of another kind."""

    exit_code = 4


class ModelMissing(ModelError):
    template = "The speech model {name} is not on this machine yet."
    remedy_template = (
        "Run `dictation model download` ({size}), or `dictation model import FOLDER` with files "
        "that you already have. To look around first, `--model demo` uses the small bundled "
        "demonstration model, which knows only a few hundred words."
    )


class ModelFolderMissing(ModelError):
    template = "There is no model folder {folder}."
    remedy_template = "Check the path."


class ModelFileMissing(ModelError):
    template = "The model in {folder} is incomplete: {file} is missing."
    remedy_template = "Copy the missing file there, or run `dictation model download`."


class ModelDamaged(ModelError):
    template = "The model in {folder} is damaged: {reason}."
    remedy_template = "Run `dictation model verify`, then `dictation model download`."


class ModelImportIncomplete(ModelError):
    template = "{folder} is not the whole model {name}; it lacks {files}."
    remedy_template = "Copy what is missing there, and name the folder that holds all the files."


class ModelImportWrong(ModelError):
    template = "{file} in {folder} is not the published file of {name}: {reason}."
    remedy_template = (
        "Nothing was imported. Copy the file again from its source, or run "
        "`dictation model download`."
    )


class ModelInUse(ModelError):
    template = "{name} is in use, so it is not removed."
    remedy_template = (
        "End what recognises speech with it first: `dictation quit`, or `dictation serve` where "
        "that runs. Or remove it in the running program's settings, which lets it go."
    )


# --- recogniser


class RecogniserError(DictationError):
    """Recognition that could not be done."""

    exit_code = 5


class EngineMissing(RecogniserError):
    template = "{package} is not installed, so speech cannot be recognised."
    remedy_template = "Install it into the same environment: {command}"


class BackendUnfit(RecogniserError):
    template = "The backend {backend} cannot be used here: {reason}."
    remedy_template = (
        "Choose another one, or `auto`, which takes the fastest that works on this machine; "
        "`dictation doctor` lists them."
    )


class RecogniserDied(RecogniserError):
    template = "The recogniser stopped {attempts} times in a row while working on this recording."
    remedy_template = "The recording is kept. The log says more: {log}"


class RecogniserTooSlow(RecogniserError):
    template = "The recogniser gave no answer within {deadline_s} s."
    remedy_template = "The recording is kept. The log says more: {log}"


class RecogniserFault(RecogniserError):
    template = "The recogniser failed: {reason}."
    remedy_template = "The recording is kept. The log says more: {log}"


# --- hub


class HubError(DictationError):
    """A download that did not end with a verified file."""

    exit_code = 6


class HubUnreachable(HubError):
    template = "The model hub {host} cannot be reached: {reason}."
    remedy_template = (
        "Check the network, then run `dictation model download` again; what has come is kept. "
        "Without a network, `dictation model import FOLDER` takes files that you already have."
    )


class HubsUnreachable(HubError):
    template = "None of the model hubs ({hosts}) can be reached. Of the first: {reason}."
    remedy_template = HubUnreachable.remedy_template


class HubProxyRefused(HubError):
    template = "The proxy {proxy} let no connection to the model hub {host} through: {reason}."
    remedy_template = (
        "Check the proxy's address and password in HTTP_PROXY and HTTPS_PROXY, or name the hub in "
        "NO_PROXY; then run `dictation model download` again."
    )


class HubNotTrusted(HubError):
    template = "The certificate of the model hub {host} is not trusted: {reason}."
    remedy_template = (
        "Probably a proxy or virus scanner on this network puts its own certificate in place. Ask "
        "its administrator for the CA certificate and name that file in REQUESTS_CA_BUNDLE, or "
        "fetch the files elsewhere and run `dictation model import FOLDER`."
    )


class HubAnswered(HubError):
    template = "The model hub {host} answered with an error (HTTP {status})."
    remedy_template = (
        "Run `dictation model download` again later; what has come is kept. Or run "
        "`dictation model import FOLDER` with files that you already have."
    )


class HubFileMissing(HubError):
    template = "The model hub {host} has no {file} of {name}."
    remedy_template = (
        "Look for a newer version of this program, or run `dictation model import FOLDER` with "
        "files that you already have."
    )


class HubStalled(HubError):
    template = "The download of {file} stopped: no byte came for {stall_s:g} s."
    remedy_template = "Run `dictation model download` again; it goes on where it stopped."


class HubCut(HubError):
    template = "The connection to the model hub {host} was cut too often during {file}."
    remedy_template = "Run `dictation model download` again; it goes on where it stopped."


class HubFileWrong(HubError):
    template = "{file} from the model hub {host} is not the published file of {name}."
    remedy_template = (
        "It was removed. Run `dictation model download` again; if that ends here too, this network "
        "changes what it carries, or the hub holds another version: fetch the files elsewhere and "
        "run `dictation model import FOLDER`."
    )


class HubFault(HubError):
    template = "The download of {file} failed: {reason}."
    remedy_template = "Run `dictation model download` again; what has come is kept."


class DownloadCancelled(HubError):
    template = "The download was cancelled."
    remedy_template = "Run `dictation model download` again; it goes on where it stopped."


class DownloadRuns(HubError):
    template = "The model is being downloaded already, by another program."
    remedy_template = "Wait until it has come, or end that program; what has come is kept."


class DiskFull(HubError):
    template = "There is too little room in {folder}: {needed} are needed, {free} are free."
    remedy_template = (
        "Make room, or name a folder on another disk in MODELSCOPE_CACHE; then try again. "
        "What has come is kept."
    )


class FolderUnwritable(HubError):
    template = "{folder} cannot be written: {reason}."
    remedy_template = (
        "Check its permissions, or name another folder in MODELSCOPE_CACHE; then try again."
    )


# --- platform


class PlatformError(DictationError):
    """Something that the desktop does not let us do."""

    exit_code = 7


class NotPossibleHere(PlatformError):
    """A candidate for one of the platform's services says why it is none."""

    template = "{service} is not possible here: {reason}."
    remedy_template = "The next way is tried; `dictation doctor` shows which one is in use."


class InputForbidden(NotPossibleHere):
    template = "The keyboards in {folder} may not be read, so that no hotkey is heard from them."
    remedy_template = (
        "Let yourself read them with `sudo usermod -aG input $USER`, and log in again; or switch "
        "evdev off in the settings."
    )


class NoSuchKey(PlatformError):
    template = "There is no key named {key} on this keyboard."
    remedy_template = "Use names such as F9, Pause or Ctrl+Alt+D."


class KeyWithoutName(PlatformError):
    template = "This key has no name by which it could be saved."
    remedy_template = "Choose another one."


class KeyNeedsModifier(PlatformError):
    template = "{key} alone could not be used for writing any more."
    remedy_template = "Hold Ctrl, Alt or Super with it, or take a key such as F9 or Right Ctrl."


class KeyUsed(PlatformError):
    template = "{key} is the key for “{purpose}” already."
    remedy_template = "Choose another one, or change that first."


class HotkeyTaken(PlatformError):
    template = "Another program has taken the key {key}."
    remedy_template = "Choose another hotkey in the settings, or end the other program."


class HotkeyLost(PlatformError):
    template = "The hotkey is no longer heard: {reason}."
    remedy_template = "Use the tray icon or `dictation toggle`, or start this program again."


class CannotUndo(PlatformError):
    template = "The last text cannot be taken away again: {reason}."
    remedy_template = "Undo it in the program itself."


class NotTheLastText(CannotUndo):
    template = "This text was not taken away: another one was inserted since."
    remedy_template = "Undo it in the program itself."


class InsertedInPieces(CannotUndo):
    template = "This text was not taken away: it was inserted in several pieces."
    remedy_template = "Undo it in the program itself."


class NotPasted(PlatformError):
    template = "The focused window did not take the text."
    remedy_template = "It is on the clipboard: paste it yourself where it belongs."


class PasswordField(PlatformError):
    template = "The focus is in a password field, and nothing is dictated into those."
    remedy_template = "The text is on the clipboard: paste it where it belongs."


class NotTaking(PlatformError):
    template = "The focused window does not react to keys at the moment."
    remedy_template = "The text is on the clipboard: paste it when the program is back."


class NoSpareKeys(PlatformError):
    template = "The keyboard layout uses every key, so there is none to type characters with."
    remedy_template = "The text is on the clipboard: paste it where it belongs."


class TypedInPart(PlatformError):
    template = "Only {done} of {total} characters were typed. {reason}."
    remedy_template = "All of the text is on the clipboard: paste it, and remove what is double."


class NotConfirmed(PlatformError):
    """Not a failure: what an insertion that went well leaves open."""

    template = "This program does not tell whether it took every key."
    remedy_template = "Should something be missing, all of the text is on the clipboard."


class FocusMoved(PlatformError):
    template = "Another program has the focus than when you spoke."
    remedy_template = "The text is on the clipboard: paste it where it belongs."


class NoFocus(PlatformError):
    template = "No window has the focus."
    remedy_template = "The text is on the clipboard: paste it where it belongs."


class KeysHeld(PlatformError):
    template = "A modifier key stayed down, so nothing was typed."
    remedy_template = "The text is on the clipboard: let the key go and paste it."


class OutOfReach(PlatformError):
    template = "{app} runs with more rights than this program, so that no key reaches it."
    remedy_template = (
        "The text is on the clipboard: paste it yourself; or start this program with the same "
        "rights."
    )


class KeysForbidden(PlatformError):
    template = "This program may not press keys on this Mac."
    remedy_template = (
        "The text is on the clipboard. Allow it in System Settings, Privacy & Security, "
        "Accessibility, and start this program again."
    )


class OnlyCopied(PlatformError):
    template = "Text cannot be put into other programs here."
    remedy_template = "It is on the clipboard: paste it where it belongs."


class CopiedByRule(PlatformError):
    template = "In {app}, text is only copied: a rule for this program says so."
    remedy_template = "It is on the clipboard: paste it where it belongs."


class NoClipboard(PlatformError):
    template = "The text could not be put on the clipboard: {reason}."
    remedy_template = "Copy it from the history."


class InsertionFault(PlatformError):
    template = "The text could not be inserted: {reason}."
    remedy_template = "Copy it from the tray's menu: Copy last."


class DesktopGone(PlatformError):
    template = "The connection to the desktop is lost: {reason}."
    remedy_template = "Start this program again."


class LoginUnchanged(PlatformError):
    template = "Start at login could not be changed in {place}: {reason}."
    remedy_template = "Check the permissions there, or use the desktop's own settings for it."


class LoginImpossible(PlatformError):
    template = "This program cannot have itself started at login here."
    remedy_template = "Use the desktop's own settings for it."


# --- history


class HistoryError(DictationError):
    """Something that cannot be done with the takes of the past."""

    exit_code = 11


class HistoryUnreadable(HistoryError):
    template = "The history cannot be read: {reason}."
    remedy_template = "Check the disk; the log says more."


class RecordingGone(HistoryError):
    template = "The recording of this dictation is not there any more."
    remedy_template = "Its text is; how long recordings are kept is in the settings, [history]."


class ExportFailed(HistoryError):
    template = "{file} could not be written: {reason}."
    remedy_template = "Choose another folder, or make room on that disk."


# --- the running program


class ControlError(DictationError):
    """A command to the running program that did not reach it."""

    exit_code = 8


class NotRunning(ControlError):
    template = "Dictation is not running."
    remedy_template = "Start it with `dictation`."


class NoAnswer(ControlError):
    template = "Dictation is running, but gives no answer."
    remedy_template = "Wait a moment; if it stays so, end its process and start it again."


class RuntimeFolderOpen(ControlError):
    template = "The folder {folder} could be read or changed by other users, so it is not used."
    remedy_template = "Take it over with `chmod 700`, or delete it."


class DisplayMissing(PlatformError):
    template = "There is no screen to show the tray icon on."
    remedy_template = (
        "Start it from a desktop session, or see it work on a virtual one: dictation demo"
    )


# --- the server, and what talks to one


class ServerError(DictationError):
    """Something between a server and those who use it."""

    exit_code = 10


class ServerExtraMissing(ServerError):
    template = "The server needs {package}, which is not installed."
    remedy_template = "Install the extra `server`: pip install 'dictation[server]'"


class AddressUnusable(ServerError):
    template = "Nothing can listen on {host}, port {port}: {reason}."
    remedy_template = "Choose another with --host and --port, or end what listens there."


class TokenFileUnusable(ServerError):
    template = "The token file {file} cannot be used: {reason}."
    remedy_template = "Mend it, or delete it: a new one is made at the next start."


class CertificateUnusable(ServerError):
    template = "The certificate cannot be used: {reason}."
    remedy_template = "--tls-cert and --tls-key name files in PEM form that belong together."


class WyomingOpen(ServerError):
    template = "Wyoming knows no token, so nobody but this machine may use it on {host}."
    remedy_template = "Name those who may: --wyoming-allow 192.168.1.20, or a network."


class MessageInvalid(ServerError):
    template = "A message is not understood: {reason}."
    remedy_template = "Use a client and a server of the same version."


# --- a server that recognises for us, and our clients


class RemoteError(DictationError):
    """A server, or a client of ours, that cannot be worked with."""

    exit_code = 10


class RemoteNotUnderstood(RemoteError):
    template = "What came over the network cannot be understood: {reason}."
    remedy_template = "Check that the address is that of `dictation serve`, and of which version."


class RemoteVersion(RemoteError):
    template = "The other side speaks version {theirs} of the protocol, this one version {ours}."
    remedy_template = "Update the older of the two programs."


class ServerSaid(RemoteError):
    template = "The server says: {sentence}."
    remedy_template = "Its advice: {remedy}"


class ServerAddressWrong(RemoteError):
    template = "{address} is not the address of a server: {reason}."
    remedy_template = "Write it like http://192.168.1.20:2002 or https://speech.example:443"
    exit_code = 2


class ServerChoosesItself(RemoteError):
    template = "Which model and backend a server uses is chosen there."
    remedy_template = "Leave --model and --backend out, or --server."
    exit_code = 2


class TokenWrong(RemoteError):
    template = "The token is not one word of plain letters, digits and signs."
    remedy_template = "Copy it once more from the server's token file, without a space."
    exit_code = 2


class TokenUnreadable(RemoteError):
    template = "The token in {file} cannot be read: {reason}."
    remedy_template = "Copy the server's token file there: one word, on one line."
    exit_code = 2


class TokenOpen(RemoteError):
    template = "The token in {file} could be read by other users, so it is not used."
    remedy_template = "Close it with: chmod 600 {file}"
    exit_code = 2


class TokenNotKept(RemoteError):
    template = "The token could not be saved: {reason}."
    remedy_template = "Make room on that disk or mend its permissions, and enter it again."


class ClientMissing(RemoteError):
    template = "The package websockets is not installed, so no server can be asked."
    remedy_template = "Install it into the same environment: pip install 'dictation[client]'"


class ServerAway(RemoteError):
    template = "The server {server} cannot be reached: {reason}."
    remedy_template = "Check that `dictation serve` runs there, the address, and the network."


class ServerBusy(RemoteError):
    template = "The server {server} has more to do than it can take on."
    remedy_template = "Try again in a moment."


class ServerTooSlow(RemoteError):
    template = "The server {server} gave no answer within {deadline_s} s."
    remedy_template = "Try again later, or ask whoever runs it."


class ServerForbids(RemoteError):
    template = "The server {server} does not let this program in (HTTP {status})."
    remedy_template = (
        "Check the token: it must be the one in the file that the server was started with. "
        "Check, too, that the address is one under which the server knows itself."
    )


class ServerNotTrusted(RemoteError):
    template = "The certificate of the server {server} is not trusted: {reason}."
    remedy_template = (
        "Name the file of its certificate in the settings, as ca_file, or with --ca-file."
    )


class ServerForeign(RemoteError):
    template = "{server} is no server of this program, or of another version: {reason}."
    remedy_template = "Check the address and the port, and whether it is http or https."
