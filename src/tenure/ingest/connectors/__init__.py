"""Connectors: sources whose raw objects become business facts, by webhook and by asking their API."""
