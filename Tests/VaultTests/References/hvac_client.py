"""Lives a secret's life with hvac, as its users write it, and prints what came of each step as JSON."""
import json
import sys
import warnings

import hvac
from hvac import exceptions

warnings.simplefilter("ignore")
address, owner_token, viewer_token, service, service_token = sys.argv[1:]
told = {}


def failure(call):
    try:
        call()
    except exceptions.VaultError as error:
        return f"{type(error).__name__}: {(error.errors or [''])[0]}"
    return "none"


client = hvac.Client(url=address, token=owner_token)
kv = client.secrets.kv.v2
told["health"] = client.sys.read_health_status(method="GET")["sealed"]
told["health_head"] = client.sys.read_health_status(method="HEAD").status_code
told["sealed"] = client.sys.is_sealed()
told["initialized"] = client.sys.is_initialized()
told["authenticated"] = client.is_authenticated()
told["mounts"] = sorted(client.sys.list_mounted_secrets_engines()["data"])

# Versions.
told["missing"] = failure(lambda: kv.read_secret_version("team/db"))
told["empty_list"] = failure(lambda: kv.list_secrets(""))
first = kv.create_or_update_secret("team/db", {"user": "ann", "password": "p1", "port": 5432, "deep": {"a": [1, None, 1.5]}})
second = kv.create_or_update_secret("team/db", {"user": "ann", "password": "p2"}, cas=1)
told["numbers"] = [first["data"]["version"], second["data"]["version"]]
told["newest"] = kv.read_secret_version("team/db")["data"]["data"]
told["first"] = kv.read_secret_version("team/db", version=1)["data"]["data"]
told["no_version"] = failure(lambda: kv.read_secret_version("team/db", version=9))
told["conflict"] = failure(lambda: kv.create_or_update_secret("team/db", {"a": "b"}, cas=1))
told["exists"] = failure(lambda: kv.create_or_update_secret("team/db", {"a": "b"}, cas=0))
kv.patch("team/db", {"password": "p3"})
told["patched"] = kv.read_secret_version("team/db")["data"]["data"]

# Names.
kv.create_or_update_secret("team/mail", {"value": "m"})
kv.create_or_update_secret("hook", {"value": "h"})
told["top"] = kv.list_secrets("")["data"]["keys"]
told["below"] = kv.list_secrets("team")["data"]["keys"]
told["below_slash"] = kv.list_secrets("team/")["data"]["keys"]
told["strict_list"] = hvac.Client(url=address, token=owner_token, strict_http=True).secrets.kv.v2.list_secrets("team")["data"]["keys"]
told["client_list"] = client.list("secret/metadata/team")["data"]["keys"]
told["no_folder"] = failure(lambda: kv.list_secrets("none"))
told["bad_path"] = failure(lambda: kv.create_or_update_secret("env/x", {"a": "b"}))

# Out of sight, back, and gone for good.
kv.delete_latest_version_of_secret("team/db")
told["deleted"] = failure(lambda: kv.read_secret_version("team/db"))
body = kv.read_secret_version("team/db", raise_on_deleted_version=False)["data"]
told["deleted_body"] = [body["data"], body["metadata"]["version"], body["metadata"]["deletion_time"] != "", body["metadata"]["destroyed"]]
kv.undelete_secret_versions("team/db", [3])
told["undeleted"] = kv.read_secret_version("team/db")["data"]["data"]["password"]
kv.delete_secret_versions("team/db", [1, 3])
kv.destroy_secret_versions("team/db", [2])
kv.undelete_secret_versions("team/db", [1, 2, 3])
versions = kv.read_secret_metadata("team/db")["data"]["versions"]
told["destroyed"] = {number: [version["destroyed"], version["deletion_time"]] for number, version in versions.items()}
told["read_destroyed"] = failure(lambda: kv.read_secret_version("team/db", version=2))

# Rules.
kv.update_metadata("team/db", max_versions=2, cas_required=True, custom_metadata={"owner": "ann"})
metadata = kv.read_secret_metadata("team/db")["data"]
told["rules"] = [metadata["max_versions"], metadata["cas_required"], metadata["custom_metadata"], metadata["current_version"], sorted(metadata["versions"])]
told["cas_required"] = failure(lambda: kv.create_or_update_secret("team/db", {"a": "b"}))
kv.delete_metadata_and_all_versions("team/db")
told["removed"] = failure(lambda: kv.read_secret_metadata("team/db"))

# Who may not.
told["wrong_token"] = failure(lambda: hvac.Client(url=address, token="mlt_wrong").secrets.kv.v2.read_secret_version("hook"))
told["no_token"] = failure(lambda: hvac.Client(url=address, token="").secrets.kv.v2.read_secret_version("hook"))
told["wrong_is_authenticated"] = hvac.Client(url=address, token="mlt_wrong").is_authenticated()
viewer = hvac.Client(url=address, token=viewer_token)
told["viewer"] = [failure(lambda: viewer.secrets.kv.v2.read_secret_version("hook")), failure(lambda: viewer.secrets.kv.v2.list_secrets("")), viewer.is_authenticated()]

# AppRole.
worker = hvac.Client(url=address)
told["bad_login"] = failure(lambda: worker.auth.approle.login(service, "mlt_wrong"))
told["others_login"] = failure(lambda: worker.auth.approle.login(service, owner_token))
auth = worker.auth.approle.login(service, service_token)["auth"]
told["login"] = [auth["lease_duration"], auth["renewable"], auth["policies"], auth["client_token"] != service_token]
told["lease_reads"] = worker.secrets.kv.v2.read_secret_version("hook")["data"]["data"]
told["lease_writes"] = failure(lambda: worker.secrets.kv.v2.create_or_update_secret("hook", {"value": "x"}))
told["lease_of_lease"] = failure(lambda: hvac.Client(url=address).auth.approle.login(service, auth["client_token"]))
told["renewed"] = worker.auth.token.renew_self(increment="10m")["auth"]["lease_duration"]
looked = worker.auth.token.lookup_self()["data"]
told["lookup"] = [looked["display_name"], looked["renewable"], looked["path"], looked["ttl"]]
told["root_renew"] = failure(lambda: client.auth.token.renew_self())
worker.logout(revoke_token=True)
told["revoked"] = failure(lambda: hvac.Client(url=address, token=auth["client_token"]).secrets.kv.v2.read_secret_version("hook"))
print(json.dumps(told))
