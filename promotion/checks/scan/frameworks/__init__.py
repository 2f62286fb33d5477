"""What frameworks write into JSON and texts, and what in it makes their loaders run code."""
