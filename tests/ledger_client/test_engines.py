import pytest

from ledger_client.engines import ANVIL, BESU_QBFT, EMBEDDED, GETH_CLIQUE, UNKNOWN, Engine, Seals, engine_of


@pytest.mark.parametrize("version", ["", "Nethermind/v1.25.0", "shecang", "anvilled/v1"])
def test_an_engine_that_is_not_known_is_trusted_with_nothing(version: str) -> None:
    engine = engine_of(version)
    assert engine is UNKNOWN
    assert not engine.has_proofs and engine.seals is Seals.NONE and engine.finality_depth > 0


@pytest.mark.parametrize(
    ("version", "engine"),
    [
        ("shecang-embedded/0.1.0/py-evm/0.12.1b1", EMBEDDED),
        ("anvil/v1.7.1", ANVIL),
        ("Geth/v1.13.15-stable/linux-amd64/go1.21.6", GETH_CLIQUE),
        ("besu/v26.6.0/linux-x86_64/openjdk-java-25", BESU_QBFT),
    ],
)
def test_an_engine_is_known_by_its_version(version: str, engine: Engine) -> None:
    assert engine_of(version) is engine
    assert engine.note
