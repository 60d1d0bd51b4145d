"""Sources of events: what each sends, what became of it, what waits and what was refused."""
