"""The pull API: lists with stable cursors, formats, its OpenAPI document, webhooks, its client."""
