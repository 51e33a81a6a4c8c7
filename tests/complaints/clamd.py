"""A virus scanner for tests: speaks ClamAV's INSTREAM on a free port, finds EICAR, answers as it is told."""

import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# The harmless file by which every scanner can be tried; written in two parts, so that none finds it here.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
OK = b"stream: OK\0"
FOUND = b"stream: Win.Test.EICAR_HDB-1 FOUND\0"


def honest(content: bytes) -> bytes:
    return FOUND if EICAR in content else OK


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        if (early := self.server.early) is not None:
            self.wfile.write(early)
            return
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        answer = self.server.answer(content)
        if answer is None:
            self.server.over.wait(10)
        else:
            self.wfile.write(answer)


class Scanner(socketserver.ThreadingTCPServer):
    """`answer` maps what was sent to an answer, None for silence; `early` is said before anything is sent."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.answer: Callable[[bytes], bytes | None] = honest
        self.early: bytes | None = None
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def running() -> Iterator[Scanner]:
    with Scanner() as scanner:
        threading.Thread(target=scanner.serve_forever, args=(0.01,), daemon=True).start()
        yield scanner
        scanner.over.set()
        scanner.shutdown()
