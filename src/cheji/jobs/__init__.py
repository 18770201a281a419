"""Work done in the background by procrastinate: each module here holds tasks of one noun."""
