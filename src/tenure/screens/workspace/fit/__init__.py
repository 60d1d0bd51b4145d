"""Fit: which kinds of customers stay and pay, who the best are, and where those who leave came from."""
