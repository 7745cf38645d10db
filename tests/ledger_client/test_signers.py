import logging
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import _hash_eip191_message, encode_defunct
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.addresses import address_from_bytes
from ledger_client.keystores import PassphraseError, create_keystore
from ledger_client.signers import (
    CompactSignature,
    EnvironmentKeyError,
    EnvironmentSigner,
    KeystoreSigner,
    TransactionFieldsError,
    recover_signer,
)

KEY = "0x1234567890123456789012345678901234567890123456789012345678901234"
GROUP_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
DIGEST = bytes(range(32))
FIELDS: dict[str, Any] = {
    "chainId": 1337,
    "nonce": 0,
    "gas": 100_000,
    "to": "0x" + "35" * 20,
    "data": b"\1\2",
}


@pytest.fixture
def signer() -> EnvironmentSigner:
    return EnvironmentSigner.from_value("TEST_KEY", KEY)


class TestEnvironmentSigner:
    @pytest.mark.parametrize(
        "value", ["", KEY[:-1], KEY + "0", "g" * 64, "0" * 64, f"{GROUP_ORDER:064x}", "０" * 64]
    )
    def test_refuses_without_showing_the_value(self, value: str) -> None:
        with pytest.raises(EnvironmentKeyError) as caught:
            EnvironmentSigner.from_value("SHECANG_KEY", value)
        assert caught.value.exit_code == 2
        assert "SHECANG_KEY" in str(caught.value)
        assert not value or value not in str(caught.value) + repr(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__ or caught.value.__context__ is None

    @pytest.mark.parametrize("value", [KEY, KEY[2:], f" {KEY}\n"])
    def test_takes_a_key(self, value: str) -> None:
        assert EnvironmentSigner.from_value("TEST_KEY", value).address == Account.from_key(KEY).address


class TestKeystoreSigner:
    def test_refuses_a_wrong_passphrase(self, tmp_path: Path) -> None:
        info = create_keystore(tmp_path / "a.json", "x", demo=True)
        with pytest.raises(PassphraseError):
            KeystoreSigner.open(info.path, "y")

    def test_signs_for_its_address(self, tmp_path: Path) -> None:
        info = create_keystore(tmp_path / "a.json", "x", demo=True)
        signer = KeystoreSigner.open(info.path, "x")
        assert (signer.address, signer.is_demo) == (info.address, True)
        assert recover_signer(DIGEST, signer.sign_digest(DIGEST)) == info.address


class TestSignDigest:
    @pytest.mark.parametrize("length", [0, 31, 33])
    def test_refuses_another_length(self, signer: EnvironmentSigner, length: int) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            signer.sign_digest(bytes(length))

    @pytest.mark.parametrize(
        ("message", "r", "vs"),
        [
            (
                "Hello World",
                "68a020a209d3d56c46f38cc50a33f704f4a9a10a59377f8dd762ac66910e9b90",
                "7e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea52064",
            ),
            (
                "It's a small(er) world",
                "9328da16089fcba9bececa81663203989f2df5fe1faa6291a45381c81bd17f76",
                "939c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793",
            ),
        ],
    )
    def test_is_the_compact_form_of_eip_2098(
        self, signer: EnvironmentSigner, message: str, r: str, vs: str
    ) -> None:
        digest = bytes(_hash_eip191_message(encode_defunct(text=message)))
        signature = signer.sign_digest(digest)
        assert (signature.r.hex(), signature.vs.hex()) == (r, vs)
        assert recover_signer(digest, signature) == signer.address


class TestRecoverSigner:
    @pytest.mark.parametrize(("r", "vs"), [(bytes(32), bytes(32)), (b"\xff" * 32, b"\xff" * 32)])
    def test_nobody(self, r: bytes, vs: bytes) -> None:
        assert recover_signer(DIGEST, CompactSignature(r, vs)) is None

    def test_another_digest_is_another_signer(self, signer: EnvironmentSigner) -> None:
        assert recover_signer(bytes(32), signer.sign_digest(DIGEST)) != signer.address


class TestSignTransaction:
    @pytest.mark.parametrize("field", ["chainId", "nonce", "gas", "data"])
    def test_refuses_a_missing_field(self, signer: EnvironmentSigner, field: str) -> None:
        with pytest.raises(TransactionFieldsError, match=field):
            signer.sign_transaction({name: value for name, value in FIELDS.items() if name != field})

    def test_refuses_another_kind(self, signer: EnvironmentSigner) -> None:
        with pytest.raises(TransactionFieldsError, match="maxFeePerGas"):
            signer.sign_transaction(FIELDS | {"maxFeePerGas": 1})

    def test_is_the_example_of_eip_155(self) -> None:
        raw = EnvironmentSigner.from_value("TEST_KEY", "46" * 32).sign_transaction(
            {
                "chainId": 1,
                "nonce": 9,
                "gas": 21_000,
                "gasPrice": 20 * 10**9,
                "to": "0x" + "35" * 20,
                "value": 10**18,
                "data": b"",
            }
        )
        assert raw.hex() == (
            "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025"
            "a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
            "a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"
        )

    def test_gas_price_is_zero_and_the_same_twice(self, signer: EnvironmentSigner) -> None:
        raw = signer.sign_transaction(FIELDS)
        assert raw == signer.sign_transaction(FIELDS | {"gasPrice": 0, "value": 0})
        assert Account.recover_transaction(raw) == signer.address

    @given(
        key=st.integers(1, GROUP_ORDER - 1),
        numbers=st.lists(st.integers(0, 2**63), min_size=5, max_size=5),
        to=st.none() | st.binary(min_size=20, max_size=20),
        data=st.binary(max_size=300),
    )
    def test_is_what_eth_account_signs(
        self, key: int, numbers: list[int], to: bytes | None, data: bytes
    ) -> None:
        chain_id, nonce, gas, gas_price, value = numbers
        fields: dict[str, Any] = {"chainId": chain_id + 1, "nonce": nonce, "gas": gas, "data": data}
        fields |= {"gasPrice": gas_price, "value": value, "to": address_from_bytes(to) if to else ""}

        signed = EnvironmentSigner.from_value("TEST_KEY", f"{key:064x}").sign_transaction(fields)

        assert signed == Account.from_key(key.to_bytes(32, "big")).sign_transaction(fields).raw_transaction

    def test_refuses_an_address_of_another_length(self, signer: EnvironmentSigner) -> None:
        with pytest.raises(TransactionFieldsError, match="0x1234"):
            signer.sign_transaction(FIELDS | {"to": "0x1234"})

    def test_creates_a_contract_without_to(self, signer: EnvironmentSigner) -> None:
        fields = {name: value for name, value in FIELDS.items() if name != "to"}
        assert Account.recover_transaction(signer.sign_transaction(fields)) == signer.address


def test_no_key_is_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    signer = EnvironmentSigner.from_value("TEST_KEY", KEY)
    signer.sign_digest(DIGEST)
    signer.sign_transaction(FIELDS)
    shown = repr(signer) + str(signer) + caplog.text
    assert signer.address in shown
    assert KEY[2:] not in shown
