"""The wire: what a parameter may be, how calls reach the API, when to try again, and what an answer holds."""
