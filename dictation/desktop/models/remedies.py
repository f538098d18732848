"""What to do about trouble with a model, for somebody who sits before a window with buttons."""

from __future__ import annotations

from dictation.errors import (
    DictationError,
    DiskFull,
    FolderUnwritable,
    HubAnswered,
    HubCut,
    HubFault,
    HubFileMissing,
    HubFileWrong,
    HubNotTrusted,
    HubProxyRefused,
    HubStalled,
    HubsUnreachable,
    HubUnreachable,
    ModelDamaged,
    ModelFileMissing,
    ModelFolderMissing,
    ModelInUse,
    ModelMissing,
)
from dictation.translation import N_, _

_GOES_ON = N_("What has come is kept: “Try again” goes on where it stopped.")
_BY_ITSELF = N_("What has come is kept, and it is tried again every minute.")
_OR_FOLDER = N_(
    "Look for a newer version of this program, or fetch the files elsewhere and choose their "
    "folder."
)
_NETWORK = N_(
    "Check the network. What has come is kept, and it is tried again every minute. Without a "
    "network, choose a folder with files that you already have."
)
_REMEDIES: dict[type[DictationError], str] = {
    HubUnreachable: _NETWORK,
    HubsUnreachable: _NETWORK,
    HubProxyRefused: N_(
        "Check the proxy in the system’s settings (its address, and the password it may want), "
        "start this program anew, and try again."
    ),
    HubNotTrusted: N_(
        "Probably a proxy or virus scanner on this network puts its own certificate in place. Ask "
        "its administrator for the CA certificate and name that file in REQUESTS_CA_BUNDLE, or "
        "fetch the files elsewhere and choose their folder."
    ),
    HubAnswered: _BY_ITSELF,
    HubFileMissing: _OR_FOLDER,
    HubFileWrong: N_(
        "It was removed. Try again; if that ends here too, this network changes what it carries, "
        "or the hub holds another version: fetch the files elsewhere and choose their folder."
    ),
    HubStalled: _BY_ITSELF,
    HubCut: _BY_ITSELF,
    HubFault: _GOES_ON,
    DiskFull: N_("Make room on that disk, then try again; what has come is kept."),
    FolderUnwritable: N_("Check the folder’s permissions, then try again."),
    ModelFolderMissing: N_("Connect the disk on which it is, or choose another model."),
    ModelMissing: N_("Download it, or choose a folder in which it is."),
    ModelFileMissing: N_("Choose the folder that holds all files of a model."),
    ModelDamaged: N_("Download it again: only what is wrong is fetched."),
    ModelInUse: N_("Wait until what is being transcribed is done, or end `dictation serve`."),
}


def remedy(error: DictationError) -> str:
    """That of the error itself where a window has nothing better to say."""
    for kind in type(error).__mro__:
        if kind in _REMEDIES:
            return _(_REMEDIES[kind])
    return error.remedy
