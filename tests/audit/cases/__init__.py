"""The labelled programs: a folder for each kind, a file for each program."""
