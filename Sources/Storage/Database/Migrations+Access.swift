extension Migrations {
    /// Version 3: principals, roles, tokens, sessions.
    static let access = """
        CREATE TABLE principal (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, password TEXT, disabled INTEGER NOT NULL, created INTEGER NOT NULL);
        CREATE TABLE role_binding (principal TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (principal, role)) WITHOUT ROWID;
        CREATE TABLE token (
            name TEXT PRIMARY KEY, principal TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, hint TEXT NOT NULL, scopes TEXT, created INTEGER NOT NULL,
            expires INTEGER, revoked INTEGER);
        CREATE TABLE session (hash TEXT PRIMARY KEY, principal TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE access_generation (number INTEGER NOT NULL);
        INSERT INTO access_generation (number) VALUES (0);
        """
}
