"""Why no plan is permitted: the policies that clash, and how far each of their figures would have to give."""
