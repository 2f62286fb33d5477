"""What a model's environment is installed from, as its dependency files say."""
