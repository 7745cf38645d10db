"""A trust file as a caller sends it: what `ledger_client.trust` reads, as JSON Schema says it.

The file itself is read by `read_trust`, which wants more: canonical text, ascending witnesses, and more than
half of them for a threshold.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model

from ledger_client.canonical import NUMBER_LIMIT
from ledger_client.contracts import CONTRACTS
from ledger_client.trust.signatures import SIGNATURE_BYTES
from ledger_client.trust.trust_file import SPACING_LIMIT, WITNESS_LIMIT

_Number = Annotated[int, Field(ge=0, lt=NUMBER_LIMIT)]
_Hex20 = Annotated[str, Field(pattern="^[0-9a-f]{40}$")]
_Hex32 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
_Signature = Annotated[str, Field(pattern=f"^[0-9a-f]{{{2 * SIGNATURE_BYTES}}}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class TrustedContract(_Model):
    """A contract as a verifier knows it."""

    address: _Hex20 = Field(description="Where it is, without 0x.")
    code_hash: _Hex32 = Field(description="Keccak of the code that it must have.")
    slots: dict[str, _Hex32] = Field(description="Slot of each state variable, by its name.")


_CONTRACTS: dict[str, Any] = {
    each: (TrustedContract, Field(description=f"The contract {each}.")) for each in CONTRACTS
}
TrustedContracts = create_model(
    "TrustedContracts", __base__=_Model, __doc__="The contracts of a ledger, by name.", **_CONTRACTS
)


class TrustedLedger(_Model):
    """What is believed of one ledger; the fingerprint is the keccak of its canonical text."""

    version: Literal[2] = Field(description="Of this form.")
    chain_id: _Number = Field(description="Id of the chain.")
    genesis_hash: _Hex32 = Field(description="Hash of its block 0.")
    first_block: _Number = Field(description="Block below which the ledger has no event.")
    offset: _Number = Field(description="Seconds by which the ledger's days are ahead of UTC.")
    contracts: TrustedContracts = Field(description="Its contracts.")  # type: ignore[valid-type]
    witnesses: Annotated[
        list[_Hex20], Field(min_length=1, max_length=WITNESS_LIMIT, json_schema_extra={"uniqueItems": True})
    ] = Field(description="Addresses of who vouches for blocks, ascending.")
    threshold: int = Field(
        ge=1, le=WITNESS_LIMIT, description="How many of them must sign a block: more than half."
    )
    spacing: int = Field(ge=1, le=SPACING_LIMIT, description="At multiples of how many blocks they sign.")
    final_depth: _Number = Field(description="How many blocks must lie above one that they sign.")
    predecessor: _Hex32 | None = Field(
        description="Fingerprint of the trust file that this one succeeds, null for the first."
    )


class TrustApproval(_Model):
    """A witness's signature under a successor."""

    witness: _Hex20 = Field(description="Of the predecessor.")
    signature: _Signature = Field(description="r and vs of EIP-2098.")


class TrustHead(_Model):
    """The newest block of which somebody has verified evidence."""

    number: _Number = Field(description="Its height.")
    hash: _Hex32 = Field(description="Its hash.")


class TrustOffer(_Model):
    """A trust file as the operator hands it out."""

    type: Literal["shecang-trust-offer"] = Field(description="What this file is.")
    trust: TrustedLedger = Field(description="What is to be believed.")
    approvals: list[TrustApproval] = Field(
        max_length=WITNESS_LIMIT, description="Of a predecessor's witnesses, ascending by address."
    )


class TrustAccepted(_Model):
    """A trust file that somebody has accepted."""

    type: Literal["shecang-trust"] = Field(description="What this file is.")
    trust: TrustedLedger = Field(description="What is believed.")
    head: TrustHead | None = Field(description="The newest block verified with it; null for none.")


_FILE: TypeAdapter[Any] = TypeAdapter(Annotated[TrustOffer | TrustAccepted, Field(discriminator="type")])
_WHOLE = _FILE.json_schema(ref_template="#/components/schemas/{model}")

TRUST_FILE_SCHEMAS: dict[str, Any] = _WHOLE.pop("$defs")
"""Name → schema of what a trust file consists of; FastAPI collects those of forms that it reads itself."""

TRUST_FILE_SCHEMA: dict[str, Any] = _WHOLE
"""The schema of a trust file."""
