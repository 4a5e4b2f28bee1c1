"""Tables and sentences for people, made from results without further computation."""
