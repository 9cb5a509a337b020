"""What operators see of a running process: metrics for Prometheus, and whether it is live and ready."""
