"""Places to write to: real servers on this machine, over HTTPS with a certificate of an authority that is made here."""

import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Got:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Place:
    """`answers` says what it does next, the last one for good: a status, or a name of `Handler`."""

    port: int
    scheme: str = "https"
    answers: list = field(default_factory=lambda: [200])
    got: list[Got] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.port}/hooks/T1/secret-part"

    @property
    def reach(self) -> str:
        return f"localhost:{self.port}"


class Handler(BaseHTTPRequestHandler):
    place: Place

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.place.got.append(Got(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        answers = self.place.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, str):
            return getattr(self, answer)()
        self.send_response(answer)
        if 300 <= answer < 400:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b"ok")

    def drip(self):
        """A byte now and then, without an end."""
        for _ in range(100):
            self.wfile.write(b"H")
            self.wfile.flush()
            time.sleep(0.1)

    def flood(self):
        """Answers before the answer, without an end."""
        while True:
            self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" * 1000)

    def silent(self):
        time.sleep(5)

    def broken(self):
        self.wfile.write(b"no http at all\r\n\r\n")

    def log_message(self, *args):
        pass


@contextmanager
def place(certificate: Path | None, folder: Path | None = None):
    """Without a certificate it speaks plain HTTP."""
    made = Place(0, "https" if certificate else "http")

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def get_request(self):
            made.connections += 1
            return super().get_request()

        def handle_error(self, request, address):
            pass  # who hangs up on it is what most tests are about

    server = Server(("127.0.0.1", 0), type("Its", (Handler,), {"place": made}))
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def certificate(folder: Path, name: str = "localhost") -> Path:
    """A file with a key and a certificate for that name, which is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=400))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file
