"""What is shown of things, the same by the API and on pages: nothing that somebody may not see."""
