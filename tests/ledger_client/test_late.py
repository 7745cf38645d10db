"""What is put off is not imported by the start of a command, and is there when it is called."""

from __future__ import annotations

import subprocess
import sys

START = """
import sys
import ledger_client.chain, ledger_client.keystores, ledger_client.signers
from ledger_client.late import LATE, LateModule
assert all(type(sys.modules[name]) is LateModule for name in LATE)
"""


def run(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START + program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_nothing_imports_them_at_the_start() -> None:
    run("")


def test_a_pairing_is_one() -> None:
    """It is bilinear, which no stand-in is."""
    run(
        """
from py_ecc.optimized_bls12_381 import G1, G2, multiply, pairing
assert pairing(G2, multiply(G1, 3)) == pairing(multiply(G2, 3), G1) != pairing(G2, G1)
"""
    )


def test_the_slow_pairing_is_one() -> None:
    """With nothing it is one, as anybody can say who does not wait for it."""
    run(
        """
from py_ecc.bls12_381 import FQ12, G1, pairing
assert pairing(None, G1) == FQ12.one()
"""
    )


def test_a_signature_of_a_validator_is_verified() -> None:
    run(
        """
from eth_keyfile.keyfile import bls
signature = bls.Sign(5, b"a block")
assert bls.Verify(bls.SkToPk(5), b"a block", signature)
assert not bls.Verify(bls.SkToPk(6), b"a block", signature)
assert not any(type(sys.modules[name]) is LateModule for name in LATE if "optimized" in name)
"""
    )


def test_what_was_imported_before_stays() -> None:
    run(
        """
import math
from ledger_client.late import put_off
sys.modules[LATE[0]] = math
put_off()
assert sys.modules[LATE[0]] is math
"""
    )
