"""Many promotions while the Functions host is killed again and again, and Azurite restarted: all must arrive."""
