"""One promotion through the whole sandbox, from training to the verified trail, as people would do it."""
