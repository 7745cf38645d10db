"""Finding things by what people type or paste: codes, ids, their first digits, and names."""
