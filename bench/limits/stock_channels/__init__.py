"""A rival: a chat as Channels' own tutorial builds it, with the ORM and a transaction for each message.

In its favour: database connections are kept open (CONN_MAX_AGE), the logs are silent, no middleware runs.
"""
