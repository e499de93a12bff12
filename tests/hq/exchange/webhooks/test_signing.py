"""Messages are signed as the Standard Webhooks specification says."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from kiosk.system import entropy
from sync.hq.exchange.webhooks.signing import new_secret, signed_headers


def test_the_example_of_the_specification_has_its_signature() -> None:
    headers = signed_headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, tz=UTC),
        b'{"test": 2432232314}',
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_new_secret_is_long_enough_and_a_receiver_can_check_with_it() -> None:
    secret = new_secret(entropy)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert 24 <= len(key) <= 64
    assert new_secret(entropy) != secret
    headers = signed_headers([secret], "msg_1", datetime(2026, 4, 25, tzinfo=UTC), "碳".encode())
    content = f"msg_1.{headers['webhook-timestamp']}.碳".encode()
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_each_secret_signs_and_the_new_one_comes_first() -> None:
    at, body = datetime(2026, 4, 25, tzinfo=UTC), b"{}"
    secrets = [new_secret(entropy) for _ in range(3)]
    alone = [signed_headers([each], "msg_1", at, body)["webhook-signature"] for each in secrets]
    together = signed_headers(secrets, "msg_1", at, body)["webhook-signature"]
    assert together == " ".join(alone)
