"""What is spoken to by HTTP: each application has a process and origins of its own, and none knows another."""
