"""One finder per format: each reads one kind of content and reports what is wrong with it."""
