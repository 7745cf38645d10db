"""Arguments of the contracts' functions by the committed ABI: their names, and the one text of each value.

A number of at most 32 bits is a number, one of 64 bits (a site, a quantity, a time) is decimal digits, a
longer one (an id, a key) is hexadecimal; bytes are hexadecimal, a struct is an object, an array is a list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import GenericAlias
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, create_model

from ledger_client.addresses import parse_address
from ledger_client.artifacts import load_artifact

LONGEST_LIST = 512
"""Members of an array; a document has 100 lines of at most three words."""

_PLAIN_BITS = 32
_DIGIT_BITS = 64
_DIGITS = 20  # of the largest number of 64 bits


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a function, or one member of a struct.

    Attributes:
        name: As the contract calls it.
        type: As the ABI does, such as `uint64` or `tuple[]`.
        parts: Of a struct: its members.
    """

    name: str
    type: str
    parts: tuple[Parameter, ...] = ()

    @property
    def member(self) -> Parameter | None:
        """What an array consists of; None for anything else."""
        return replace(self, type=self.type[:-2]) if self.type.endswith("[]") else None


@cache
def parameters(contract: str, function: str) -> tuple[Parameter, ...]:
    """Return the arguments of a function, in order.

    Raises:
        LookupError: The contract has no such function.
    """
    for entry in load_artifact(contract).abi:
        if entry["type"] == "function" and entry["name"] == function:
            return tuple(map(_parameter, entry["inputs"]))
    raise LookupError(f"{contract} has no function {function}")


def writing_functions(contract: str) -> list[str]:
    """Return the functions of a contract that change something, in the order of its ABI."""
    return [
        entry["name"]
        for entry in load_artifact(contract).abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    ]


def plain(value: object) -> Any:
    """Return an argument as an act holds it: arrays and structs as tuples, enumerations as numbers."""
    if isinstance(value, bool | bytes | str):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Sequence):
        return tuple(map(plain, value))
    raise TypeError(f"no argument of a contract: {type(value).__name__}")


def written(contract: str, function: str, arguments: Sequence[object]) -> dict[str, Any]:
    """Return the JSON value of a function's arguments, by name."""
    wanted = parameters(contract, function)
    return {each.name: _written(each, value) for each, value in zip(wanted, arguments, strict=True)}


def read_arguments(contract: str, function: str, value: object) -> tuple[Any, ...]:
    """Return the arguments that a JSON value describes.

    Raises:
        LookupError: The contract has no such function.
        ValidationError: It is none of its, or writes one in another way.
    """
    found: tuple[Any, ...] = _adapter(contract, function).validate_python(value)
    return found


@cache
def _adapter(contract: str, function: str) -> TypeAdapter[Any]:
    return TypeAdapter(_struct(function, parameters(contract, function)))


def _parameter(entry: Mapping[str, Any]) -> Parameter:
    parts = tuple(map(_parameter, entry.get("components", ())))
    return Parameter(entry["name"], entry["type"], parts)


def _struct(name: str, parts: Sequence[Parameter]) -> Any:
    fields: dict[str, Any] = {each.name: (_annotation(each), ...) for each in parts}
    model = create_model(name, __base__=_Strict, **fields)
    names = [each.name for each in parts]

    def values(found: BaseModel) -> tuple[Any, ...]:
        return tuple(getattr(found, name) for name in names)

    return Annotated[model, AfterValidator(values)]


def _annotation(parameter: Parameter) -> Any:
    member, type_ = parameter.member, parameter.type
    if member is not None:
        return Annotated[
            GenericAlias(list, (_annotation(member),)), Field(max_length=LONGEST_LIST), AfterValidator(tuple)
        ]
    if type_ == "tuple":
        return _struct(parameter.name, parameter.parts)
    if type_ == "bool":
        return bool
    if type_ == "address":
        return Annotated[str, AfterValidator(_address)]
    if type_.startswith("bytes"):
        length = 2 * int(type_.removeprefix("bytes"))
        return Annotated[str, Field(pattern=f"^0x[0-9a-f]{{{length}}}$"), AfterValidator(_bytes)]
    bits = int(type_.removeprefix("uint"))
    if bits <= _PLAIN_BITS:
        return Annotated[int, Field(ge=0, lt=1 << bits)]
    if bits <= _DIGIT_BITS:
        digits = Field(pattern="^(0|[1-9][0-9]*)$", max_length=_DIGITS)
        return Annotated[str, digits, AfterValidator(_number(10, bits))]
    digits = Field(pattern="^0x(0|[1-9a-f][0-9a-f]*)$", max_length=2 + bits // 4)
    return Annotated[str, digits, AfterValidator(_number(16, bits))]


def _written(parameter: Parameter, value: Any) -> Any:
    member, type_ = parameter.member, parameter.type
    if member is not None:
        return [_written(member, each) for each in value]
    if type_ == "tuple":
        return {part.name: _written(part, each) for part, each in zip(parameter.parts, value, strict=True)}
    if type_.startswith("bytes"):
        return f"0x{value.hex()}"
    if type_ in ("bool", "address"):
        return value
    bits = int(type_.removeprefix("uint"))
    return value if bits <= _PLAIN_BITS else str(value) if bits <= _DIGIT_BITS else f"{value:#x}"


def _number(base: int, bits: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text, base)
        if value >> bits:
            raise ValueError(f"it has more than {bits} bits")
        return value

    return number


def _address(text: str) -> str:
    """Return an address as it is written, in the one form that it has.

    Raises:
        ValueError: It is written in another one.
        AddressFormError: It is none.
    """
    if parse_address(text) != text:
        raise ValueError("the case of its letters is not that of its checksum")
    return text


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
