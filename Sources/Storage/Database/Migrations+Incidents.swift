extension Migrations {
    /// Incidents, the messages about them that are still to be delivered, and silences.
    static let incidents = """
        CREATE TABLE incident (
            id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, kind TEXT NOT NULL, endpoint TEXT NOT NULL, cause TEXT NOT NULL,
            severity TEXT NOT NULL, summary TEXT NOT NULL, opened INTEGER NOT NULL, firing_since INTEGER NOT NULL, seen INTEGER NOT NULL,
            count INTEGER NOT NULL, cleared INTEGER, acknowledged INTEGER, acknowledged_by TEXT, closed INTEGER, closed_by TEXT, reason TEXT);
        CREATE UNIQUE INDEX incident_open ON incident (fingerprint) WHERE closed IS NULL;
        CREATE TABLE alert_delivery (
            id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, incident INTEGER NOT NULL, change TEXT NOT NULL, body TEXT NOT NULL,
            created INTEGER NOT NULL, due INTEGER NOT NULL, held INTEGER NOT NULL, attempts INTEGER NOT NULL, error TEXT);
        CREATE INDEX alert_delivery_target ON alert_delivery (target, id);
        CREATE TABLE alert_silence (
            id INTEGER PRIMARY KEY, cause TEXT, created INTEGER NOT NULL, until INTEGER NOT NULL, actor TEXT NOT NULL, reason TEXT NOT NULL);
        """
}
