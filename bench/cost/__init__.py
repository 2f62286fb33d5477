"""What a month costs, and what saturates first: counts of one promotion, the user's prices, documented limits.

`counting` counts one promotion on the sandbox, `demand` is what was counted, `month` multiplies it with the
prices of a file, `limits` holds the documented limits with their sources, `saturation` simulates them.
"""
