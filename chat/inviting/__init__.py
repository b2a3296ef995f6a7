"""Inviting visitors: between what the pages say (chat.browsing) and the pure decision (chat.targeting).

`catalogue` reads what may be shown and `shop` who could answer. `arming` tells pages, in memory, which triggers to wait
for; `asking` brings a trigger that fired to a worker, where `chat.actions.inviting` decides and records. `figures`,
`report` and `explaining` say afterwards what came of it, and why.
"""
