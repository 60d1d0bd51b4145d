"""What a source sends: names, types, gaps. Tables are looked for in `models`, so nothing is imported here."""
