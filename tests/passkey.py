"""A passkey in software: registers, and answers challenges as a browser would."""

import hashlib
import json

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

ORIGIN, PARTY = "http://testserver", "testserver"
FLAG = AuthenticatorData.FLAG


class Passkey:
    """One credential of one user. `register()` puts it on the account."""

    def __init__(self, user, *, party=PARTY):
        self.user = user
        self.party = party
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(f"{user.pk}".encode()).digest()[:16]
        self.uses = 0

    def register(self, name="Khóa của tôi"):
        client_data = self._client_data("webauthn.create", websafe_encode(b"challenge"))
        credential = AttestedCredentialData.create(
            b"\0" * 16, self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        attested = AttestationObject.create(
            "none", self._authenticator_data(FLAG.UP | FLAG.UV | FLAG.AT, credential), {}
        )
        data = {"clientDataJSON": client_data, "attestationObject": bytes(attested)}
        return Authenticator.objects.create(
            user=self.user,
            type=Authenticator.Type.WEBAUTHN,
            data={"name": name, "credential": self._answer(data, rk=True)},
        )

    def sign(self, options, *, origin=ORIGIN):
        """The credential a browser sends for `options` (what `new_challenge` returned)."""
        challenge = options["request_options"]["publicKey"]["challenge"]
        client_data = self._client_data("webauthn.get", challenge, origin)
        authenticator = self._authenticator_data(FLAG.UP | FLAG.UV)
        signed = bytes(authenticator) + hashlib.sha256(client_data).digest()
        return self._answer(
            {
                "clientDataJSON": client_data,
                "authenticatorData": bytes(authenticator),
                "signature": self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
            }
        )

    def _client_data(self, kind, challenge, origin=ORIGIN):
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()

    def _authenticator_data(self, flags, credential=b""):
        self.uses += 1
        party = hashlib.sha256(self.party.encode()).digest()
        return AuthenticatorData.create(party, flags, self.uses, credential)

    def _answer(self, parts, **properties):
        return {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "response": {name: websafe_encode(part) for name, part in parts.items()},
            "clientExtensionResults": {"credProps": properties} if properties else {},
        }
