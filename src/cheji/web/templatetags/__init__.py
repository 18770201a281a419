"""Template tags: figures as text, and the components that every screen is made of."""
