"""Who is invited to what, as pure functions. Nothing here reads a clock, a database or a random number."""
