"""Stripe: what its objects mean, how its events are signed, how its API is read."""
