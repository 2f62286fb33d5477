"""What several channels need to speak to other services: checked addresses, answers, discretion.

Knows the errors of the domain and no single service; below the adapters, which may not import each
other.
"""
