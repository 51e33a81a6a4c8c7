"""A real HTTP server in a thread: keeps what it is sent, and answers as a test wants."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


class Sink:
    """`status` is what it answers; `slow` holds the answer back until the test lets it go."""

    def __init__(self):
        self.status, self.body = 200, b'{"errcode": 0, "code": 0, "StatusCode": 0}'
        self.slow = False
        self.let_go = Event()
        self.bodies: list[dict] = []
        self.raw: list[bytes] = []
        self.headers: list[dict] = []
        self.url = ""


@contextmanager
def open_sink() -> Iterator[Sink]:
    sink = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            sink.raw.append(raw)
            sink.bodies.append(json.loads(raw))
            sink.headers.append(dict(self.headers))
            if sink.slow:
                sink.let_go.wait(20)
            self.send_response(sink.status)
            self.end_headers()
            self.wfile.write(sink.body)

        def log_message(self, *args):
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sink.url = f"http://127.0.0.1:{server.server_port}/"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield sink
    finally:
        sink.let_go.set()
        server.shutdown()
        server.server_close()
