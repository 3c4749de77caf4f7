"""Whether signers' certificates were revoked: asked over the network, or from imported lists.

The network is asked only where settings allow it (REVOCATION_FETCH), never inside a transaction,
and only about certificates that the trust list's own authorities issued: the addresses stand in the
certificate, and a stranger's certificate must not make this server call wherever it likes.
"""

import hashlib
import logging
from itertools import pairwise
from urllib.request import HTTPRedirectHandler, Request, build_opener

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID
from django.conf import settings
from django.core.cache import cache

from pledges import signing
from pledges.certificates import LARGEST_LIST, Unreadable, chain_of, is_signed_by, read_list
from pledges.models import RevocationList
from pledges.registering import trust_list

logger = logging.getLogger(__name__)

LARGEST_ANSWER = 100 * 1024
KEPT_FOR = 10 * 60


def trust_for(pems):
    """The trust list, and all that is known now about revocation of these certificates (PEM)."""
    anchors, between = trust_list()
    crls, ocsps = _imported(), []
    if settings.REVOCATION_FETCH:
        fetched_crls, ocsps = _fetched(pems, [*between, *anchors])
        crls += fetched_crls
    return signing.trust.Trust(anchors, between, tuple(crls), tuple(ocsps))


def _imported():
    """The newest imported list of each issuer."""
    newest = {}
    for row in RevocationList.objects.order_by("this_update", "pk"):
        newest[row.issuer] = bytes(row.der)
    return list(newest.values())


def _fetched(pems, authorities):
    """(CRLs, OCSP answers) about these certificates and those above them; what came in time."""
    crls, ocsps = {}, []
    for pem in pems:
        chain = chain_of(pem, authorities)
        for below, above in pairwise(chain):
            ocsps += _answers(below, above)
            for address in _list_addresses(below):
                if address not in crls and (der := _list_at(address, above)):
                    crls[address] = der
    return list(crls.values()), ocsps


def _answers(pem, issuer_pem):
    certificate, issuer = _load(pem), _load(issuer_pem)
    builder = ocsp.OCSPRequestBuilder()
    # SHA-1 only names the certificate here (RFC 6960 4.1.1); responders often know no other.
    request = builder.add_certificate(certificate, issuer, hashes.SHA1()).build()  # noqa: S303
    body = request.public_bytes(Encoding.DER)
    for address in _ocsp_addresses(certificate):
        answer = _fetch(address, LARGEST_ANSWER, body)
        if answer and _is_answer(answer):
            return [answer]
    return []


def _is_answer(der):
    try:
        status = ocsp.load_der_ocsp_response(der).response_status
    except ValueError:
        return False
    return status == ocsp.OCSPResponseStatus.SUCCESSFUL


def _list_at(address, issuer_pem):
    """The issuer's own list; asked for at most every ten minutes, as large ones take long."""
    key = f"crl-{hashlib.sha256(address.encode()).hexdigest()}"
    if der := cache.get(key):
        return der
    der = _fetch(address, LARGEST_LIST)
    try:
        if not der or not is_signed_by(read_list(der).der, issuer_pem):
            return None
    except Unreadable:
        return None
    der = read_list(der).der
    cache.set(key, der, KEPT_FOR)
    return der


def _list_addresses(pem):
    found = _extension(_load(pem), ExtensionOID.CRL_DISTRIBUTION_POINTS)
    names = [name for point in found or () for name in point.full_name or ()]
    return [name.value for name in names if _is_web(name)]


def _ocsp_addresses(certificate):
    found = _extension(certificate, ExtensionOID.AUTHORITY_INFORMATION_ACCESS)
    return [
        access.access_location.value
        for access in found or ()
        if access.access_method == AuthorityInformationAccessOID.OCSP
        and _is_web(access.access_location)
    ]


def _extension(certificate, oid):
    try:
        return certificate.extensions.get_extension_for_oid(oid).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def _is_web(name):
    return isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith(
        ("http://", "https://")
    )


def _load(pem):
    return x509.load_pem_x509_certificate(pem.encode())


class _NoRedirect(HTTPRedirectHandler):
    """An address is asked as the certificate names it, and no other."""

    def redirect_request(self, *args):
        return None


def _fetch(address, largest, body=None):
    """What an address answers, None when it does not in time or answers too much."""
    headers = {"Content-Type": "application/ocsp-request"} if body else {}
    request = Request(address, data=body, headers=headers)  # noqa: S310 (http only, see _is_web)
    try:
        with build_opener(_NoRedirect).open(request, timeout=settings.REVOCATION_TIMEOUT) as answer:
            data = answer.read(largest + 1)
    except (OSError, ValueError) as error:
        logger.warning("No answer about revocation from %s: %s", address, error)
        return None
    return data if len(data) <= largest else None
