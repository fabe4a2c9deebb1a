"""Passkeys as a browser registers them, for tests that need somebody to have one and do not sign in with it."""

import hashlib

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)


def passkey(user, name: str = "Key", site: str = "testserver") -> Authenticator:
    """A key of this user whose other half nobody has."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    data = AuthenticatorData.create(
        hashlib.sha256(site.encode()).digest(),
        AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT,
        counter=0,
        credential_data=AttestedCredentialData.create(bytes(16), b"an id of a key", public),
    )
    answer = AuthenticatorAttestationResponse(
        client_data=CollectedClientData.create("webauthn.create", b"a challenge", f"https://{site}"),
        attestation_object=AttestationObject.create("none", data, {}),
    )
    credential = dict(RegistrationResponse(raw_id=b"an id of a key", response=answer))
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": credential}
    )
