from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from chengxin.base.documents import keys
from chengxin.base.documents.errors import SigningKeyUnusable
from chengxin.base.documents.tests.factories import NOW


def test_keys_are_made_once_and_readable_by_their_owner_alone(tmp_path):
    folder = tmp_path / "secrets" / "signing"

    keys.make(folder, at=NOW)

    assert {f.name for f in folder.iterdir()} == {"key.pem", "authority-key.pem", "certificate.pem", "roots.pem"}
    assert {f.stat().st_mode & 0o777 for f in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_key_is_ecdsa_p256_and_its_certificate_stands_under_the_root(tmp_path, settings):
    keys.make(tmp_path / "own", at=NOW)
    settings.SIGNING_FOLDER = str(tmp_path / "own")

    found = keys.signing_keys(at=NOW)

    assert isinstance(found.key, ec.EllipticCurvePrivateKey)
    assert found.key.curve.name == "secp256r1"
    found.chain[0].verify_directly_issued_by(found.roots[0])


def test_of_several_that_make_keys_at_once_one_wins(tmp_path):
    folder = tmp_path / "signing"

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: keys.make(folder, at=NOW), range(8)))

    assert [f.name for f in tmp_path.iterdir()] == ["signing"]
    assert (folder / "key.pem").exists()


@pytest.mark.parametrize("broken", ["key.pem", "certificate.pem", "roots.pem"])
def test_unusable_key_files_are_said(tmp_path, settings, broken: str):
    keys.make(tmp_path / "own", at=NOW)
    (tmp_path / "own" / broken).write_text("nonsense")
    settings.SIGNING_FOLDER = str(tmp_path / "own")

    with pytest.raises(SigningKeyUnusable):
        keys.signing_keys(at=NOW)


def test_a_certificate_of_another_key_is_refused(tmp_path, settings):
    keys.make(tmp_path / "own", at=NOW)
    keys.make(tmp_path / "other", at=NOW)
    (tmp_path / "own" / "key.pem").write_bytes((tmp_path / "other" / "key.pem").read_bytes())
    settings.SIGNING_FOLDER = str(tmp_path / "own")

    with pytest.raises(SigningKeyUnusable):
        keys.signing_keys(at=NOW)
