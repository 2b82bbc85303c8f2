"""What a question asks: its text, and what went before, read into a typed Question."""
