"""Speed, memory and robustness, each as a command that prints what it measured."""
