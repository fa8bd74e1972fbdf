"""The socket side: TLS, connections, answers as bytes, and faults."""
