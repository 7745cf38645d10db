"""What a malformed parameter should have been: a sentence a kind of finding, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger_client.language import current_language, tr

OTHERWISE = ("it has another form than /openapi.json says", "与 /openapi.json 所述形式不符")
"""Of a kind that has no sentence."""

_WHOLE = ("write a whole number in digits", "请填写整数")
_NUMBER = ("write a number", "请填写数字")
_TEXT = ("write a text, in quotation marks in JSON", "请填写文本（JSON 中加引号）")
_YES_NO = ("write true or false", "请填写 true 或 false")
_LIST = ("give a list", "请填写列表")
_OBJECT = ("give a JSON object", "请填写 JSON 对象")
_TIME = (
    "write a time as 2026-11-24T01:30:00Z, with its distance from UTC",
    "请填写带时差的时间，如 2026-11-24T01:30:00Z",
)
_DAY = ("write a day as 2026-11-24", "请填写日期，如 2026-11-24")
_CHOICE = ("it is one of {expected}", "应为 {expected} 之一")
_FORM = ("this value is not allowed here; see /openapi.json", "此处不允许该值；详见 /openapi.json")

RULES: Mapping[str, tuple[str, str]] = {
    "missing": ("it must be given", "必须填写"),
    "extra_forbidden": (
        "there is no such parameter; see /openapi.json",
        "没有该参数；请查阅 /openapi.json",
    ),
    "json_invalid": ("this is no JSON; see /openapi.json", "不是 JSON；详见 /openapi.json"),
    "json_type": ("this is no JSON; see /openapi.json", "不是 JSON；详见 /openapi.json"),
    "none_required": ("leave it out", "请勿填写"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": ("write a whole number of fewer digits", "请填写位数较少的整数"),
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_max_digits": ("it has at most {max_digits} digits", "最多 {max_digits} 位数字"),
    "decimal_max_places": (
        "it has at most {decimal_places} digits behind the point",
        "小数最多 {decimal_places} 位",
    ),
    "decimal_whole_digits": (
        "it has at most {whole_digits} digits before the point",
        "整数部分最多 {whole_digits} 位",
    ),
    "greater_than": ("it must be more than {gt}", "须大于 {gt}"),
    "greater_than_equal": ("it must be at least {ge}", "不得小于 {ge}"),
    "less_than": ("it must be less than {lt}", "须小于 {lt}"),
    "less_than_equal": ("it must be at most {le}", "不得大于 {le}"),
    "multiple_of": ("it must be a multiple of {multiple_of}", "须为 {multiple_of} 的倍数"),
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "string_type": _TEXT,
    "string_sub_type": _TEXT,
    "string_unicode": (
        "it holds half of a character; write whole ones in UTF-8",
        "含有不完整的字符；请使用完整的 UTF-8 字符",
    ),
    "string_too_short": ("it has at least {min_length} characters", "至少 {min_length} 个字符"),
    "string_too_long": ("it has at most {max_length} characters", "最多 {max_length} 个字符"),
    "string_pattern_mismatch": ("it must have the form {pattern}", "须符合格式 {pattern}"),
    "string_not_ascii": ("write it in letters and digits of ASCII", "请仅使用 ASCII 字符"),
    "bytes_type": _TEXT,
    "bytes_too_short": ("it has at least {min_length} bytes", "至少 {min_length} 字节"),
    "bytes_too_long": ("it has at most {max_length} bytes", "最多 {max_length} 字节"),
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "iterable_type": _LIST,
    "too_short": ("give at least {min_length} of them", "至少填写 {min_length} 项"),
    "too_long": ("give at most {max_length} of them", "最多填写 {max_length} 项"),
    "dict_type": _OBJECT,
    "mapping_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "invalid_key": ("the names of an object are texts", "对象的名称须为文本"),
    "literal_error": _CHOICE,
    "enum": _CHOICE,
    "union_tag_invalid": ("it is one of {expected_tags}", "应为 {expected_tags} 之一"),
    "union_tag_not_found": (
        "it must say which kind it is, in {discriminator}",
        "须在 {discriminator} 中注明种类",
    ),
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "timezone_aware": _TIME,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "is_instance_of": _FORM,
    "value_error": _FORM,
    "assertion_error": _FORM,
}
"""Kind of a finding → the rule, in English and Chinese."""

_CHOICES = frozenset({"expected", "expected_tags"})
"""Facts that pydantic writes as an English list."""


def rule_text(kind: str, facts: Mapping[str, Any]) -> str:
    """Return the rule that a parameter breaks, in the language in force.

    Args:
        kind: Of the finding, as pydantic names it.
        facts: What pydantic says of it.
    """
    told = dict(facts)
    for each in _CHOICES & told.keys() if current_language() == "zh" else ():
        told[each] = str(told[each]).replace(" or ", "、").replace(", ", "、")
    return tr(*RULES.get(kind, OTHERWISE)).format(**told)
