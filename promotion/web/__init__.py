"""Pages and the JSON API, over plain values of HTTP. Knows no server and no azure.functions."""
