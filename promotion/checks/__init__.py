"""One check per file, pure over a snapshot: each answers passed, failed or errored, with evidence."""
