"""A made-up vendor and its customers: realistic, deterministic, nobody real."""
