"""Sign-In with Ethereum: one strict form, against eth-account's own signing of messages."""

from __future__ import annotations

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.sign_in import SignatureWrongError, SignIn, SignInFormError, require_signed
from ledger_client.signers import EnvironmentSigner

KEY = "11" * 32
SIGNER = EnvironmentSigner.from_value("TEST", KEY)
ASKED = SignIn(
    "127.0.0.1:8000",
    SIGNER.address,
    "http://127.0.0.1:8000",
    31,
    "5f3d2c1b0a9e8d7c",
    1_790_000_000,
    1_790_003_600,
)


def test_there_and_back() -> None:
    assert SignIn.parse(ASKED.text) == ASKED
    assert ASKED.text.splitlines()[0] == "127.0.0.1:8000 wants you to sign in with your Ethereum account:"


def test_a_statement_is_taken_as_wallets_show_it() -> None:
    text = ASKED.text.replace("\n\n\n", "\n\nSee the stock of your sites.\n\n")
    assert SignIn.parse(text) == ASKED


def test_signed_as_every_wallet_signs() -> None:
    """The oracle is eth-account, both ways."""
    theirs = Account.from_key(KEY).sign_message(encode_defunct(text=ASKED.text)).signature.hex()
    assert ASKED.signed_by(SIGNER) == f"0x{theirs.removeprefix('0x')}"
    require_signed(ASKED.text, SIGNER.address, ASKED.signed_by(SIGNER))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Version: 1", "Version: 2"),
        ("Chain ID: 31", "Chain ID: 031"),
        ("Chain ID: 31\n", ""),
        ("Nonce: 5f3d2c1b0a9e8d7c", "Nonce: short"),
        ("Nonce: 5f3d2c1b0a9e8d7c", "Nonce: 5f3d2c1b 0a9e8d7c"),
        ("0x", "0X"),
        ("wants you to sign in", "wants you to sign off"),
        ("\nURI", "\r\nURI"),
        ("Issued At: 2", "Issued At: x"),
        ("Z", ""),
        (" wants", "\u202e wants"),
        ("URI: http", "URI: http http"),
    ],
)
def test_what_is_no_request(old: str, new: str) -> None:
    text = ASKED.text.replace(old, new)
    assert text != ASKED.text
    with pytest.raises(SignInFormError) as caught:
        SignIn.parse(text)
    assert "EIP-4361" in caught.value.text("zh")


@pytest.mark.parametrize(
    "more", ["\n", "\nRequest ID: 1", "\nNot Before: 2026-01-01T00:00:00Z", "\nResources:\n- a", " " * 2_000]
)
def test_nothing_else_is_taken(more: str) -> None:
    with pytest.raises(SignInFormError):
        SignIn.parse(ASKED.text + more)


@given(st.text(max_size=200))
def test_any_text_is_refused_or_read(text: str) -> None:
    with pytest.raises(SignInFormError):
        SignIn.parse(text)


def test_another_signature() -> None:
    other = EnvironmentSigner.from_value("TEST", "22" * 32)
    good = ASKED.signed_by(SIGNER)
    v = int(good[-2:], 16)
    for bad in (
        ASKED.signed_by(other),
        "",
        "0x",
        good[:-2],
        good + "00",
        f"{good[:-2]}{55 - v:02x}",
        "0x" + "ff" * 65,
    ):
        with pytest.raises(SignatureWrongError, match=SIGNER.address):
            require_signed(ASKED.text, SIGNER.address, bad)
    with pytest.raises(SignatureWrongError):
        require_signed(ASKED.text + " ", SIGNER.address, good)


def test_the_second_form_of_a_signature() -> None:
    order = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
    good = bytes.fromhex(ASKED.signed_by(SIGNER)[2:])
    s = order - int.from_bytes(good[32:64], "big")
    other = f"0x{good[:32].hex()}{s:064x}{55 - good[64]:02x}"
    with pytest.raises(SignatureWrongError):
        require_signed(ASKED.text, SIGNER.address, other)
