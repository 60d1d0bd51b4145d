"""Board packs: those there are, one page by page, and who gets them when."""
