"""What the app does, one verb per file, against the ports alone. Knows no trigger and no technology."""
