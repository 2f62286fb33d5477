"""The inbox: takes what the app sends to Teams and by mail, and shows it on a page.

Stands for the Teams Workflows webhook and for a mail server at their wires: senders need no change.
Must not know what a message is about.
"""
