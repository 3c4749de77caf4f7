"""What is asked of the network about certificates, of whom, and what happens when nobody answers."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from django.utils import timezone

from pledges import revocation
from tests.factories import trust_provider
from tests.pledges.signing import pki

pytestmark = pytest.mark.django_db


class Provider(ThreadingHTTPServer):
    """OCSP and CRL of the test provider: what was asked, and what is answered."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked, self.answers = [], {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(self.path)
        status, body = self.server.answers.get(self.path, (404, b""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", f"{self.server.address}/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *args):
        """Quiet: the test looks at `asked`."""


@pytest.fixture
def provider(settings, monkeypatch):
    server = Provider()
    settings.REVOCATION_FETCH = True
    settings.REVOCATION_TIMEOUT = 1
    # The provider's certificates name addresses that nobody has; they are led to the server here.
    fetch = revocation._fetch
    here = {pki.CRL_ADDRESS: "/crl", pki.OCSP_ADDRESS: "/ocsp"}
    monkeypatch.setattr(
        revocation,
        "_fetch",
        lambda address, *rest: fetch(server.address + here[address], *rest),
    )
    yield server
    server.shutdown()
    server.server_close()


def just_now():
    return timezone.now() - timedelta(hours=1)


def test_switched_off_nobody_is_asked(provider, settings):
    settings.REVOCATION_FETCH = False
    trust_provider()

    trust = revocation.trust_for([pki.leaf().pem])

    assert provider.asked == []
    assert (trust.crls, trust.ocsps) == ((), ())


def test_answers_and_lists_of_the_provider_are_taken(provider):
    trust_provider()
    leaf = pki.leaf()
    provider.answers = {
        "/ocsp": (200, pki.ocsp(leaf, at=just_now())),
        "/crl": (200, pki.crl(at=just_now())),
    }

    trust = revocation.trust_for([leaf.pem])

    assert len(trust.ocsps) >= 1
    assert len(trust.crls) == 1


def test_list_is_asked_for_once_in_a_while(provider):
    trust_provider()
    provider.answers = {"/crl": (200, pki.crl(at=just_now()))}

    for _ in range(3):
        revocation.trust_for([pki.leaf().pem])

    assert provider.asked.count("/crl") < 6


def test_strangers_certificate_makes_this_server_call_nobody(provider):
    trust_provider()

    trust = revocation.trust_for([pki.leaf(organisation="Nơi cấp lạ").pem])

    assert provider.asked == []
    assert trust.crls == ()


@pytest.mark.parametrize(
    "answer", [(404, b""), (500, b"hong"), (302, b""), (200, b"khong phai"), (200, b"x" * 200_000)]
)
def test_what_is_no_answer_is_left_out(provider, answer):
    trust_provider()
    provider.answers = {"/ocsp": answer, "/crl": answer}

    trust = revocation.trust_for([pki.leaf().pem])

    assert (trust.crls, trust.ocsps) == ((), ())
    assert "/elsewhere" not in provider.asked


def test_list_by_another_authority_is_left_out(provider):
    trust_provider()
    provider.answers = {"/crl": (200, pki.crl(by=pki.sub_ca("Nơi cấp lạ"), at=just_now()))}

    assert revocation.trust_for([pki.leaf().pem]).crls == ()


def test_addresses_are_read_from_the_certificate():
    certificate = x509.load_pem_x509_certificate(pki.leaf().pem.encode())

    assert revocation._ocsp_addresses(certificate) == [pki.OCSP_ADDRESS]
    assert revocation._list_addresses(pki.leaf().pem) == [pki.CRL_ADDRESS]
