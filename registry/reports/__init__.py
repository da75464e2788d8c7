"""Reports: what somebody found wrong here, and what came of it."""
