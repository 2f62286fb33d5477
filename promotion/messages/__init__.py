"""What the app tells the world: events for programs, cards and mails for people, as pure values.

Knows the domain. Knows no topic, no chat, no mail server: adapters send what is built here.
"""
