"""The REST interface that the program uses, and what it keeps."""
