"""Who gets a chat, as a pure function of the situation. Nothing here reads a clock, a database or a random number."""
