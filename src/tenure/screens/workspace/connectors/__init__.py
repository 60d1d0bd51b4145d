"""Connectors: Stripe is connected, given its secrets, back-filled and disconnected here."""
