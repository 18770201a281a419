"""Floor 6, the interface for programs: no addresses yet; they use the command line's JSON."""
