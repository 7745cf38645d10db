from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.tagged import tagged_digest, tagged_id


def test_tagged_digest_is_keccak_over_lengths_and_values() -> None:
    expected = keccak(b"\x00\x00\x00\x01t" + b"\x00\x00\x00\x02ab" + b"\x00\x00\x00\x00")
    assert tagged_digest("t", b"ab", b"") == expected


def test_tagged_id_is_the_first_160_bits() -> None:
    assert tagged_id("t", b"ab") == int(tagged_digest("t", b"ab").hex()[:40], 16)


@given(st.lists(st.binary(max_size=3), max_size=4), st.lists(st.binary(max_size=3), max_size=4))
def test_tagged_digest_tells_lists_apart(first: list[bytes], second: list[bytes]) -> None:
    assert (tagged_digest("t", *first) == tagged_digest("t", *second)) == (first == second)
