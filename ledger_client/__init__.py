"""Shecang's client: everything a program needs to read the ledger and to record on it."""
