"""The locks that the document child puts on itself before it looks at what somebody sent. Linux, by ctypes; none can be
taken off again. Each is put on where the kernel has it, and the child says which ones hold.

- No new privileges (prctl 38): nothing that it could start gets more rights than it has.
- Landlock (Linux 5.13): no file can be opened but fonts, which pages without their own need, to read. A program that is
  started there (lock_program) may read its libraries and its data, and nothing else can be run.
- Seccomp: no socket, no program, no look at another process and no signal to it, no io_uring, which would go round it.
- Limits: time, memory, no file may grow, hardly any may be opened, no process, no core dump, and none by a program that
  cores are piped to.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

MB = 1024 * 1024
MEMORY_BYTES = 768 * MB
CPU_S = 60
# Descriptors that a child may have at once; the fonts of a page are opened one after another.
MOST_FILES = 16
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/X11/fonts")

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 4, 38, 22, 2
# The numbers of Landlock's calls are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_RUN, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_READ = _READ_FILE | _READ_DIR
# What any program is made of.
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
_LIBRARY_LIST = "/etc/ld.so.cache"
_LOADERS = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1")
# What a ruleset can forbid, by the version that a kernel speaks: of files, of TCP (version 4).
_FILE_RIGHTS: Final[Mapping[int, int]] = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_TCP_RIGHTS = 0b11
# Architecture as the audit system numbers it, and what is forbidden there.
_FORBIDDEN: Final[Mapping[str, tuple[int, tuple[int, ...]]]] = {
    "x86_64": (0xC000003E, (
        41, 53, 42,  # socket, socketpair, connect
        56, 57, 58, 435, 59, 322,  # clone, fork, vfork, clone3, execve, execveat
        62, 200, 234, 129, 297, 424,  # kill, tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_send_signal
        101, 310, 311, 434, 438,  # ptrace, process_vm_readv, process_vm_writev, pidfd_open, pidfd_getfd
        302, 141, 144, 203,  # prlimit64, setpriority, sched_setscheduler, sched_setaffinity: they take another's pid
        248, 250, 298, 321, 323, 425,  # add_key, keyctl, perf_event_open, bpf, userfaultfd, io_uring_setup
    )),
    "aarch64": (0xC00000B7, (
        198, 199, 203, 220, 435, 221, 281, 129, 130, 131, 138, 240, 424, 117, 270, 271, 434, 438, 261, 140, 119, 122,
        217, 219, 241, 280, 282, 425,  # the same; fork and vfork are clone there
    )),
}
_EXECVE: Final[Mapping[str, int]] = {"x86_64": 59, "aarch64": 221}
# Statements of a classic BPF program over seccomp_data: load a word, jump if equal, jump if at least, return.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM
_X32 = 0x40000000  # calls of x86-64's third ABI


def lock_down(memory_bytes: int = MEMORY_BYTES, fonts: Iterable[str] = FONT_FOLDERS) -> tuple[str, ...]:
    """All locks that this kernel has. Returns the names of those that hold."""
    return _locked(memory_bytes, dict.fromkeys(fonts, _READ), frozenset())


def lock_program(program: str, data: Iterable[str], memory_bytes: int = MEMORY_BYTES) -> tuple[str, ...]:
    """The same for whoever becomes that program at once, which reads these folders."""
    files = dict.fromkeys((*_LIBRARIES, *data), _READ) | {_LIBRARY_LIST: _READ_FILE}
    files |= dict.fromkeys((*_LOADERS, program), _RUN | _READ_FILE)
    return _locked(memory_bytes, files, frozenset({_EXECVE.get(os.uname().machine, 0)}))


def _locked(memory_bytes: int, files: Mapping[str, int], but: Collection[int]) -> tuple[str, ...]:
    locks: tuple[tuple[str, Callable[[], object]], ...] = (
        ("limits", lambda: _limit(memory_bytes)),
        ("no_new_privs", _no_new_privileges),
        ("landlock", lambda: _no_files(files)),
        ("seccomp", lambda: _no_calls(but)),
    )
    return tuple(name for name, put_on in locks if _holds(put_on))


def die_with(parent: int) -> None:
    """The kernel kills us when that process ends, which started us; raises OSError where it has ended already."""
    _called("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise ProcessLookupError("nobody waits for us")


def cpu_until(seconds: float) -> None:
    """The kernel ends us when we have computed for so long, counted from now."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _holds(put_on: Callable[[], object]) -> bool:
    try:
        put_on()
    except (OSError, KeyError, ValueError, AttributeError):
        return False
    return True


def _limit(memory_bytes: int) -> None:
    _called("prctl", _PR_SET_DUMPABLE, 0, 0, 0, 0)
    for what, most in (
        (resource.RLIMIT_CPU, CPU_S), (resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, MOST_FILES), (resource.RLIMIT_NPROC, 0), (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _no_new_privileges() -> None:
    _called("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _no_files(but: Mapping[str, int]) -> None:
    """`but`: what may be done below a folder, or with a file; those that are not there are passed over."""
    version = _called("syscall", _CREATE_RULESET, None, 0, _ASK_VERSION)
    handled = _FILE_RIGHTS[max(known for known in _FILE_RIGHTS if known <= version)]
    rights = struct.pack("=QQ", handled, _TCP_RIGHTS) if version >= 4 else struct.pack("=Q", handled)
    ruleset = _called("syscall", _CREATE_RULESET, rights, len(rights), 0)
    try:
        for path, may in but.items():
            if not os.path.exists(path):
                continue
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                rule = struct.pack("=Qi", may, place)
                _called("syscall", _ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
            finally:
                os.close(place)
        _called("syscall", _RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _no_calls(but: Collection[int]) -> None:
    arch, calls = _FORBIDDEN[os.uname().machine]
    forbidden = tuple(call for call in calls if call not in but)
    refuse = len(forbidden) + 2  # where the statement that refuses is, counted from the first check of a call
    program = [
        _statement(_LOAD, 4), _statement(_IF_EQUAL, arch, 0, len(forbidden) + 3),
        _statement(_LOAD, 0), _statement(_IF_AT_LEAST, _X32, refuse - 1, 0),
        *(_statement(_IF_EQUAL, call, refuse - 2 - at, 0) for at, call in enumerate(forbidden)),
        _statement(_RETURN, _ALLOW), _statement(_RETURN, _REFUSE),
    ]
    text = ctypes.create_string_buffer(b"".join(program))
    header = struct.pack("HP", len(program), ctypes.addressof(text))
    _called("prctl", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(header), 0, 0)


def _statement(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_so, if_not, value)


def _called(name: str, *arguments: object) -> int:
    """A function of the C library. Raises OSError."""
    done: int = getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments)
    if done < 0:
        raise OSError(ctypes.get_errno(), name)
    return done
