"""Pages of the health of all customers together."""
