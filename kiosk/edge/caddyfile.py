"""The Caddyfile for a server. Written for Caddy 2.6, the version in Debian 12.

Long lifetimes and `sign_with_root`: a machine that was off for weeks, or a terminal whose clock is
days behind, still meets a valid certificate. Caddy renews it when a third of its lifetime is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

CERTIFICATE_DAYS = 365
"""Apple's browsers reject certificates of more than 825 days, even from a private CA."""

ROOT = Path("pki/authorities/local/root.crt")
"""Root certificate of Caddy's local CA, relative to its storage."""

PROBE = "/.well-known/exam-kiosk"
"""Answers pages of any origin: a page that can read it trusts the certificate."""

MIB = 1 << 20
AWAY = "服务器暂时没有响应，请稍候重试。 The server does not answer. Try again in a moment."
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' https:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class LocalCa:
    """Caddy's local CA, whose root is installed on each terminal from the web ``page``."""

    name: str
    page: Path


@dataclass(frozen=True)
class OwnCertificate:
    """A certificate from elsewhere, with its chain, and its key, both PEM."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class PublicCa:
    """Certificates by ACME. ``email``: where the CA reports problems."""

    email: str


@dataclass(frozen=True)
class Edge:
    """Parameters of the Caddyfile. Sizes in bytes, times in seconds.

    ``small_body``: limit for all paths except ``large_paths``. ``request_seconds``: for a
    request to arrive completely.
    """

    title: str
    origins: Sequence[str]
    upstream: str
    issuer: LocalCa | OwnCertificate | PublicCa
    storage: Path
    large_paths: str
    small_body: int
    large_body: int
    request_seconds: int


def caddyfile(edge: Edge) -> str:
    """Return the whole file."""
    local = edge.issuer if isinstance(edge.issuer, LocalCa) else None
    parts = [_options(edge), _site(edge, local)]
    if local is not None:
        parts.append(_trust_site(local, edge.storage))
    return "\n".join(parts)


def _options(edge: Edge) -> str:
    issuing = ""
    if isinstance(edge.issuer, LocalCa):
        name = edge.issuer.name
        issuing = f"""
	auto_https disable_redirects
	skip_install_trust
	pki {{
		ca local {{
			name "{name}"
			root_cn "{name}"
		}}
	}}"""
    elif isinstance(edge.issuer, PublicCa):
        issuing = f"\n\temail {edge.issuer.email}"
    return f"""{{
	admin off
	default_sni {urlsplit(edge.origins[0]).hostname}
	storage file_system {{
		root {_path(edge.storage)}
	}}{issuing}
	servers {{
		protocols h1 h2
		max_header_size 32KB
		timeouts {{
			read_header 15s
			read_body {edge.request_seconds}s
			write {2 * edge.request_seconds}s
			idle 2m
		}}
	}}
}}
"""


def _site(edge: Edge, local: LocalCa | None) -> str:
    # Over HTTP a page of this site cannot be opened any more once a browser has seen the header;
    # on a terminal that has lost the root certificate that page is the only way to get it.
    forget_http = "\n\t\t\theader_down -Strict-Transport-Security" if local else ""
    return f"""{", ".join(edge.origins)} {{{_tls(edge.issuer)}
	@small not path {edge.large_paths}
	request_body @small {{
		max_size {edge.small_body // MIB}MiB
	}}
	@large path {edge.large_paths}
	request_body @large {{
		max_size {edge.large_body // MIB}MiB
	}}
	@small_over {{
		not path {edge.large_paths}
		expression {_longer(edge.small_body)}
	}}
	@large_over {{
		path {edge.large_paths}
		expression {_longer(edge.large_body)}
	}}
	handle {PROBE} {{
		header Access-Control-Allow-Origin *
		header Cache-Control no-store
		respond "{edge.title}"
	}}
	handle {{
		error @small_over 413
		error @large_over 413
		reverse_proxy {edge.upstream} {{
			buffer_requests
			buffer_responses
			max_buffer_size 1MiB
			transport http {{
				versions 1.1
				dial_timeout 5s
				keepalive 30s
				keepalive_idle_conns_per_host 16
				max_conns_per_host 1500
			}}{forget_http}
		}}
	}}
	handle_errors {{
		@away expression {{http.error.status_code}} >= 502
		header @away Retry-After 3
		respond @away "{{http.error.status_code}} {edge.title}: {AWAY}" {{http.error.status_code}}
		respond {{http.error.status_code}}
	}}
}}
"""


def _longer(size: int) -> str:
    """Match a larger declared body, because `max_size` alone ends in 502 instead of 413."""
    length = "{http.request.header.Content-Length}"
    return f'`{length} != "" && int({length}) > {size}`'


def _tls(issuer: LocalCa | OwnCertificate | PublicCa) -> str:
    if isinstance(issuer, OwnCertificate):
        return f"\n\ttls {_path(issuer.certificate)} {_path(issuer.key)}"
    if isinstance(issuer, PublicCa):
        return ""
    return f"""
	tls {{
		issuer internal {{
			lifetime {CERTIFICATE_DAYS * 24}h
			sign_with_root
		}}
	}}"""


def _trust_site(local: LocalCa, storage: Path) -> str:
    """Serve the page, its two files and the root certificate over plain HTTP; nothing else."""
    page = _path(local.page)
    return f"""http:// {{
	header Cache-Control no-store
	header X-Content-Type-Options nosniff
	header X-Frame-Options DENY
	header Content-Security-Policy "{PAGE_POLICY}"
	handle /{ROOT.name} {{
		root * {_path(storage / ROOT.parent)}
		header Content-Type application/x-x509-ca-cert
		header Content-Disposition "attachment; filename=exam-root.crt"
		file_server
	}}
	@files path /trust.js /trust.css
	handle @files {{
		root * {page}
		file_server
	}}
	handle {{
		root * {page}
		rewrite * /index.html
		file_server
	}}
}}
"""


def _path(path: Path) -> str:
    return f'"{path.absolute()}"'
