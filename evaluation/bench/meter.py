"""Run a command and print its wall-clock seconds, peak resident megabytes and exit status as JSON, on a descriptor.

A script of its own: Linux counts the memory of the process that starts another into the other's peak, so the one that
starts what is measured must be small. It imports next to nothing.
"""

import os
import sys
import time


def main() -> None:
    """``python meter.py DESCRIPTOR COMMAND...``; input, output and errors are the command's."""
    descriptor, command = int(sys.argv[1]), sys.argv[2:]
    os.set_inheritable(descriptor, False)
    started = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - started
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    megabytes = usage.ru_maxrss * unit / 1e6
    told = f'{{"seconds": {seconds}, "megabytes": {megabytes}, "status": {os.waitstatus_to_exitcode(status)}}}'
    os.write(descriptor, told.encode())


if __name__ == "__main__":
    main()
