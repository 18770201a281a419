"""The screens: thin views over reads and actions, rendered on the server."""
