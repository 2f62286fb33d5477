"""The pages' handlers: each takes a call, reads what the page shows, and fills a template."""
