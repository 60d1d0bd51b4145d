"""Business facts over HTTP: what clients of products do not carry. The same rows as an import of the same facts."""
