"""Sync between centres and headquarters, and headquarters itself."""
