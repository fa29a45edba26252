from chengxin.base.sealing import keys


def test_sealing_and_looking_up_use_keys_of_their_own():
    assert keys.sealing_key() != keys.lookup_key()
    assert len(keys.sealing_key()) == len(keys.lookup_key()) == 32
