"""Discord in, Discord out; and the command line."""
