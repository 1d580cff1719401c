"""What a person typed is in this program's memory and nowhere else: a crash writes no image of it to a disk.

As the daemon does it (`hall_daemon/adapters/system/core_dump`), which a kiosk does not know: a limit of 0 for core
files, and not dumped at all, since programs that cores are piped to heed no limit. The stacks go to the log.
"""

from __future__ import annotations

import ctypes
import faulthandler
import logging
import resource

_LOGGER = logging.getLogger(__name__)
_PR_SET_DUMPABLE = 4  # <sys/prctl.h>


def leave_no_image() -> None:
    """People are served where the kernel refuses, too; the log says so."""
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        _LOGGER.warning("a crash may leave an image of what was typed on the disk: the kernel takes no PR_SET_DUMPABLE")
