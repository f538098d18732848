"""Every way in which set-up can fail: what happened, and what to do about it.

A fault is a template and its fields, as in ``dictation.errors``, which cannot be imported here:
this code runs before the package has an environment to live in.
"""

from __future__ import annotations

from typing import ClassVar


class SetupFault(Exception):
    """The root. ``str(fault)`` says what happened, ``fault.remedy`` what to do.

    Attributes:
        evidence: the lines of the log that tell of it, oldest first.
    """

    template: ClassVar[str] = "{what} failed."
    remedy_template: ClassVar[str] = "Look at the log, then run the same command again."
    exit_code: ClassVar[int] = 1

    def __init__(self, *, evidence: tuple[str, ...] = (), **fields: object) -> None:
        super().__init__()
        self.evidence = evidence
        self.fields = fields

    def __str__(self) -> str:
        return self.template.format_map(self.fields)

    @property
    def remedy(self) -> str:
        """What the user can do."""
        return self.remedy_template.format_map(self.fields)


class CommandFailed(SetupFault):
    template = "{what} failed (exit code {code})."


class CommandKilled(SetupFault):
    template = "{what} was killed by signal {signal}; often that is a machine short of memory."
    remedy_template = "Close other programs, then run the same command again."


class NoNetwork(SetupFault):
    template = "{what} failed: the package sources cannot be reached over the network."
    remedy_template = (
        "Check the connection, and the proxy if there is one (HTTPS_PROXY); then run the same "
        "command again, which goes on from here."
    )


class CertificateRefused(SetupFault):
    template = "{what} failed: the certificate of a package source was refused."
    remedy_template = (
        "Check the clock of this machine. Behind a proxy that signs for others, name its "
        "certificate: PIP_CERT=FILE and SSL_CERT_FILE=FILE."
    )


class DiskFull(SetupFault):
    template = "{what} failed: the disk is full."
    remedy_template = (
        "Make room, then run the same command again. Set-up needs about 2 GB in the folder "
        ".venv, or 8 GB with a GPU; `pip cache purge` frees downloads that pip has kept."
    )


class NotPermitted(SetupFault):
    template = "{what} failed: writing there is not permitted."
    remedy_template = (
        "Make the folder your own, or copy it to a place where you may write; a .venv that was "
        "made by another user can be deleted."
    )


class NothingFits(SetupFault):
    template = "{what} failed: no set of versions fits this Python ({python}) and machine."
    remedy_template = (
        "Try another Python from 3.11 on; where pip is configured for other sources "
        "(`pip config list`), check that they are complete."
    )


class CompilerMissing(SetupFault):
    template = "{what} failed: a package had to be compiled, and no compiler was found."
    remedy_template = "Install one, then run the same command again: {line}"


class VenvModuleMissing(SetupFault):
    template = "{what} failed: this Python comes without its venv and ensurepip modules."
    remedy_template = "Install them with your system's package manager, or use another Python."


class AptForbidden(SetupFault):
    template = "These system packages are missing and may not be installed from here: {packages}."
    remedy_template = "Paste this line, then run the same command again:\n\n    {line}\n"


class AptLocked(SetupFault):
    template = "{what} failed: another program is installing packages and holds apt's lock."
    remedy_template = "Wait until it has finished, then run the same command again."


class AptPackageUnknown(SetupFault):
    template = "{what} failed: apt does not know one of them on this system."
    remedy_template = "Install the package of your system that gives the same, then run this again."


class CudaWithoutGpu(SetupFault):
    """pip is about to fetch the CUDA build of PyTorch onto a machine that cannot use it."""

    template = (
        "pip would fetch the CUDA build of PyTorch ({offender}), about 3 GB that this machine "
        "without an NVIDIA GPU cannot use. It was stopped, and nothing of it is installed."
    )
    remedy_template = (
        "Let this machine reach PyTorch's own index for CPU builds, or give pip a CPU build of "
        "torch {torch} by a folder (PIP_FIND_LINKS) or index (PIP_EXTRA_INDEX_URL), then run the "
        "same command again. If you want the CUDA build all the same: "
        ".venv/bin/pip install torch, after which set-up takes it as it is."
    )


class ProjectUnreadable(SetupFault):
    template = "pyproject.toml cannot be read: {reason}."
    remedy_template = "Mend the file, or check it out anew."


class ProgramMissing(SetupFault):
    template = "The program {program} is not in .venv, although set-up says it is complete."
    remedy_template = "Delete the folder .venv and run the same command again."
