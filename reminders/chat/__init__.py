"""Messages into a company's chat, or to a program of its own: what is due each morning, and what a vendor writes."""
