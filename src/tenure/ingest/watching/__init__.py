"""Watching over the sources: do they send as they always do?

Tables are looked for in `models`, so nothing is imported here.
"""
