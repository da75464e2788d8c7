"""Programs for people who look after fitcommons: each one is started by hand."""
