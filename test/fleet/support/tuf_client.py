"""Reads a repository as the TUF specification says (5.3 to 5.7), with keys, canonical JSON and hashes of
python3-securesystemslib. Usage: tuf_client.py REPOSITORY TARGET. Prints the target's custom as JSON."""

import datetime
import json
import os
import sys

import securesystemslib.formats
import securesystemslib.hash
import securesystemslib.keys


def read(path):
    with open(path, "rb") as file:
        return file.read()


def digest(data):
    hashed = securesystemslib.hash.digest("sha256")
    hashed.update(data)
    return hashed.hexdigest()


def verify(metadata, keys, role):
    """Enough different keys of the role have signed."""
    content = securesystemslib.formats.encode_canonical(metadata["signed"]).encode()
    good = set()
    for signature in metadata["signatures"]:
        key_id = signature["keyid"]
        if key_id not in role["keyids"]:
            continue
        key = {"keyid": key_id, **keys[key_id]}
        if securesystemslib.keys.verify_signature(key, signature, content):
            good.add(key_id)
    if len(good) < role["threshold"]:
        raise SystemExit(f"signed by {len(good)} of {role['threshold']}")


def check_fresh(signed):
    expires = datetime.datetime.strptime(signed["expires"], "%Y-%m-%dT%H:%M:%SZ")
    if datetime.datetime.utcnow() >= expires:
        raise SystemExit(f"{signed['_type']} is expired")


def check_meta(data, meta):
    if len(data) != meta["length"] or digest(data) != meta["hashes"]["sha256"]:
        raise SystemExit("length or hash is not what was signed")


def main(repository, target):
    folder = os.path.join(repository, "metadata")
    root = json.loads(read(os.path.join(folder, "1.root.json")))
    verify(root, root["signed"]["keys"], root["signed"]["roles"]["root"])
    while os.path.exists(os.path.join(folder, f"{root['signed']['version'] + 1}.root.json")):
        following = json.loads(read(os.path.join(folder, f"{root['signed']['version'] + 1}.root.json")))
        verify(following, root["signed"]["keys"], root["signed"]["roles"]["root"])
        verify(following, following["signed"]["keys"], following["signed"]["roles"]["root"])
        if following["signed"]["version"] != root["signed"]["version"] + 1:
            raise SystemExit("root has another version than its name")
        root = following
    keys, roles = root["signed"]["keys"], root["signed"]["roles"]
    for key_id, key in keys.items():
        if digest(securesystemslib.formats.encode_canonical(key).encode()) != key_id:
            raise SystemExit("a key has another id than its hash")
    check_fresh(root["signed"])

    timestamp = json.loads(read(os.path.join(folder, "timestamp.json")))
    verify(timestamp, keys, roles["timestamp"])
    check_fresh(timestamp["signed"])
    parent = timestamp
    for name in ("snapshot", "targets"):
        meta = parent["signed"]["meta"][f"{name}.json"]
        data = read(os.path.join(folder, f"{meta['version']}.{name}.json"))
        check_meta(data, meta)
        metadata = json.loads(data)
        verify(metadata, keys, roles[name])
        check_fresh(metadata["signed"])
        if metadata["signed"]["version"] != meta["version"]:
            raise SystemExit(f"{name} has another version than was signed")
        parent = metadata

    info = parent["signed"]["targets"][target]
    directory, base = os.path.split(target)
    hashed = os.path.join(directory, f"{info['hashes']['sha256']}.{base}")
    check_meta(read(os.path.join(repository, "targets", hashed)), info)
    print(json.dumps(info["custom"]))


main(*sys.argv[1:])
