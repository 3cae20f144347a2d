extension Migrations {
    /// Which user an identity at a provider belongs to.
    static let identities = """
        CREATE TABLE identity (
            issuer TEXT NOT NULL, subject TEXT NOT NULL, principal TEXT NOT NULL, linked INTEGER NOT NULL, PRIMARY KEY (issuer, subject)) WITHOUT ROWID;
        CREATE INDEX identity_principal ON identity (principal);
        """
}
