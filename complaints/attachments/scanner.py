"""Asking the virus scanner: ClamAV's INSTREAM, over TCP or a unix socket.

Its plain "stream: OK" alone is a clean verdict; silence, haste, nonsense and half an answer are errors.
"""

import socket
import struct
import time
from contextlib import suppress
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings

from complaints.models.attachment import Scan

CONNECT_SECONDS = 2
PART_BYTES = 64 * 1024
LONGEST_ANSWER = 4096
CLEAN, INFECTED = b"stream: OK\0", b" FOUND\0"


class Unreachable(Exception):
    """There is no scanner to ask at this moment."""


def verdict(file: BinaryIO) -> Scan:
    """Return what the scanner says of a file: CLEAN, INFECTED or ERROR, never PENDING.

    The file is read from its beginning. Takes no longer than SCAN_SECONDS. Raises Unreachable where
    the scanner does not let us in at all.
    """
    try:
        line = _connected()
    except OSError as problem:
        raise Unreachable from problem
    with line:
        end = time.monotonic() + settings.SCAN_SECONDS
        sent = False
        # A scanner that has had enough hangs up while we send; what it found by then can be read.
        with suppress(OSError):
            _send(line, file, end)
            sent = True
        try:
            answer = _read(line, end)
        except OSError:
            return Scan.ERROR
    if answer == CLEAN and sent:
        return Scan.CLEAN
    named = answer.startswith(b"stream: ") and answer.endswith(INFECTED)
    return Scan.INFECTED if named else Scan.ERROR


def _connected() -> socket.socket:
    where = urlsplit(settings.CLAMD)
    if where.scheme == "tcp":
        return socket.create_connection((where.hostname, where.port or 3310), CONNECT_SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(CONNECT_SECONDS)
    try:
        line.connect(where.path)
    except OSError:
        line.close()
        raise
    return line


def _send(line: socket.socket, file: BinaryIO, end: float) -> None:
    """Send a file in parts, each after its length, and a length of nothing at its end."""
    file.seek(0)
    _within(line, end)
    line.sendall(b"zINSTREAM\0")
    while part := file.read(PART_BYTES):
        _within(line, end)
        line.sendall(struct.pack("!L", len(part)) + part)
    line.sendall(struct.pack("!L", 0))


def _read(line: socket.socket, end: float) -> bytes:
    """Return the answer up to where the scanner hangs up. Raises OSError where that takes too long."""
    answer = b""
    while len(answer) <= LONGEST_ANSWER:
        _within(line, end)
        part = line.recv(LONGEST_ANSWER)
        if not part:
            break
        answer += part
    return answer


def _within(line: socket.socket, end: float) -> None:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    line.settimeout(left)
