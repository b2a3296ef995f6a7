"""Who is on the site right now: every open page of every visitor who agreed to be seen.

`registry` knows the pages whose sockets this process holds and writes them to Redis once a second (`store`), where
they live on a lease. `board` reads what all processes wrote, with the state of each visitor's chat, and `watching`
tells the agents who look. Nothing of it is kept: a row ends with its lease.
"""
