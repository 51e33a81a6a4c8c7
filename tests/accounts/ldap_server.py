"""A directory for tests, run as a program of its own: LDAP over TLS on a free port, which it prints.

python -m tests.accounts.ldap_server KEY CERTIFICATE
"""

import sys
from io import BytesIO

from ldaptor.inmemory import fromLDIFFile
from ldaptor.interfaces import IConnectedLDAPEntry
from ldaptor.protocols.ldap.ldapserver import LDAPServer
from twisted.internet import reactor, ssl
from twisted.internet.protocol import ServerFactory
from twisted.python.components import registerAdapter

LDIF = b"""\
dn: dc=example
objectClass: dcObject
dc: example

dn: cn=bihuan,dc=example
objectClass: person
cn: bihuan
userPassword: service-secret

dn: ou=people,dc=example
objectClass: organizationalUnit
ou: people

dn: uid=zhou.min,ou=people,dc=example
objectClass: inetOrgPerson
uid: zhou.min
entryUUID: 11111111-1111-4111-8111-111111111111
userPassword: zhou-secret

dn: uid=stranger,ou=people,dc=example
objectClass: inetOrgPerson
uid: stranger
entryUUID: 22222222-2222-4222-8222-222222222222
userPassword: stranger-secret

dn: uid=without,ou=people,dc=example
objectClass: inetOrgPerson
uid: without
userPassword: without-secret

dn: cn=first,ou=people,dc=example
objectClass: inetOrgPerson
uid: twin
entryUUID: 33333333-3333-4333-8333-333333333333
userPassword: twin-secret

dn: cn=second,ou=people,dc=example
objectClass: inetOrgPerson
uid: twin
entryUUID: 33333333-3333-4333-8333-333333333334
userPassword: twin-secret

"""


class Directory(ServerFactory):
    protocol = LDAPServer

    def __init__(self, root):
        self.root = root

    def buildProtocol(self, address):
        protocol = self.protocol()
        protocol.factory = self
        return protocol


def main(key: str, certificate: str) -> None:
    registerAdapter(lambda factory: factory.root, Directory, IConnectedLDAPEntry)

    def listen(root):
        context = ssl.DefaultOpenSSLContextFactory(key, certificate)
        port = reactor.listenSSL(0, Directory(root), context, interface="127.0.0.1")
        sys.stdout.write(f"{port.getHost().port}\n")
        sys.stdout.flush()

    fromLDIFFile(BytesIO(LDIF)).addCallback(listen)
    reactor.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
