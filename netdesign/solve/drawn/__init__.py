"""What fixed networks cost at thousands of prices and volumes: bounds by compiled loops, which often meet."""
