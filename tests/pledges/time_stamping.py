"""Time stamp authorities for tests: one in this process, and OpenSSL's behind a small server."""

import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import keys, pem, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from pledges.signing import timestamp

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2031, 1, 1, tzinfo=UTC)
NAME = "Dịch vụ dấu thời gian thử nghiệm"


@dataclass(frozen=True)
class StampAuthority:
    """A root, and a certificate with its key for time stamping under it, all PEM."""

    root: str
    certificate: str
    key: str


@cache
def authority(name=NAME, purpose=ExtendedKeyUsageOID.TIME_STAMPING):
    root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name}, gốc")])
    root = (
        _builder(root_name, root_name, root_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        _builder(subject, root_name, key)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    pem_key = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    texts = (one.public_bytes(Encoding.PEM).decode() for one in (root, certificate))
    return StampAuthority(*texts, pem_key.decode())


def _builder(subject, issuer, key):
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(END)
    )


def answer(request, at, by=None):
    """The answer (DER) of an authority whose clock says `at` to a request (DER)."""
    by = by or authority()
    return _stamper(by, at).request_tsa_response(tsp.TimeStampReq.load(request)).dump()


def _stamper(by, at):
    certificate = asn1_x509.Certificate.load(pem.unarmor(by.certificate.encode())[2])
    key = keys.PrivateKeyInfo.load(pem.unarmor(by.key.encode())[2])
    return DummyTimeStamper(certificate, key, fixed_dt=at)


def request_of(digest=None, nonce=None, request=None):
    """A request (DER) about another digest, or with another nonce, than the given one."""
    asked = tsp.TimeStampReq.load(request)
    if digest:
        asked["message_imprint"]["hashed_message"] = digest
    if nonce:
        asked["nonce"] = nonce
    return asked.dump(force=True)


def refusal(said="Không nhận yêu cầu lúc này"):
    status = tsp.PKIStatusInfo({"status": "rejection", "status_string": [said]})
    return timestamp.Answer({"status": status}).dump()


class OpenSsl:
    """OpenSSL's `ts -reply`, with the files it wants in `folder`; its clock is the machine's."""

    CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/root.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""

    def __init__(self, folder: Path, by=None):
        by = by or authority()
        self.folder, self._one_at_a_time = folder, threading.Lock()
        for name, text in (
            ("root.pem", by.root),
            ("tsa.pem", by.certificate),
            ("tsa.key", by.key),
            ("serial", "01\n"),
            ("tsa.cnf", self.CONFIG.format(folder=folder)),
        ):
            (folder / name).write_text(text)

    def __call__(self, request):
        with self._one_at_a_time:  # its files are one set
            return self._answer(request)

    def _answer(self, request):
        (self.folder / "asked.tsq").write_bytes(request)
        command = ["openssl", "ts", "-reply", "-config", f"{self.folder}/tsa.cnf"]
        command += ["-queryfile", f"{self.folder}/asked.tsq", "-out", f"{self.folder}/given.tsr"]
        subprocess.run(command, check=True, capture_output=True)
        return (self.folder / "given.tsr").read_bytes()


@contextmanager
def serving(give):
    """A server on this machine that answers a POST with `give(request)`; yields it with its `url`.

    `give` may be replaced (`server.give = …`), and may return bytes, or an HTTP status.
    `server.asked` counts the requests.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            server.asked += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            given = server.give(body)
            status, data = (given, b"") if isinstance(given, int) else (200, given)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self._send(data)

        def _send(self, data):
            try:
                for start in range(0, len(data), server.piece or len(data)):
                    self.wfile.write(data[start : start + (server.piece or len(data))])
                    if server.piece:
                        time.sleep(server.pause)
            except OSError:
                pass  # the client has gone, as it should from a slow server

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.give, server.asked, server.piece, server.pause = give, 0, None, 0
    server.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
