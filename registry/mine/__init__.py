"""Everything that is about one person: to take along, and to be gone."""
