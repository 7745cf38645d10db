"""Which certificates and keys a server takes, each refusal one sentence."""

from __future__ import annotations

import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from tls_files import NOW, TlsFiles, make_tls

from api.tls import (
    FILE_LIMIT,
    ServerCertificate,
    TlsCertificateError,
    TlsKeyError,
    TlsKeyModeError,
    TlsKeyOtherError,
    TlsNamesError,
    TlsPeriodError,
)
from ledger_client.errors import ShecangError
from ledger_client.files import FileSizeError, FileUnavailableError


def load(files: TlsFiles) -> ServerCertificate:
    return ServerCertificate.load(files.certificate, files.key)


class TestRefused:
    def assert_refused(self, files: TlsFiles, error: type[ShecangError], code: int) -> None:
        with pytest.raises(error) as raised:
            load(files)
        assert raised.value.exit_code == code
        for language in ("en", "zh"):
            assert str(files.certificate.parent) in raised.value.text(language)

    @pytest.mark.parametrize(
        ("from_", "until"),
        [(-2, -1), (1, 2)],
        ids=["over", "not begun"],
    )
    def test_not_valid_now(self, tmp_path: Path, from_: int, until: int) -> None:
        period = {"from_": NOW + timedelta(days=from_), "until": NOW + timedelta(days=until)}
        self.assert_refused(make_tls(tmp_path, "ledger.example", **period), TlsPeriodError, 3)

    def test_for_no_name(self, tmp_path: Path) -> None:
        self.assert_refused(make_tls(tmp_path), TlsNamesError, 3)

    def test_of_another_key(self, tmp_path: Path) -> None:
        one, other = (make_tls(tmp_path / name, "ledger.example") for name in ("one", "other"))
        with pytest.raises(TlsKeyOtherError) as raised:
            load(TlsFiles(one.certificate, other.key))
        assert raised.value.exit_code == 3

    def test_a_key_under_a_passphrase(self, tmp_path: Path) -> None:
        self.assert_refused(make_tls(tmp_path, "ledger.example", passphrase=b"words"), TlsKeyError, 3)

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o610])
    def test_a_key_that_others_may_read(self, tmp_path: Path, mode: int) -> None:
        self.assert_refused(make_tls(tmp_path, "ledger.example", mode=mode), TlsKeyModeError, 2)

    @pytest.mark.parametrize("content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
    def test_no_certificate(self, tmp_path: Path, content: bytes) -> None:
        files = make_tls(tmp_path, "ledger.example")
        files.certificate.write_bytes(content)
        self.assert_refused(files, TlsCertificateError, 3)

    @pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
    def test_no_key(self, tmp_path: Path, content: bytes) -> None:
        files = make_tls(tmp_path, "ledger.example")
        files.key.write_bytes(content)
        self.assert_refused(files, TlsKeyError, 3)

    @pytest.mark.parametrize("which", ["certificate", "key"])
    def test_no_file(self, tmp_path: Path, which: str) -> None:
        files = make_tls(tmp_path, "ledger.example")
        getattr(files, which).unlink()
        self.assert_refused(files, FileUnavailableError, 3)

    @pytest.mark.parametrize("which", ["certificate", "key"])
    def test_too_large(self, tmp_path: Path, which: str) -> None:
        files = make_tls(tmp_path, "ledger.example")
        getattr(files, which).write_bytes(b"-" * (FILE_LIMIT + 1))
        self.assert_refused(files, FileSizeError, 2)


def test_names_and_the_oldest_version(tmp_path: Path) -> None:
    found = load(make_tls(tmp_path, "Ledger.example", "*.east.example", "192.0.2.7", "2001:db8::7"))
    assert found.names == ("ledger.example", "*.east.example", "192.0.2.7", "2001:db8::7")
    assert found.context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_chain_is_that_of_its_first(tmp_path: Path) -> None:
    own, above = make_tls(tmp_path / "own", "ledger.example"), make_tls(tmp_path / "above", "above.example")
    own.certificate.write_bytes(own.certificate.read_bytes() + above.certificate.read_bytes())
    assert load(own).names == ("ledger.example",)
