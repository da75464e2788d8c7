"""Requests: what somebody wants to be able to do, and how it comes about."""
