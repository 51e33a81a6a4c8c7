"""Child processes that do not outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def bound(number: signal.Signals = signal.SIGTERM) -> Callable[[], None] | None:
    """Return a `preexec_fn` that has the kernel send `number` when the parent dies (Linux).

    The bond is to the thread that starts the child, so start children from the main thread.
    """
    if _libc is None:
        return None
    parent = os.getpid()

    def tie() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the bond was made
            os._exit(1)

    return tie


def stop(
    process: subprocess.Popen, *steps: tuple[signal.Signals, float], group: bool = False
) -> None:
    """Send each signal and wait its seconds; what still lives then is killed."""
    for number, seconds in steps:
        if process.poll() is not None:
            break
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if group:
        kill_group(process.pid)
    elif process.poll() is None:
        process.kill()
    process.wait()


def kill_group(pid: int) -> None:
    """Kill what is left of the process group that `pid` leads or led."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
