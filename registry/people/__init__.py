"""People: one account each, and what they let others do for them."""
