"""The manual in the program: pages of `resources/manual` and a list of all keys."""
