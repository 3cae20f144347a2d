extension Migrations {
    /// How the requests to an endpoint were shared between versions, change by change; the newest row of an endpoint is in force. `plan` is null where
    /// it was ended.
    static let traffic = """
        CREATE TABLE traffic_change (
            id INTEGER PRIMARY KEY AUTOINCREMENT, endpoint TEXT NOT NULL, model TEXT NOT NULL, plan TEXT, at INTEGER NOT NULL, actor TEXT NOT NULL,
            reason TEXT NOT NULL);
        CREATE INDEX traffic_change_endpoint ON traffic_change (endpoint, id);
        """
}
