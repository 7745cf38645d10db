from typing import Any

import pytest
import rfc8785
from eth_utils.crypto import keccak

from ledger_client.characters import CharacterError
from ledger_client.language import use_language
from ledger_client.records import (
    BodyFormError,
    Name,
    Record,
    RecordAnswer,
    RecordId,
    body_digest,
    name_digest,
    record_digest,
)

ID = RecordId("site", 420106001001101)
SALT = bytes(range(16))


def field(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


class TestRecord:
    @pytest.mark.parametrize("name", ["a\u202eb", "口\u200b罩", "M\u0430sk"])
    def test_refuses_a_name_with_look_alikes(self, name: str) -> None:
        with pytest.raises(CharacterError):
            Record.new(ID, zh=name)
        with pytest.raises(CharacterError):
            Record.new(ID, en=name)

    def test_refuses_a_body_that_is_not_canonical(self) -> None:
        nested: dict[str, Any] = {}
        for _ in range(32):
            nested = {"a": nested}
        for body in ({"a": 2**53}, {"a": float("nan")}, {"a": b"bytes"}, nested):
            with pytest.raises(BodyFormError) as caught:
                Record.new(ID, body=body)
            assert caught.value.exit_code == 2

    def test_takes_a_body_of_32_levels(self) -> None:
        nested: dict[str, Any] = {"a": "1"}
        for _ in range(31):
            nested = {"a": nested}
        assert Record.new(ID, body=nested).body == nested

    def test_every_record_has_its_own_salt(self) -> None:
        first, second = Record.new(ID, zh="甲"), Record.new(ID, zh="甲")
        assert len(first.salt) == 16
        assert first.salt != second.salt
        assert first.name_digest() != second.name_digest()
        assert first.body_digest() != second.body_digest()

    def test_names_are_kept_in_plain_form(self) -> None:
        assert Record.new(ID, zh=" Ａ社区　", en="A  community").name == Name("A社区", "A community")


class TestName:
    def test_shown_in_the_language_in_force_else_the_other(self) -> None:
        assert (Name("甲", "A").shown, Name("甲", "").shown) == ("A", "甲")
        use_language("zh")
        assert (Name("甲", "A").shown, Name("", "A").shown) == ("甲", "A")
        use_language("en")


class TestDigests:
    def test_encodings_are_as_documented(self) -> None:
        assert name_digest(SALT, "甲", "A") == keccak(
            field(b"shecang/name/1") + field(SALT) + field("甲".encode()) + field(b"A")
        )
        assert body_digest(SALT, {"b": "1", "a": "甲"}) == keccak(
            field(b"shecang/body/1") + field(SALT) + field('{"a":"甲","b":"1"}'.encode())
        )
        assert record_digest(ID, bytes(32), bytes(32)) == keccak(
            field(b"shecang/record/1") + field(b"site/420106001001101") + field(bytes(32)) + field(bytes(32))
        )

    def test_zh_and_en_do_not_run_into_each_other(self) -> None:
        assert name_digest(SALT, "ab", "c") != name_digest(SALT, "a", "bc")

    def test_order_of_keys_does_not_count(self) -> None:
        assert body_digest(SALT, {"a": "1", "b": "2"}) == body_digest(SALT, {"b": "2", "a": "1"})

    def test_canonicalization_error_passes_from_the_plain_function(self) -> None:
        with pytest.raises(rfc8785.IntegerDomainError):
            body_digest(SALT, {"a": 2**60})


def test_only_matches_is_green_and_all_have_labels() -> None:
    assert [answer for answer in RecordAnswer if answer.is_green] == [RecordAnswer.MATCHES]
    assert RecordAnswer.DELETED.label == "body deleted"
    use_language("zh")
    assert len({answer.label for answer in RecordAnswer}) == len(RecordAnswer)
    use_language("en")
