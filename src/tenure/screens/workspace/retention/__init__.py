"""Retention: what stays, what goes, how long customers stay, and the accounts each figure is made of."""
