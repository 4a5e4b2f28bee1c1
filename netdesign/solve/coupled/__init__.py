"""Multiple allocation where minima, lanes and other policies couple the freight: sets of hubs bounded by prices."""
