"""An election as a folder of files: read, checked, written down as one document."""
