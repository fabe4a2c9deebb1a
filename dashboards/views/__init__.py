"""The pages of the homes and of the vendor's reports."""
