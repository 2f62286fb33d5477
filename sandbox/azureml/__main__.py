"""`python -m sandbox.azureml --state DIR`."""

from sandbox.azureml.server import main

if __name__ == "__main__":
    main()
