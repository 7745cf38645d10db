"""Threat 18: look-alike, invisible and right-to-left characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.characters import CharacterError, clean_code, clean_name
from ledger_client.language import use_language

CYRILLIC_A = "\u0430"


@pytest.mark.parametrize("character", [CYRILLIC_A, "\u202e", "\u200b", "\u00ad", "\u0391", "Ⅻ中", "．"])
def test_clean_code_refuses_what_is_not_plain(character: str) -> None:
    with pytest.raises(CharacterError) as caught:
        clean_code(f"91{character}1")
    assert caught.value.exit_code == 2
    assert caught.value.position >= 3


def test_clean_code_names_the_character() -> None:
    with pytest.raises(CharacterError) as caught:
        clean_code("91" + CYRILLIC_A)
    assert caught.value.text("en") == (
        "'91а' holds U+0430 CYRILLIC SMALL LETTER A at position 3, which no code contains; type it anew"
    )
    assert "U+0430" in caught.value.text("zh")


@pytest.mark.parametrize(
    "name", [f"M{CYRILLIC_A}sk", "Mask\u202eksaM", "口\u200b罩", "a\u0391", "\u0440a", "x1\u0445"]
)
def test_clean_name_refuses_look_alikes(name: str) -> None:
    with pytest.raises(CharacterError):
        clean_name(name)


@pytest.mark.parametrize("code", [0x34F, 0x1160, 0x3164, 0xFFA0, 0x180E, 0x2800, 0xFE0F, 0xE0100])
def test_clean_name_refuses_what_shows_nothing(code: int) -> None:
    """Blanks and marks that Unicode does not count among its control and format characters."""
    with pytest.raises(CharacterError, match="nobody can see"):
        clean_name(f"首义路{chr(code)}仓")


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        (" ９１１－ａｂｃ ", "911ABC"),
        ("91 11-00", "911100"),
        ("", ""),
    ],
)
def test_clean_code(typed: str, plain: str) -> None:
    assert clean_code(typed) == plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("  武汉市　第一\u00a0医院 ", "武汉市 第一 医院"),
        ("ＡＢＣ（口罩）", "ABC(口罩)"),
        ("Маска N95", "Маска N95"),
        ("3µm滤膜 5kΩ", "3μm滤膜 5kΩ"),
        ("α-β蛋白 kit", "α-β蛋白 kit"),
        ("\U00031350", "\U00031350"),  # newer than this Python's tables: rare characters occur in names
    ],
)
def test_clean_name(typed: str, plain: str) -> None:
    assert clean_name(typed) == plain


@given(st.text(alphabet="武汉 ＡaБ1\u00a0Ω（）"))
def test_clean_name_twice_is_once(text: str) -> None:
    try:
        once = clean_name(text)
    except CharacterError:
        return
    assert clean_name(once) == once


def test_sentence_follows_language() -> None:
    error = CharacterError(value="x", character="U+0000", position=1, why="a", why_zh="甲")
    use_language("zh")
    assert str(error) == "'x' 第 1 个字符是 U+0000，甲；请重新输入"
    use_language("en")
    assert "position 1" in str(error)
