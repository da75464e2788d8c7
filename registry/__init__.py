"""People, makers, requests, and how they find each other."""
