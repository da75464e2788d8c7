"""The command line, the pages and the HTTP API: the only layer that knows the others."""
