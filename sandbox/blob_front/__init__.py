"""The HTTPS front of Azurite's blobs: addresses as the real service has them, on loopback.

`addresses` translates, `proxy` carries one request, `server` listens. Must know nothing of Azure ML
and keeps no state: what a request means is Azurite's business.
"""
