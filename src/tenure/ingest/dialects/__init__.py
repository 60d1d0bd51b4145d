"""Dialects: how clients say things, each read into the canonical message (`tenure.ingest.messages`)."""
