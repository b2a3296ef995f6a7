"""What strangers can do to the wire: raw WebSocket frames, HTTP abuse, a model of the protocol, fuzzing."""
