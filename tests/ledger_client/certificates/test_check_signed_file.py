"""Threat 6, for files with a detached Ed25519 signature."""

import hashlib

import pytest
from authority import root
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger_client.certificates import (
    SIGNED_FILE_LIMIT,
    CertificateReason,
    DatesAnswer,
    IssuersUnreadableError,
    SignatureAnswer,
    SubjectAnswer,
    TrustedIssuers,
    check_signed_file,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
TRUSTED = TrustedIssuers(keys=(KEY.public_key(),))
CONTENT = b"%PDF-1.7 inspection report"
SIGNATURE = KEY.sign(CONTENT)


class TestCheckSignedFile:
    @pytest.mark.parametrize(
        ("content", "signature"),
        [(b"", KEY.sign(b"")), (CONTENT, b""), (CONTENT, SIGNATURE[:-1]), (CONTENT, SIGNATURE + b"\0")],
    )
    def test_unreadable(self, content: bytes, signature: bytes) -> None:
        checked = check_signed_file(content, signature, KEY.public_key(), TRUSTED)
        assert checked.reasons == (CertificateReason.UNREADABLE,)
        assert not checked.is_green

    def test_one_byte_over_the_limit(self) -> None:
        content = bytes(SIGNED_FILE_LIMIT)
        assert check_signed_file(content, KEY.sign(content), KEY.public_key(), TRUSTED).is_green
        content += b"\0"
        checked = check_signed_file(content, KEY.sign(content), KEY.public_key(), TRUSTED)
        assert checked.signature is SignatureAnswer.UNREADABLE

    @pytest.mark.parametrize("content", [CONTENT + b" ", CONTENT[:-1], CONTENT.replace(b"1.7", b"1.6")])
    def test_altered(self, content: bytes) -> None:
        checked = check_signed_file(content, SIGNATURE, KEY.public_key(), TRUSTED)
        assert (checked.signature, checked.reasons) == (SignatureAnswer.BAD, (CertificateReason.ALTERED,))
        assert checked.issuer is None

    def test_unknown_issuer_is_never_green(self) -> None:
        checked = check_signed_file(CONTENT, STRANGER.sign(CONTENT), STRANGER.public_key(), TRUSTED)
        assert checked.signature is SignatureAnswer.UNKNOWN_ISSUER
        assert checked.reasons == (CertificateReason.UNKNOWN_ISSUER,)
        assert not checked.is_green

    def test_signed_by_another_than_it_is_said(self) -> None:
        checked = check_signed_file(CONTENT, STRANGER.sign(CONTENT), KEY.public_key(), TRUSTED)
        assert checked.reasons == (CertificateReason.ALTERED,)

    def test_another_file_than_the_one_known(self) -> None:
        checked = check_signed_file(CONTENT, SIGNATURE, KEY.public_key(), TRUSTED, known_digest=bytes(32))
        assert (checked.signature, checked.reasons) == (SignatureAnswer.GOOD, (CertificateReason.ALTERED,))
        assert not checked.is_green

    def test_green_says_by_whom_and_what_it_does_not_know(self) -> None:
        checked = check_signed_file(CONTENT, SIGNATURE, KEY.public_key(), TRUSTED)
        assert checked.is_green
        assert checked.digest == hashlib.sha256(CONTENT).digest()
        raw = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        assert checked.issuer == f"Ed25519 {hashlib.sha256(raw).hexdigest()}"
        assert (checked.dates, checked.subject) == (DatesAnswer.NOT_STATED, SubjectAnswer.NOT_STATED)
        assert (checked.not_before, checked.not_after) == (None, None)


class TestTrustedIssuers:
    def pem(self, key: object) -> bytes:
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined, no-any-return]

    @pytest.mark.parametrize(
        "content",
        [b"", b"letter", root().pem[:100], root().pem.replace(b"M", b"!")],
        ids=["empty", "letter", "cut", "damaged"],
    )
    def test_nothing_to_trust(self, content: bytes) -> None:
        with pytest.raises(IssuersUnreadableError) as caught:
            TrustedIssuers.from_pem(content)
        assert caught.value.exit_code == 2

    def test_another_kind_of_key(self) -> None:
        with pytest.raises(IssuersUnreadableError, match="another kind of key"):
            TrustedIssuers.from_pem(self.pem(ec.generate_private_key(ec.SECP256R1()).public_key()))

    def test_reads_certificates_and_keys(self) -> None:
        authority = root()
        issuers = TrustedIssuers.from_pem(self.pem(KEY.public_key()) + authority.pem)
        assert issuers.certificates == (authority.certificate,)
        assert issuers.keys == (KEY.public_key(),)
        assert TrustedIssuers.from_pem(authority.pem).keys == ()
