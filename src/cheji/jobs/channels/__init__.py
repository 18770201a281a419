"""The ways by which messages leave: group robots over HTTPS, and e-mail."""
