"""Threat 6: altered, expired, foreign and unknown certificates each get their own reason."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from authority import NOW, OTHER_USCC, USCC, Holder, distinguished_name, issue, root
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.x509.oid import ObjectIdentifier
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_client.certificates import (
    X509_LIMIT,
    CertificateCheck,
    CertificateReason,
    CertificateRefusedError,
    DatesAnswer,
    SignatureAnswer,
    SubjectAnswer,
    TrustedIssuers,
    check_x509,
)
from ledger_client.identifiers import parse_uscc

ROOT = root()
TRUSTED = TrustedIssuers((ROOT.certificate,))
SUPPLIER = distinguished_name("某某防护用品有限公司", SERIAL_NUMBER=USCC)
GOOD = issue(ROOT, SUPPLIER)
INTERMEDIATE = x509.BasicConstraints(ca=True, path_length=0)


def check(
    content: bytes, issuers: TrustedIssuers = TRUSTED, at: datetime = NOW, **options: Any
) -> CertificateCheck:
    return check_x509(content, issuers, supplier=USCC, at=at, **options)


def reasons(content: bytes, issuers: TrustedIssuers = TRUSTED, **options: Any) -> set[CertificateReason]:
    checked = check(content, issuers, **options)
    assert not checked.is_green
    return set(checked.reasons)


class TestRefusals:
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\x00",
            b"PK\x03\x04",
            b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
            GOOD.der[:-1],
            GOOD.der + b"\0",
        ],
    )
    def test_unreadable(self, content: bytes) -> None:
        checked = check(content)
        assert checked.signature is SignatureAnswer.UNREADABLE
        assert checked.reasons == (CertificateReason.UNREADABLE,)

    def test_one_byte_over_the_limit_is_not_parsed(self) -> None:
        padded = GOOD.pem + b"\n" * (X509_LIMIT - len(GOOD.pem))
        assert check(padded).is_green
        assert reasons(padded + b"\n") == {CertificateReason.UNREADABLE}

    def test_too_many_certificates(self) -> None:
        assert check(GOOD.pem * 8).is_green
        assert reasons(GOOD.pem * 9) == {CertificateReason.UNREADABLE}

    @pytest.mark.filterwarnings("ignore:Parsed a serial number")
    def test_negative_serial_number(self) -> None:
        serial = GOOD.certificate.serial_number
        start = GOOD.der.index(serial.to_bytes((serial.bit_length() + 8) // 8, "big"))
        altered = bytearray(GOOD.der)
        altered[start] |= 0x80
        assert reasons(bytes(altered)) == {CertificateReason.UNREADABLE}

    def test_altered_signature(self) -> None:
        altered = bytearray(GOOD.der)
        altered[-1] ^= 1
        checked = check(bytes(altered))
        assert checked.signature is SignatureAnswer.BAD
        assert checked.issuer is None
        assert checked.reasons == (CertificateReason.ALTERED,)

    def test_altered_content(self) -> None:
        altered = GOOD.der.replace(USCC.encode(), OTHER_USCC.encode())
        assert reasons(altered) == {CertificateReason.ALTERED, CertificateReason.FOREIGN}

    def test_another_file_than_the_one_known(self) -> None:
        again = issue(ROOT, SUPPLIER)
        assert reasons(again.pem, known_digest=check(GOOD.pem).digest) == {CertificateReason.ALTERED}
        assert check(GOOD.pem, known_digest=check(GOOD.pem).digest).is_green

    @pytest.mark.parametrize(
        ("seconds", "answer"),
        [
            (-100 * 86_400 - 1, DatesAnswer.NOT_YET_VALID),
            (-100 * 86_400, DatesAnswer.IN_FORCE),
            (100 * 86_400, DatesAnswer.IN_FORCE),
            (100 * 86_400 + 1, DatesAnswer.EXPIRED),
        ],
    )
    def test_dates(self, seconds: int, answer: DatesAnswer) -> None:
        wide = root(days=(-1000, 1000))
        certificate = issue(wide, SUPPLIER)
        checked = check(
            certificate.pem, TrustedIssuers((wide.certificate,)), NOW + timedelta(seconds=seconds)
        )
        assert checked.dates is answer
        assert checked.signature is SignatureAnswer.GOOD
        assert checked.is_green is (answer is DatesAnswer.IN_FORCE)
        assert {reason.value for reason in checked.reasons} <= {answer.value}

    def test_foreign(self) -> None:
        other = issue(ROOT, distinguished_name("另一公司", SERIAL_NUMBER=OTHER_USCC))
        checked = check(other.pem)
        assert (checked.subject, checked.signature) == (SubjectAnswer.FOREIGN, SignatureAnswer.GOOD)
        assert checked.reasons == (CertificateReason.FOREIGN,)

    def test_an_authority_is_no_supplier(self) -> None:
        assert reasons(ROOT.pem) == {CertificateReason.FOREIGN}

    def test_unknown_issuer_is_never_green(self) -> None:
        stranger = root("陌生机构")
        assert reasons(issue(stranger, SUPPLIER).pem) == {CertificateReason.UNKNOWN_ISSUER}
        assert reasons(issue(None, SUPPLIER).pem) == {CertificateReason.UNKNOWN_ISSUER}
        assert reasons(GOOD.pem, TrustedIssuers()) == {CertificateReason.UNKNOWN_ISSUER}
        # a root that comes with the file is trusted by nobody
        assert reasons(issue(stranger, SUPPLIER).pem + stranger.pem) == {CertificateReason.UNKNOWN_ISSUER}

    def test_a_namesake_of_the_issuer(self) -> None:
        assert reasons(issue(root(), SUPPLIER).pem) == {CertificateReason.ALTERED}

    def test_all_reasons_at_once(self) -> None:
        bad = issue(root("陌生机构"), distinguished_name("x", SERIAL_NUMBER=OTHER_USCC), days=(-9, -1))
        assert reasons(bad.pem) == {
            CertificateReason.UNKNOWN_ISSUER,
            CertificateReason.EXPIRED,
            CertificateReason.FOREIGN,
        }

    def test_a_signature_by_a_weak_key_counts_as_none(self) -> None:
        weak = root(key=rsa.generate_private_key(65537, 1024))
        trusted = TrustedIssuers((weak.certificate,))
        assert reasons(issue(weak, SUPPLIER).pem, trusted) == {CertificateReason.ALTERED}

    def test_a_time_without_zone_is_a_mistake_of_the_caller(self) -> None:
        with pytest.raises(ValueError, match="zone"):
            check(GOOD.pem, at=datetime(2026, 6, 1))


class TestUnfitIssuer:
    def unfit(self, authority: Holder, *between: Holder, leaf: Holder | None = None) -> None:
        leaf = leaf or issue(between[-1] if between else authority, SUPPLIER)
        content = leaf.pem + b"".join(holder.pem for holder in between)
        trusted = TrustedIssuers((authority.certificate,))
        assert reasons(content, trusted) == {CertificateReason.ISSUER_UNFIT}

    def test_no_authority(self) -> None:
        self.unfit(root(constraints=None))
        self.unfit(root(constraints=x509.BasicConstraints(ca=False, path_length=None)))
        self.unfit(ROOT, issue(ROOT, distinguished_name("供应商")))

    def test_not_in_force(self) -> None:
        self.unfit(root(days=(-10, -1)))
        self.unfit(root(days=(1, 10)))

    def test_longer_path_than_allowed(self) -> None:
        short = root(constraints=INTERMEDIATE)
        self.unfit(short, issue(short, distinguished_name("下级机构"), constraints=INTERMEDIATE))

    def test_may_sign_no_certificates(self) -> None:
        usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
        self.unfit(root(extensions=((usage, True),)))

    def test_critical_extension_that_is_not_understood(self) -> None:
        strange = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")
        self.unfit(root(extensions=((strange, True),)))
        self.unfit(ROOT, leaf=issue(ROOT, SUPPLIER, extensions=((strange, True),)))
        assert check(issue(ROOT, SUPPLIER, extensions=((strange, False),)).pem).is_green


class TestGreen:
    @pytest.mark.parametrize("content", [GOOD.pem, GOOD.der])
    def test_every_answer(self, content: bytes) -> None:
        checked = check(content)
        assert checked.is_green
        assert checked.signature is SignatureAnswer.GOOD
        assert checked.issuer == "CN=检验机构"
        assert (checked.dates, checked.subject) == (DatesAnswer.IN_FORCE, SubjectAnswer.MATCHES)
        assert (checked.not_before, checked.not_after) == (
            NOW - timedelta(days=100),
            NOW + timedelta(days=100),
        )
        digest = hashes.Hash(hashes.SHA256())
        digest.update(content)
        assert checked.digest == digest.finalize()
        checked.require()

    @pytest.mark.parametrize(
        "key",
        [rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()],
        ids=["rsa", "ed25519"],
    )
    def test_other_keys(self, key: Any) -> None:
        algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        authority = root(key=key, algorithm=algorithm)
        leaf = issue(authority, SUPPLIER, algorithm=algorithm)
        assert check(leaf.pem, TrustedIssuers((authority.certificate,))).is_green

    def test_through_an_intermediate(self) -> None:
        between = issue(ROOT, distinguished_name("下级机构"), constraints=INTERMEDIATE)
        leaf = issue(between, SUPPLIER)
        assert check(leaf.pem + between.pem).is_green
        assert check(leaf.pem, TrustedIssuers((between.certificate,))).is_green
        assert reasons(leaf.pem) == {CertificateReason.UNKNOWN_ISSUER}

    @pytest.mark.parametrize(
        ("field", "value", "answer"),
        [
            ("ORGANIZATION_IDENTIFIER", f"VATCN-{USCC}", SubjectAnswer.MATCHES),
            ("ORGANIZATIONAL_UNIT_NAME", f"统一社会信用代码：{USCC.lower()}", SubjectAnswer.MATCHES),
            ("SERIAL_NUMBER", "91110000600037341M", SubjectAnswer.NOT_STATED),  # no USCC: its check character
            ("SERIAL_NUMBER", "1234567890", SubjectAnswer.NOT_STATED),
            ("ORGANIZATION_IDENTIFIER", "LEIXG-213800KUD8LAJWSQ9D15", SubjectAnswer.FOREIGN),
            ("ORGANIZATION_NAME", OTHER_USCC, SubjectAnswer.NOT_STATED),
        ],
    )
    def test_where_the_code_stands(self, field: str, value: str, answer: SubjectAnswer) -> None:
        assert check(issue(ROOT, distinguished_name("x", **{field: value})).pem).subject is answer

    def test_the_other_supplier_is_real(self) -> None:
        assert parse_uscc(OTHER_USCC) == OTHER_USCC


class TestRequire:
    def test_names_digest_and_every_reason(self) -> None:
        bad = check(issue(ROOT, distinguished_name("x", SERIAL_NUMBER=OTHER_USCC), days=(-9, -1)).pem)
        with pytest.raises(CertificateRefusedError) as caught:
            bad.require()
        assert caught.value.exit_code == 1
        assert caught.value.reasons == (CertificateReason.EXPIRED, CertificateReason.FOREIGN)
        assert f"{bad.digest.hex()} is expired, made out to somebody else" in caught.value.text("en")
        assert "已过期、并非颁发给该供应商" in caught.value.text("zh")
        assert {reason.label for reason in CertificateReason} >= {"expired"}


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@settings(max_examples=300)
@given(st.integers(0, len(GOOD.der) - 1), st.integers(1, 255))
def test_no_changed_byte_is_green_or_an_exception(place: int, change: int) -> None:
    """The signature covers the part to be signed; around it, only the digest notices another encoding."""
    altered = bytearray(GOOD.der)
    altered[place] ^= change
    assert not check(bytes(altered), known_digest=check(GOOD.der).digest).is_green
    start = GOOD.der.index(GOOD.certificate.tbs_certificate_bytes)
    if start <= place < start + len(GOOD.certificate.tbs_certificate_bytes):
        assert not check(bytes(altered)).is_green
