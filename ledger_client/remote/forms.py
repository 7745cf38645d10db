"""What a form must say so that its answer can be compared, and how its note is compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger_client.errors import UsageError
from ledger_client.records import Record, RecordId


class FormTimeError(UsageError):
    """A form does not say when it occurred, which a server would then say."""

    en = "the form leaves to the server when it occurred, which nobody here can compare: write `occurred_at`"
    zh = "表单将发生时间留给服务器填写，此处无法核对：请填写 occurred_at"


@dataclass(frozen=True, slots=True)
class Bodies:
    """The note of a form with the salt that the server chose.

    Attributes:
        form: The form.
        salt: The server's; None where the note is compared without its digest.
    """

    form: Any
    salt: bytes | None = None

    def get(self, id: RecordId) -> Record | None:
        """Return the record of the note, None where there is none or its salt is not known."""
        if self.salt is None:
            return None
        texts = {"note": self.form.note, "order": getattr(self.form, "order", None)}
        body = {name: text for name, text in texts.items() if text}
        return Record.new(id, body=body, salt=self.salt) if body else None
