"""Reads of alerts and their rules."""
