"""Moving a whole registry: look it through, ask for a plan, check its versions, carry out its approval.

A migration is a request whose files are versions (`promotion.domain.migration`); each version is a request
of its own besides, checked and copied like any other. What the two queues do for a migration is here:
`gather` in place of a validation, `carry` in place of a copy.
"""
