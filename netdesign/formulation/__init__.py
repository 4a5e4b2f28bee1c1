"""The Protocol of a model file and the pieces that model files share."""
