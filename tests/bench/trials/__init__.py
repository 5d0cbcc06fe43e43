"""Trials that orders once failed: a stand-in for Kling that knows every task really made, real processes, a count."""
