"""Sends notices by SMTP."""

from promotion.adapters.smtp.channel import SmtpChannel
from promotion.adapters.smtp.server import Security, SmtpServer

__all__ = ["Security", "SmtpChannel", "SmtpServer"]
