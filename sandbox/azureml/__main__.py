"""`python -m sandbox.azureml --state DIR`."""

from sandbox.azureml.server import main

main()
