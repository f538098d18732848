"""Shows this process a processor that knows nothing newer than AVX2, to measure what others have.

Each library asks the processor itself, by its instruction CPUID, and few can be told to use less.
Linux lets a thread have that instruction fault; the handler answers in the processor's place, with
the newer instruction sets left out. See arch_prctl(2), ARCH_SET_CPUID; Intel's manual, volume 2A,
CPUID, has the bits.
"""

from __future__ import annotations

import ctypes
import mmap
import platform
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_ARCH_PRCTL = 158  # the system call's number on x86-64
_ARCH_SET_CPUID = 0x1012
_SA_SIGINFO, _SA_NODEFER = 4, 0x40000000

_CPUID = b"\x0f\xa2"
# void ask(uint32_t leaf, uint32_t subleaf, uint32_t answer[4])
_ASK = bytes.fromhex(
    "53"  # push rbx
    "89f8 89f1 4989d0"  # mov eax, edi; mov ecx, esi; mov r8, rdx
    "0fa2"  # cpuid
    "418900 41895804 41894808 4189500c"  # mov [r8], eax; [r8+4], ebx; [r8+8], ecx; [r8+12], edx
    "5b c3"  # pop rbx; ret
)
_BASIC, _EXTENDED, _HYPERVISOR = 0, 0x8000_0000, 0x4000_0000
_MOST_LEAVES, _MOST_SUBLEAVES = 64, 64

# By leaf, subleaf and place in the answer (eax, ebx, ecx, edx): bits of what is newer than AVX2.
_NEWER = {
    (7, 0, 1): (16, 17, 21, 26, 27, 28, 30, 31),  # AVX-512 F, DQ, IFMA, PF, ER, CD, BW, VL
    (7, 0, 2): (1, 6, 11, 12, 14),  # AVX-512 VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ
    (7, 0, 3): (2, 3, 8, 22, 23, 24, 25),  # AVX-512 4VNNIW, 4FMAPS, VP2INTERSECT; AMX; FP16
    (7, 1, 0): (4, 5, 21, 22, 23),  # AVX-VNNI, AVX-512 BF16, AMX-FP16, HRESET, AVX-IFMA
    (7, 1, 3): (4, 5, 10, 19),  # AVX-VNNI-INT8, AVX-NE-CONVERT, AVX-VNNI-INT16, AVX10
}

# Where the handler finds registers: ucontext_t's general registers begin after flags, link and
# stack, in the order of <sys/ucontext.h>.
_REGISTERS_AT = 40
_RBX, _RDX, _RAX, _RCX, _RIP = 11, 12, 13, 14, 16

_kept: list[Any] = []  # what the handler needs must outlive this module's functions


class _Action(ctypes.Structure):
    """struct sigaction of glibc."""

    _fields_ = (
        ("handler", ctypes.c_void_p),
        ("mask", ctypes.c_uint64 * 16),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_void_p),
    )


def can_be_shown() -> bool:
    """Whether this machine lets CPUID fault."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return False
    return "cpuid_fault" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")


def hide_all_beyond_avx2() -> None:
    """For this thread and those that it will start, until the process ends.

    Comes before the libraries that are meant. Raises OSError where it is not possible.
    """
    answers = _answers()
    libc = ctypes.CDLL(None, use_errno=True)

    def handle(number: int, _info: int, context: int) -> None:
        registers = ctypes.cast(context + _REGISTERS_AT, ctypes.POINTER(ctypes.c_uint64))
        if ctypes.string_at(registers[_RIP], len(_CPUID)) != _CPUID:
            libc.signal(number, None)  # a fault of another kind: let it end the process
            return
        leaf, subleaf = registers[_RAX] & 0xFFFF_FFFF, registers[_RCX] & 0xFFFF_FFFF
        told = answers.get((leaf, subleaf)) or answers.get((leaf, 0)) or (0, 0, 0, 0)
        registers[_RAX], registers[_RBX], registers[_RCX], registers[_RDX] = told
        registers[_RIP] += len(_CPUID)

    handler = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(handle)
    _kept.append(handler)
    action = _Action(handler=ctypes.cast(handler, ctypes.c_void_p).value)
    action.flags = _SA_SIGINFO | _SA_NODEFER
    if libc.sigaction(int(signal.SIGSEGV), ctypes.byref(action), None):
        raise OSError(ctypes.get_errno(), "sigaction")
    if libc.syscall(_ARCH_PRCTL, _ARCH_SET_CPUID, 0):
        raise OSError(ctypes.get_errno(), "arch_prctl")


def _answers() -> dict[tuple[int, int], tuple[int, int, int, int]]:
    """What the processor tells, without what is newer."""
    ask = _asking()
    found = {}
    for first in (_BASIC, _HYPERVISOR, _EXTENDED):
        last = min(ask(first, 0)[0], first + _MOST_LEAVES)
        for leaf in range(first, max(first, last) + 1):
            for subleaf in range(_MOST_SUBLEAVES if first == _BASIC else 1):
                told = list(ask(leaf, subleaf))
                for place in range(4):
                    for bit in _NEWER.get((leaf, subleaf, place), ()):
                        told[place] &= ~(1 << bit)
                found[leaf, subleaf] = (told[0], told[1], told[2], told[3])
    return found


def _asking() -> Callable[[int, int], list[int]]:
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(_ASK)
    code = ctypes.c_char.from_buffer(page)
    _kept.append((page, code))
    function = ctypes.CFUNCTYPE(None, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p)(
        ctypes.addressof(code)
    )

    def ask(leaf: int, subleaf: int) -> list[int]:
        told = (ctypes.c_uint32 * 4)()
        function(leaf, subleaf, ctypes.addressof(told))
        return list(told)

    return ask
