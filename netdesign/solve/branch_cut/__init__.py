"""What the branch-and-cut searches share."""
