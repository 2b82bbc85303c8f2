"""What is remembered, and how it may change. Imports neither `retrieval` nor `bot`."""
