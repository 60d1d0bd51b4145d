"""Measured, not guessed: each benchmark prints the machine, medians, and the ratio to a rival in the same run."""
