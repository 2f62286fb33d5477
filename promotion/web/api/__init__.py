"""The JSON API's handlers: each takes a call, makes one use case do its work, and answers."""
