"""Receiving events over HTTP: a bare WSGI callable, past Django's request cycle, which would cost most of the time.

A request goes through a few steps (`wsgi`): its body is read within bounds, its key and origin are checked, it
is taken apart as far as its events, kept in the inbox, and only then answered.
"""
