"""Files that others upload: taken apart and rebuilt in a child process that may die of them."""
