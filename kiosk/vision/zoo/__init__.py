"""The OpenCV Zoo pack, the embedded default: YuNet finds faces, SFace recognises them."""
