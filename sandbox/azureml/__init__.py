"""The local Azure ML service: workspaces and registries over HTTPS on loopback.

The unmodified azure-ai-ml SDK (1.35.2) talks to it when it is given the sandbox's cloud metadata
(`client.ml_client`). It answers the routes that SDK uses, plus deletion, in the shapes recorded of
the real service; what is kept lives in Azurite, so a restart loses nothing. It knows storage,
tokens and the wire; it must know nothing of promotion, approvals or policies.

Run it with `python -m sandbox.azureml --state DIR`, or `await server.serve(config)`.

Time is scaled by `Config.time_scale`: an operation of thirty seconds ends after 0.6 s at 0.02. The
SDK's own pauses between two polls (30 s in `share`) are not scaled, therefore a poll is held back
until the operation has ended, for at most ten seconds, whenever time is scaled down. With a scale
of 1 nothing is held back, as in Azure.

What Azure does here and could not be established (told as [UNK] in the modules): an asset whose
files lie outside the registry's own storage is refused; an import from another registry is
refused; a failed operation answers its poll with the error.
"""
