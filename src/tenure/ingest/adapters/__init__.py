"""Where ingest touches the machine."""
