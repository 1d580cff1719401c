"""What document children are forked from: all that opens files is loaded here, and no file ever is.

`python -m hall_daemon.adapters.documents.fork_server`, standard input a Unix socket. Each socket that comes through it
gets a child, which is told its file and says its pages there (worker), or reads the letters of a page (letters), and
has no other descriptor: what another person sends meanwhile does not exist for it. A child whose socket was closed at
the other end is killed; all of them die with this process, and it ends with its standard input.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import hall_daemon.adapters.documents.pdf  # noqa: F401 (for the children, who would load it each)
from hall_daemon.adapters.documents import letters, worker
from hall_daemon.adapters.documents.children import BEGUN, FILE, LETTERS
from hall_daemon.adapters.documents.locks import die_with
from hall_daemon.adapters.system.stepping_back import step_back

_WORKS: Mapping[bytes, Callable[[], None]] = {FILE: worker.look, LETTERS: letters.look}


@dataclass(frozen=True)
class _Job:
    pid: int
    ended: int  # its pidfd
    door: socket.socket


def main() -> None:
    step_back()
    worker.prepare()
    with socket.socket(fileno=os.dup(0)) as control:
        gc.collect()
        gc.freeze()  # pages that children need not copy
        _serve(control)


def _serve(control: socket.socket) -> None:
    jobs: dict[int, _Job] = {}
    poll = select.poll()
    poll.register(control, select.POLLIN)
    while True:
        for ready, _ in poll.poll():
            if ready == control.fileno():
                said, doors, _, _ = socket.recv_fds(control, len(FILE), 1)
                if not said:
                    return
                for door in doors:
                    job = _begun(socket.socket(fileno=door), _WORKS.get(said, worker.look))
                    if job is not None:
                        jobs |= {job.ended: job, job.door.fileno(): job}
                        poll.register(job.ended, select.POLLIN)
                        poll.register(job.door, 0)  # whether the other end was closed
            elif (job := jobs.pop(ready, None)) is not None:
                poll.unregister(ready)
                if ready == job.ended:
                    _ended(job, jobs, poll)
                else:
                    signal.pidfd_send_signal(job.ended, signal.SIGKILL)


def _begun(door: socket.socket, work: Callable[[], None]) -> _Job | None:
    """Where no process can be had the other end reads nothing, and asks elsewhere."""
    server = os.getpid()
    try:
        pid = os.fork()
    except OSError:
        door.close()
        return None
    if not pid:
        _be_a_child(door.fileno(), server, work)
    return _Job(pid, os.pidfd_open(pid), door)


def _be_a_child(door: int, server: int, work: Callable[[], None]) -> None:
    """Does not return."""
    try:
        die_with(server)
        for standard in (0, 1):
            os.dup2(door, standard)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        os.write(1, BEGUN)
        work()
        os._exit(0)
    finally:
        os._exit(1)


def _ended(job: _Job, jobs: dict[int, _Job], poll: select.poll) -> None:
    os.waitpid(job.pid, 0)
    if jobs.pop(job.door.fileno(), None) is not None:
        poll.unregister(job.door)
    job.door.close()
    os.close(job.ended)


if __name__ == "__main__":
    main()
