"""Papers in, answers out. Knows nothing of Discord."""
