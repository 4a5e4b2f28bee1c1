"""What ``import netdesign`` offers: instances, questions and answers, in the words of the commands."""
