"""What vendors share with their partners to sell with: campaign kits, playbooks, training and the like."""
