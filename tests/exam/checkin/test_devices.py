"""Labels of cameras, and which rules need which device (R13)."""

import pytest

from kiosk.exam.checkin.devices import clean_label, is_virtual, rules_off, switched_off
from kiosk.exam.proctoring import CAMERA_RULES, ProctoringSettings


@pytest.mark.parametrize(
    "label",
    [
        "OBS Virtual Camera", "OBS-Camera", "ManyCam Virtual Webcam", "Snap Camera", "XSplit VCam",
        "e2eSoft VCam", "e2eSoft iVCam", "DroidCam Source 3", "iVCam", "EpocCam", "Iriun Webcam",
        "Dummy video device (0x0000)", "v4l2loopback", "虚拟摄像头", "腾讯会议虚拟摄像头",
        "ＯＢＳ　Ｖｉｒｔｕａｌ", "obs virtual camera (m-de:vice)", "NDI Video", "NVIDIA Broadcast",
        "fake_device_0", "Unity Video Capture", "mmhmm Camera", "无他伴侣",
    ],
)  # fmt: skip
def test_well_known_virtual_cameras_are_known(label: str) -> None:
    assert is_virtual(clean_label(label))


@pytest.mark.parametrize(
    "label",
    [
        "HD Pro Webcam C920 (046d:082d)", "Integrated Camera (5986:2113)", "FaceTime HD Camera",
        "USB2.0 HD UVC WebCam", "罗技高清网络摄像机 C930c", "Lenovo EasyCamera", "OBSBOT Tiny 2",
        "Microsoft LifeCam HD-3000", "Creative Live! Cam Sync", "Full HD 1080P PC Camera", "",
        "海康威视 USB 摄像头", "USB Video Device", "Surface Camera Front", "ELP USB Cam",
    ],
)  # fmt: skip
def test_cameras_on_a_desk_are_no_virtual_ones(label: str) -> None:
    assert not is_virtual(clean_label(label))


@pytest.mark.parametrize("label", [None, 5, ["x"], {"a": 1}])
def test_what_is_no_text_is_no_label(label: object) -> None:
    assert clean_label(label) == ""


def test_rules_go_with_their_device() -> None:
    assert rules_off(["microphone"]) == ("talking",)
    assert rules_off(["network"]) == ("camera_lost",)
    assert rules_off(["loudspeaker"]) == ()
    assert set(rules_off(["camera"])) == set(CAMERA_RULES) - {"talking"}
    assert set(rules_off(["camera", "microphone"])) == set(CAMERA_RULES)


def test_a_rule_that_is_switched_off_leaves_the_others_as_they_are() -> None:
    settings = switched_off(ProctoringSettings(), ["talking"])
    assert not settings.talking.enabled
    assert settings.nobody == ProctoringSettings().nobody
