import pytest
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.characters import CharacterError
from ledger_client.identifiers import (
    CheckCharacterError,
    CodeFormError,
    SaltLengthError,
    StorageMode,
    batch_digest,
    category_of,
    consignee_id,
    donor_id,
    issuer_id,
    parse_item,
    parse_lei,
    parse_site,
    parse_uscc,
    site_id,
    sole_trader_id,
    storage_mode,
    supplier_id,
)
from ledger_client.language import use_language

USCC = "91110000600037341L"
LEI = "213800KUD8LAJWSQ9D15"
SALT = bytes(range(16))


class TestUscc:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "9111",
            USCC + "1",
            USCC[:-1] + "I",
            "9A110O00600037341L",
            "91A10000600037341L",
            "911100006000373.1L",
        ],
    )
    def test_refuses_another_form(self, text: str) -> None:
        with pytest.raises((CodeFormError, CharacterError)) as caught:
            parse_uscc(text)
        assert caught.value.exit_code == 2

    def test_names_wrong_and_expected_check_character(self) -> None:
        with pytest.raises(CheckCharacterError) as caught:
            parse_uscc("91110000600037341M")
        assert (caught.value.found, caught.value.expected) == ("M", "L")
        assert "ends with check character M, which should be L (GB 32100-2015)" in str(caught.value)
        assert "校验码为 M，应为 L" in caught.value.text("zh")

    @pytest.mark.parametrize("position", range(17))
    def test_notices_one_changed_character(self, position: int) -> None:
        changed = USCC[:position] + ("1" if USCC[position] != "1" else "2") + USCC[position + 1 :]
        with pytest.raises(CheckCharacterError):
            parse_uscc(changed)

    def test_refuses_a_look_alike(self) -> None:
        with pytest.raises(CharacterError, match="CYRILLIC CAPITAL LETTER A at position 2"):
            parse_uscc("N\u0410" + USCC[2:])

    @pytest.mark.parametrize(
        "typed", [USCC, USCC.lower(), " 911100-0060 0037341L ", "９１１１００００６０００３７３４１Ｌ"]
    )
    def test_reads(self, typed: str) -> None:
        assert parse_uscc(typed) == USCC

    def test_reads_a_rural_collective(self) -> None:
        """The first two places may be letters, which python-stdnum's own validation refuses."""
        with pytest.raises(CheckCharacterError) as caught:
            parse_uscc("N2420106MF12345678")
        assert parse_uscc("N2420106MF1234567" + caught.value.expected).startswith("N2420106")


class TestLei:
    @pytest.mark.parametrize("text", ["", LEI[:-1], LEI + "1", LEI[:-1] + "A"])
    def test_refuses_another_form(self, text: str) -> None:
        with pytest.raises(CodeFormError):
            parse_lei(text)

    def test_names_wrong_and_expected_check_digits(self) -> None:
        with pytest.raises(CheckCharacterError) as caught:
            parse_lei(LEI[:-2] + "16")
        assert (caught.value.found, caught.value.expected) == ("16", "15")

    def test_reads(self) -> None:
        assert parse_lei(" 213800-kud8lajwsq9d15") == LEI


class TestSite:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "42010600100110",
            "4201060010011011",
            "420106001001001",
            "420106001001601",
            "420106001001100",
            "x20106001001101",
        ],
    )
    def test_refuses(self, text: str) -> None:
        with pytest.raises(CodeFormError) as caught:
            parse_site(text)
        assert caught.value.exit_code == 2

    @pytest.mark.parametrize("mode", list(StorageMode))
    def test_there_and_back(self, mode: StorageMode) -> None:
        site = site_id(420106001001, mode, 7)
        assert site == int(f"420106001001{int(mode)}07")
        assert site < 2**53
        assert storage_mode(site) is mode

    def test_modes_have_names_in_both_languages(self) -> None:
        assert [mode.label for mode in StorageMode][1] == "agreement"
        use_language("zh")
        assert StorageMode.HOUSEHOLD.label == "家庭储备（汇总）"
        use_language("en")


class TestItem:
    @pytest.mark.parametrize("text", ["", "12345671234", "1234567123456", "012345612345"])
    def test_refuses(self, text: str) -> None:
        with pytest.raises(CodeFormError):
            parse_item(text)

    def test_reads(self) -> None:
        assert parse_item("123456700001") == 123456700001
        assert category_of(parse_item(123456700001)) == 1234567


class TestHashedIds:
    @pytest.mark.parametrize("salt", [b"", SALT[:-1], SALT + b"\0"])
    def test_refuses_another_salt(self, salt: bytes) -> None:
        for make in (lambda: sole_trader_id(salt, USCC), lambda: donor_id(salt, "某公司")):
            with pytest.raises(SaltLengthError):
                make()

    def test_refuses_a_wrong_code(self) -> None:
        with pytest.raises(CheckCharacterError):
            supplier_id("uscc", "91110000600037341M")
        with pytest.raises(CodeFormError, match="local code"):
            consignee_id("local", "")

    def test_encoding_is_as_documented(self) -> None:
        def field(value: bytes) -> bytes:
            return len(value).to_bytes(4, "big") + value

        written = field(b"shecang/supplier/1") + field(b"uscc") + field(USCC.encode())
        assert supplier_id("uscc", USCC) == int.from_bytes(keccak(written)[:20], "big")

    def test_kind_scheme_salt_and_code_all_count(self) -> None:
        made = {
            supplier_id("uscc", USCC),
            supplier_id("lei", LEI),
            issuer_id("uscc", USCC),
            consignee_id("uscc", USCC),
            consignee_id("local", USCC),
            sole_trader_id(SALT, USCC),
            sole_trader_id(SALT[::-1], USCC),
            donor_id(SALT, USCC),
            donor_id(SALT, "某公司"),
            donor_id(SALT[::-1], "某公司"),
        }
        assert len(made) == 10
        assert all(0 < value < 2**160 for value in made)

    def test_same_identifier_however_typed(self) -> None:
        assert supplier_id("uscc", USCC.lower()) == supplier_id(
            "uscc", "９１１１００００６０００３７３４１Ｌ"
        )
        assert donor_id(SALT, " Ａ公司　 ") == donor_id(SALT, "A公司")

    @given(st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9))
    def test_every_code_has_one_check_character(self, body: str) -> None:
        accepted = []
        for character in "0123456789ABCDEFGHJKLMNPQRTUWXY":
            try:
                accepted.append(parse_uscc("91420106" + body + character))
            except CheckCharacterError as error:
                expected = error.expected
        assert accepted == ["91420106" + body + expected]


class TestBatchDigest:
    def test_refuses_what_nobody_can_see(self) -> None:
        with pytest.raises(CharacterError):
            batch_digest("M-1\u200b")

    def test_one_print_one_digest(self) -> None:
        assert batch_digest(" M-1 ") == batch_digest("Ｍ-1") != batch_digest("M-2")
        assert len(batch_digest("M-1")) == 32
        assert batch_digest("") == bytes(32)
