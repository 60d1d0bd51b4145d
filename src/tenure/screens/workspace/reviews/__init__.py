"""Pages of miss reviews."""
