"""The demo: two shops with their teams, customers and conversations, told through the verbs a real team uses."""
