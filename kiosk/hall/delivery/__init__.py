"""What a centre sends to headquarters: result bundles, event-log parts, sync status."""
