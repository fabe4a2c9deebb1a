"""A small mail server on a real socket, which can refuse people, hang up, and be away."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread


class PostOffice(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Counter)
        self.accepted: list[EmailMessage] = []
        self.refused: set[str] = set()  # addresses that get the refusal
        self.refusal = "550 no such person"
        self.hangs_up_on: set[str] = set()  # addresses at which the line goes dead
        self.connections = 0

    @property
    def port(self) -> int:
        return self.server_address[1]

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.accepted if mail["To"] == address]


class Counter(socketserver.StreamRequestHandler):
    server: PostOffice

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.server.connections += 1
        self.say("220 post office")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            address = line.partition("<")[2].partition(">")[0]
            if verb == "QUIT":
                self.say("221 bye")
                return
            if address in self.server.hangs_up_on:
                return
            if verb == "RCPT" and address in self.server.refused:
                self.say(self.server.refusal)
            elif verb == "DATA":
                self.say("354 go on")
                lines = []
                while (text := self.rfile.readline()) != b".\r\n":
                    lines.append(text.removeprefix(b".") if text.startswith(b"..") else text)
                self.server.accepted.append(message_from_bytes(b"".join(lines), policy=policy.default))
                self.say("250 taken")
            else:
                self.say("250 ok")


@contextmanager
def open_post_office(settings) -> Iterator[PostOffice]:
    """Windfall sends through it while the block runs."""
    with PostOffice() as office:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        settings.EMAIL_TIMEOUT = 5
        serving = Thread(target=office.serve_forever, args=(0.05,), daemon=True)
        serving.start()
        try:
            yield office
        finally:
            office.shutdown()
            serving.join()
