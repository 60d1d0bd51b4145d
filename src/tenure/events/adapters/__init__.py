"""Delta Lake, DuckDB and the places where files live."""
