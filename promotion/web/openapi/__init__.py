"""The API's own description, made from the routes and structures that the code runs on."""
