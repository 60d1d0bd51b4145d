"""The workbench of an import: staged text, typed rows, attribution, and the difference to what is known."""
