"""What README's figures come from: a generated fleet, the rivals, and one command that measures both."""
