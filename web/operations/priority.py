"""Work that is done beside the answering gives way to it."""

import os
import sys
import threading
from contextlib import suppress

_NICE = 5  # a quarter of the processor where one question wants all of it; all of it while nobody asks


def give_way() -> None:
    """Let the calling thread, and those it starts, have the processor after the other threads of this process.

    On Linux, where every thread has a priority of its own; elsewhere nothing changes.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
