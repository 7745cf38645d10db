from ledger_client.contracts import CONTRACTS
from ledger_client.evidence._answers import proofs


def test_as_many_contracts_are_proved_as_there_are() -> None:
    answer = proofs(33, 67)
    assert answer.en.startswith(f"the code of {len(CONTRACTS)} contracts and 33 words")
    assert answer.zh.startswith(f"{len(CONTRACTS)} 个合约的代码及其 33 个存储字")
