"""Who is meant: message → person → account. Decided by rules, looked up and written in bulk."""
