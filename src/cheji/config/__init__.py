"""What holds the house together: settings, addresses, the database server, the program."""
