"""What the sandbox's small aiohttp servers share: start-up, log, admin key, planned refusals.

Must not know what any one of the servers does.
"""
