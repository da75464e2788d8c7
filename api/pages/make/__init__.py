"""Making things for others: what one offers, the jobs near by, and each job to its end."""
