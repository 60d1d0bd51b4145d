"""`python -m tenure.cli`: the command, where it is not on PATH."""

from tenure.cli.main import main

main()
