"""The drain: from the inbox into the log, exactly once. `draining.drain` is the way in.

Tables are looked for in `models`, so nothing is imported here.
"""
