"""Tables and sentences for people; computes nothing that a result does not state."""
