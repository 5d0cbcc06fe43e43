"""The practice API's files: looked at when they are uploaded, drawn when they are asked for."""
