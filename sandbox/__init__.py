"""The local cloud: everything the promotion app meets in Azure, on one machine's loopback.

Nothing here is deployed, and nothing in `promotion` may know it exists.
"""
