"""Hub-network design with proof: whether, where and how many hubs to open."""

__version__ = "0.1.0"
