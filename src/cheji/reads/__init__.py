"""Floor 4, the questions that screens ask: each takes the viewer and returns frozen values."""
