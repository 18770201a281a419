"""Floor 1, the rule book: plain Python without a database, files or a clock."""
