"""Multiple allocation where minima couple the freight of many possible sets of hubs: cuts at prices of the minima."""
