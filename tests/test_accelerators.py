"""What programs import at the top and call under a condition is there, and says what cannot be done when it is called."""

import pytest

import backprop as torch


@pytest.mark.parametrize(
    ("call", "message"),
    [(torch.onnx.export, "writes no ONNX files"), (torch.distributed.init_process_group, "no process groups")],
)
def test_what_cannot_be_done_is_refused_when_it_is_asked_for(call, message):
    with pytest.raises(RuntimeError, match=message):
        call("model.onnx")
    assert not torch.onnx.is_in_onnx_export()


def test_a_block_with_other_settings_of_cudnn():
    with torch.backends.cudnn.flags(allow_tf32=False):
        y = torch.ones(1) * 2
    assert y.item() == 2.0 and torch.backends.cudnn.allow_tf32
