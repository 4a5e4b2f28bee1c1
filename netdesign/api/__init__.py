"""The Python interface: instances, questions and answers, with the options of the commands."""
