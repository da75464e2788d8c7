"""The devices, one folder each, and how they are found."""
