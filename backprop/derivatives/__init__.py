"""What is built on the graph: derivatives of derivatives, forward mode, and whole Jacobians and Hessians."""
