"""Shecang's client: everything a program needs to read the ledger and to record on it."""

from ledger_client.late import put_off

put_off()  # before anything else is imported
