"""Event Grid on loopback: a system topic, a custom topic, and delivery to webhooks.

Stands for the cloud's service at its wire: publishers and subscribers need no change. Must not know
what an event means. Behaviour follows Microsoft's Event Grid documentation (articles
`delivery-and-retry`, `event-schema`, `cloud-event-schema`, `end-point-validation-...-schema`).

Differences, on purpose: nothing is ever dropped (the dead letter is always on and written at once,
without the cloud's five minutes), retry times are not randomised, and deliveries are not held back
after repeated failures.
"""
