"""What can be wrong with a list of needs, or with a workbook of answers, as a whole."""

from __future__ import annotations

from ledger_client.errors import MismatchError, UnavailableError


class NeedsFileError(UnavailableError):
    """The file holds no list of needs whose rows could be counted."""

    en = "{file}: {why}; correct the list and read it again"
    zh = "{file}：{why_zh}；请更正清单后重新读取"


class NeedsTooLargeError(UnavailableError):
    """The list goes over a limit, above which its questions would not fit into a workbook."""

    en = "{file} has {what} {found}, the limit is {limit}; split the list and read the parts"
    zh = "{file} 的{what_zh}为 {found}，上限为 {limit}；请拆分清单后分别读取"


class AnswersFileError(MismatchError):
    """A workbook of answers does not belong to this list, or was changed so that no row of it is sure."""

    en = "{file}, {place}: {why}; nothing of it was taken"
    zh = "{file}，{place}：{why_zh}；未采用其中任何内容"


class AnswersFormError(UnavailableError):
    """The file is no workbook of the one form in which answers come back."""

    en = "{file}: {why}; save it as .xlsx and read that"
    zh = "{file}：{why_zh}；请另存为 .xlsx 后再读取"
