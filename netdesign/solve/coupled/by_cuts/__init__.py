"""Multiple allocation where policies couple the freight of many possible sets of hubs: cuts at prices of these."""
