"""Floor 4: the verbs. Each checks the right and the rule, writes, posts facts, and is audited."""
