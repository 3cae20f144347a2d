"""Canaille, an OpenID Connect provider, in memory on a free port of the loopback interface:  provider.py
Prints its issuer. It knows ann and eve, and one client, whose address to come back to is told it by GET /test/client?redirect_uri=..."""
import socketserver
import sys
import urllib.parse
import wsgiref.simple_server

import canaille
from canaille.app import models
from canaille.backends import Backend
from canaille.backends.memory.backend import MemoryBackend

PASSWORD = "a sentence that is long"


class Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True

    def server_bind(self):
        # Without the look-up of the host's own name.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]
        self.setup_environ()


class Handler(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass


any_of = MemoryBackend.do_query


def all_of(self, model, *args, **criteria):
    """The backend in memory finds what fits any of several criteria; its others, and this one, find what fits all."""
    found = any_of(self, model, *args, **criteria)
    for name, value in criteria.items():
        fitting = {instance.id for instance in any_of(self, model, **{name: value})}
        found = [instance for instance in found if instance.id in fitting]
    return found


MemoryBackend.do_query = all_of


def client(app, redirect_uri):
    with app.app_context():
        known = Backend.instance.query(models.Client, client_id="martlet")
        made = known[0] if known else models.Client(client_id="martlet")
        made.client_name = "Martlet"
        made.client_secret = "a client's + secret/:"
        made.client_uri = "https://martlet.example"
        made.redirect_uris = [redirect_uri]
        made.grant_types = ["authorization_code"]
        made.response_types = ["code"]
        made.scope = ["openid", "profile", "email"]
        made.token_endpoint_auth_method = "client_secret_basic"
        made.id_token_signed_response_alg = "RS256"
        Backend.instance.save(made)
        # Who it is made for has to be there before it can be named.
        made.audience = [made]
        Backend.instance.save(made)


def person(app, name, full):
    with app.app_context():
        Backend.instance.save(models.User(
            user_name=name, formatted_name=full, given_name=name.capitalize(), family_name=full.split()[-1], display_name=name,
            emails=[f"{name}@example.org"], password=PASSWORD))


def main():
    httpd = Server(("127.0.0.1", 0), Handler)
    host = f"127.0.0.1:{httpd.server_port}"
    app = canaille.create_app({
        "SECRET_KEY": "only for tests", "SERVER_NAME": host, "PREFERRED_URL_SCHEME": "http", "SESSION_COOKIE_SECURE": False,
        "CANAILLE": {"NAME": "Company", "DATABASE": "memory", "ENABLE_PASSWORD_COMPROMISSION_CHECK": False, "LOGGING": {"version": 1}}, "CANAILLE_OIDC": {},
    })
    person(app, "ann", "Ann Lee")
    person(app, "eve", "Eve Moss")

    def answer(environ, start):
        if environ["PATH_INFO"] != "/test/client":
            return app.wsgi_app(environ, start)
        client(app, urllib.parse.parse_qs(environ["QUERY_STRING"])["redirect_uri"][0])
        start("204 No Content", [])
        return []

    httpd.set_app(answer)
    print(f"http://{host}", flush=True)
    httpd.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
