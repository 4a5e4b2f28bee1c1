"""Multiple allocation within capacities: what a hub lifts is limited, so that commodities share what is scarce."""
